using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Takes numbers of a format in, rounds results to it.</summary>
internal static class FloatCodec<TFormat, TBits>
    where TFormat : struct, IFloatFormat<TBits>
    where TBits : unmanaged
{
    private static int Infinite => 2 * TFormat.Bias + 1;

    /// <summary>Takes an operand in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // half of what a soft operation does
    public static void Load(TBits bits, in FloatStatus status, out Unpacked number)
    {
        TFormat.Unpack(bits, out number);
        if (number.Class == FloatClass.Denormal && status.Has(FloatModes.DenormalsAreZero))
            number = Unpacked.Zero(number.Negative);
    }

    /// <summary>Rounds a result to all bits of the format.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // the rounding of all but the commonest operations, once
    public static TBits Round(in Unpacked result, ref FloatStatus status) => Round(in result, TFormat.Precision, ref status);

    /// <summary>Rounds a result of arithmetic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // see below
    public static TBits RoundArithmetic(in Unpacked result, ref FloatStatus status) => Round(in result, TFormat.ArithmeticPrecision(in status), ref status);

    /// <summary>Rounds a result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="precision">Bits that stay of the significand, as many as the format has, or fewer in a format of 64 bits at most.</param>
    /// <param name="status">Says how, and is told what was found.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // for a constant precision; called from one method an operation
    public static TBits Round(in Unpacked result, int precision, ref FloatStatus status)
    {
        int exponent = result.Exponent + TFormat.Bias;
        if (!result.IsNumber || (uint)(exponent - 1) >= (uint)(2 * TFormat.Bias))
            return RoundSpecial(in result, precision, ref status);
        (ulong high, ulong low) = (result.High, result.Low);
        ulong tail = Cut(ref high, ref low, precision);
        if (tail != 0)
        {
            bool up = FloatCodec.GoesUp(status.Rounding, result.Negative, tail, IsOdd(high, low, precision));
            status.Raise(up ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact);
            if (Add(up ? 1UL : 0, ref high, ref low, precision) && ++exponent == Infinite)
                return Overflow(in result, precision, ref status);
        }
        return TFormat.Pack(result.Negative, exponent, high, low);
    }

    /// <summary>A NaN, infinity or zero as it is.</summary>
    public static TBits PackSpecial(in Unpacked result) =>
        result.Class == FloatClass.Zero ? TFormat.Pack(result.Negative, 0, 0, 0) : PackNan(result.Negative, result.High, result.Low);

    private static TBits PackNan(bool negative, ulong high, ulong low)
    {
        Cut(ref high, ref low, TFormat.Precision);
        return TFormat.Pack(negative, Infinite, high, low);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static TBits RoundSpecial(in Unpacked result, int precision, ref FloatStatus status)
    {
        if (!result.IsNumber)
            return PackSpecial(in result);
        return result.Exponent > 0 ? Overflow(in result, precision, ref status) : Tiny(in result, precision, ref status);
    }

    private static TBits Overflow(in Unpacked result, int precision, ref FloatStatus status)
    {
        status.Flags &= ~FloatFlags.RoundedUp;
        status.Raise(FloatFlags.Overflow);
        if ((status.Traps & FloatFlags.Overflow) != 0)
            return Wrapped(in result, -TFormat.Wrap, precision, ref status);
        status.Raise(FloatFlags.Inexact);
        bool infinite = status.Rounding switch
        {
            FloatRounding.TowardZero => false,
            FloatRounding.Up => !result.Negative,
            FloatRounding.Down => result.Negative,
            _ => true,
        };
        if (infinite)
        {
            status.Raise(FloatFlags.RoundedUp);
            return TFormat.Pack(result.Negative, Infinite, Unpacked.LeadingBit, 0);
        }
        (ulong high, ulong low) = (ulong.MaxValue, ulong.MaxValue);
        Cut(ref high, ref low, precision);
        return TFormat.Pack(result.Negative, Infinite - 1, high, low);
    }

    private static TBits Tiny(in Unpacked result, int precision, ref FloatStatus status)
    {
        bool tiny = !status.Has(FloatModes.TininessAfterRounding) || !BecomesNormal(in result, precision, in status);
        if (tiny && (status.Traps & FloatFlags.Underflow) != 0)
        {
            status.Raise(FloatFlags.Underflow);
            return Wrapped(in result, TFormat.Wrap, precision, ref status);
        }
        if (tiny && status.Has(FloatModes.FlushToZero))
        {
            status.Raise(FloatFlags.Underflow | FloatFlags.Inexact);
            return TFormat.Pack(result.Negative, 0, 0, 0);
        }
        (ulong high, ulong low) = (result.High, result.Low);
        Wide.ShiftRightSticky(ref high, ref low, 1 - TFormat.Bias - result.Exponent);
        ulong tail = Cut(ref high, ref low, precision);
        if (tail != 0)
        {
            status.Raise(tiny ? FloatFlags.Underflow | FloatFlags.Inexact : FloatFlags.Inexact);
            if (FloatCodec.GoesUp(status.Rounding, result.Negative, tail, IsOdd(high, low, precision)))
            {
                status.Raise(FloatFlags.RoundedUp);
                Increment(ref high, ref low, precision);
            }
        }
        return TFormat.Pack(result.Negative, (int)(high >> 63), high, low);
    }

    /// <summary>Whether a number below the least normal one is rounded up to that if exponents have no limits.</summary>
    private static bool BecomesNormal(in Unpacked result, int precision, in FloatStatus status)
    {
        if (result.Exponent != -TFormat.Bias)
            return false;
        (ulong high, ulong low) = (result.High, result.Low);
        ulong tail = Cut(ref high, ref low, precision);
        return tail != 0 && FloatCodec.GoesUp(status.Rounding, result.Negative, tail, IsOdd(high, low, precision)) && Increment(ref high, ref low, precision);
    }

    /// <summary>The result of a trapped overflow or underflow: its exponent is far away, but in the format.</summary>
    private static TBits Wrapped(in Unpacked result, int wrap, int precision, ref FloatStatus status)
    {
        // Only conversions from wider formats get farther than one turn; Intel SDM vol. 1, 8.5.4: "the result ... is unpredictable" then.
        int exponent = Math.Clamp(result.Exponent + wrap + TFormat.Bias, 1, 2 * TFormat.Bias);
        (ulong high, ulong low) = (result.High, result.Low);
        ulong tail = Cut(ref high, ref low, precision);
        if (tail != 0)
        {
            status.Raise(FloatFlags.Inexact);
            if (FloatCodec.GoesUp(status.Rounding, result.Negative, tail, IsOdd(high, low, precision)))
            {
                status.Raise(FloatFlags.RoundedUp);
                if (Increment(ref high, ref low, precision))
                    exponent++;
            }
        }
        return TFormat.Pack(result.Negative, exponent, high, low);
    }

    /// <summary>Cuts a significand to the bits that stay.</summary>
    /// <returns>What went: the half at the highest bit, the lowest standing for all that lie below.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every rounding
    private static ulong Cut(ref ulong high, ref ulong low, int precision)
    {
        ulong tail;
        if (TFormat.Precision > 64)
        {
            tail = low << (TFormat.Precision - 64);
            low &= ulong.MaxValue << (128 - TFormat.Precision);
            return tail;
        }
        if (precision == 64)
            tail = low;
        else
        {
            tail = high << precision | (low != 0 ? 1UL : 0);
            high &= ulong.MaxValue << (64 - precision);
        }
        low = 0;
        return tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every rounding
    private static bool IsOdd(ulong high, ulong low, int precision) => TFormat.Precision > 64
        ? (low >> (128 - TFormat.Precision) & 1) != 0
        : (high >> (64 - precision) & 1) != 0;

    /// <summary>Adds one to the last bit that stays; true if the significand grew by a bit, which was cut off again.</summary>
    private static bool Increment(ref ulong high, ref ulong low, int precision) => Add(1, ref high, ref low, precision);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every rounding
    private static bool Add(ulong units, ref ulong high, ref ulong low, int precision)
    {
        if (TFormat.Precision > 64)
        {
            if (!Wide.Add(ref high, ref low, 0, units << (128 - TFormat.Precision)))
                return false;
        }
        else
        {
            // Rounded numbers have their leading bit, and denormal ones do not overflow: 0 is what the greatest significand becomes.
            high += units << (64 - precision);
            if (high != 0 || units == 0)
                return false;
        }
        high = Unpacked.LeadingBit;
        return true;
    }
}
