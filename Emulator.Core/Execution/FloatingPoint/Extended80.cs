using System.Numerics;
using System.Runtime.CompilerServices;
using Codec = Emulator.Core.Execution.FloatingPoint.FloatCodec<Emulator.Core.Execution.FloatingPoint.Extended80Format, Emulator.Core.Execution.FloatingPoint.Extended80Bits>;
using Soft = Emulator.Core.Execution.FloatingPoint.SoftFloat<Emulator.Core.Execution.FloatingPoint.Extended80Format, Emulator.Core.Execution.FloatingPoint.Extended80Bits>;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Arithmetic on numbers of x87's 80-bit format, as x87 does it. Transcendental functions are in <see cref="X87Functions"/>.</summary>
/// <remarks>
/// <para>Sums, products, quotients and roots are rounded to <see cref="FloatStatus.Precision"/>, with the exponents of the format; everything
/// else to 64 bits. C1 of the status word is <see cref="FloatFlags.RoundedUp"/>.</para>
/// <para>All methods are static and can be called by their addresses.</para>
/// </remarks>
public static class Extended80
{
    private const int ExponentMask = 0x7fff, Bias = 0x3fff;
    private const uint SignBit = 0x8000;

    /// <summary>a + b.</summary>
    public static Extended80Bits Add(Extended80Bits a, Extended80Bits b, ref FloatStatus status) =>
        TryAdd(a, b, otherSign: 0, out Extended80Bits sum, ref status) ? sum : Soft.Add(a, b, subtract: false, ref status);

    /// <summary>a − b.</summary>
    public static Extended80Bits Subtract(Extended80Bits a, Extended80Bits b, ref FloatStatus status) =>
        TryAdd(a, b, SignBit, out Extended80Bits sum, ref status) ? sum : Soft.Add(a, b, subtract: true, ref status);

    /// <summary>a × b.</summary>
    public static Extended80Bits Multiply(Extended80Bits a, Extended80Bits b, ref FloatStatus status)
    {
        if (IsPlain(a) && IsPlain(b) && status.Precision == FloatPrecision.Extended
            && TryMultiply(a.Significand, a.SignExponent, b.Significand, b.SignExponent, status.Rounding, out ulong significand, out uint signExponent, out FloatFlags found))
        {
            status.Raise(found);
            return new Extended80Bits(significand, (ushort)signExponent);
        }
        return Soft.Multiply(a, b, ref status);
    }

    /// <summary>a ÷ b.</summary>
    public static Extended80Bits Divide(Extended80Bits a, Extended80Bits b, ref FloatStatus status) => Soft.Divide(a, b, ref status);

    /// <summary>The square root.</summary>
    public static Extended80Bits SquareRoot(Extended80Bits a, ref FloatStatus status) => Soft.SquareRoot(a, ref status);

    /// <summary>FPREM: a less the nearest whole multiple of b towards zero, or part of the way there.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    /// <param name="quotient">The quotient's low bits; 0 if not complete.</param>
    /// <param name="complete">False if the exponents differed by 64 or more: C2, do it again with the result.</param>
    /// <param name="status">Is told what was found.</param>
    public static Extended80Bits PartialRemainder(Extended80Bits a, Extended80Bits b, out ulong quotient, out bool complete, ref FloatStatus status) =>
        Remainder(a, b, nearest: false, out quotient, out complete, ref status);

    /// <summary>FPREM1: a less the nearest whole multiple of b (remainder of IEEE 754), or part of the way there.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    /// <param name="quotient">The quotient's low bits; 0 if not complete.</param>
    /// <param name="complete">False if the exponents differed by 64 or more: C2, do it again with the result.</param>
    /// <param name="status">Is told what was found.</param>
    public static Extended80Bits PartialRemainderNearest(Extended80Bits a, Extended80Bits b, out ulong quotient, out bool complete, ref FloatStatus status) =>
        Remainder(a, b, nearest: true, out quotient, out complete, ref status);

    /// <summary>FSCALE: a × 2^b, b without its fraction.</summary>
    public static Extended80Bits Scale(Extended80Bits a, Extended80Bits b, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Codec.Load(b, in status, out Unpacked y);
        Unpacked result;
        if (x.IsNan || y.IsNan)
            result = FloatArithmetic.PropagateNan(in x, in y, ref status);
        else if (y.Class == FloatClass.Infinity)
        {
            // Intel SDM vol. 2, table 3-29.
            if (x.Class == (y.Negative ? FloatClass.Infinity : FloatClass.Zero))
                result = FloatArithmetic.Invalid(FloatFlags.InvalidMultiply, ref status);
            else
            {
                if (x.Class == FloatClass.Denormal)
                    status.Raise(FloatFlags.Denormal);
                result = y.Negative ? Unpacked.Zero(x.Negative) : Unpacked.Infinity(x.Negative);
            }
        }
        else
        {
            if (x.Class == FloatClass.Denormal || y.Class == FloatClass.Denormal)
                status.Raise(FloatFlags.Denormal);
            result = x;
            if (x.IsNumber && y.IsNumber && y.Exponent >= 0)
            {
                // Farther than twice the range of exponents is as good as any farther.
                int distance = y.Exponent > 16 ? 1 << 17 : (int)(y.High >> (63 - y.Exponent));
                result.Exponent += y.Negative ? -distance : distance;
            }
        }
        return Codec.Round(in result, ref status);
    }

    /// <summary>FXTRACT: takes a number apart.</summary>
    /// <param name="a">The number.</param>
    /// <param name="exponent">Its exponent without the bias, as a number; −∞ for zeros.</param>
    /// <param name="status">Is told what was found.</param>
    /// <returns>The number with exponent 0.</returns>
    public static Extended80Bits Extract(Extended80Bits a, out Extended80Bits exponent, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Unpacked significand = x, scale;
        if (x.IsNan)
            scale = significand = FloatArithmetic.PropagateNan(in x, ref status);
        else if (x.Class == FloatClass.Infinity)
            scale = Unpacked.Infinity(negative: false);
        else if (x.Class == FloatClass.Zero)
        {
            status.Raise(FloatFlags.DivideByZero);
            scale = Unpacked.Infinity(negative: true);
        }
        else
        {
            if (x.Class == FloatClass.Denormal)
                status.Raise(FloatFlags.Denormal);
            significand.Exponent = 0;
            scale = FloatArithmetic.FromInteger((ulong)Math.Abs(x.Exponent), x.Exponent < 0);
        }
        exponent = Codec.Round(in scale, ref status);
        return Codec.Round(in significand, ref status);
    }

    /// <summary>FRNDINT: the number without its fraction, rounded as the status says.</summary>
    public static Extended80Bits RoundToIntegral(Extended80Bits a, ref FloatStatus status)
    {
        if (Classify(a) == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        return Soft.RoundToIntegral(a, status.Rounding, exact: true, ref status);
    }

    /// <summary>FUCOM: compares; quiet NaNs are unordered and nothing more.</summary>
    public static FloatRelation Compare(Extended80Bits a, Extended80Bits b, ref FloatStatus status) => Soft.Compare(a, b, signaling: false, ref status);

    /// <summary>FCOM: compares; any NaN is invalid.</summary>
    public static FloatRelation CompareSignaling(Extended80Bits a, Extended80Bits b, ref FloatStatus status) => Soft.Compare(a, b, signaling: true, ref status);

    /// <summary>FXAM: the kind of number.</summary>
    public static FloatClass Classify(Extended80Bits a) => Soft.Classify(a);

    /// <summary>Rounds to binary32. A denormal operand is not told (FST).</summary>
    public static uint ToBinary32(Extended80Bits a, ref FloatStatus status)
    {
        int exponent = (a.SignExponent & ExponentMask) - (Bias - 127);
        if ((uint)(exponent - 2) < 0xfc && (long)a.Significand < 0)
        {
            uint sign = (a.SignExponent & SignBit) << 16, kept = (uint)(a.Significand << 1 >> 41);
            return (sign | (uint)exponent << 23 | kept) + (uint)NoteTail(sign != 0, a.Significand << 24, (kept & 1) != 0, ref status);
        }
        Unpacked number = ForStore(a, ref status);
        return FloatCodec<Binary32Format, uint>.Round(in number, ref status);
    }

    /// <summary>Rounds to binary64. A denormal operand is not told (FST).</summary>
    public static ulong ToBinary64(Extended80Bits a, ref FloatStatus status)
    {
        // From 2^-1021 to 2^1022, rounding cannot leave the range.
        int exponent = (a.SignExponent & ExponentMask) - (Bias - 1023);
        if ((uint)(exponent - 2) < 0x7fc && (long)a.Significand < 0)
        {
            ulong sign = (ulong)(a.SignExponent & SignBit) << 48, kept = a.Significand << 1 >> 12, tail = a.Significand << 53;
            // A significand that overflows adds to the exponent, as it should.
            return (sign | (ulong)exponent << 52 | kept) + NoteTail(sign != 0, tail, (kept & 1) != 0, ref status);
        }
        Unpacked number = ForStore(a, ref status);
        return FloatCodec<Binary64Format, ulong>.Round(in number, ref status);
    }

    /// <summary>The same number in binary128. A denormal operand is not told.</summary>
    public static UInt128 ToBinary128(Extended80Bits a, ref FloatStatus status)
    {
        Unpacked number = ForStore(a, ref status);
        return FloatCodec<Binary128Format, UInt128>.Round(in number, ref status);
    }

    /// <summary>A signed integer of 16 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static short ToInt16(Extended80Bits a, FloatRounding rounding, ref FloatStatus status) => (short)Soft.ToInteger(a, 16, signed: true, rounding, ref status);

    /// <summary>A signed integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static int ToInt32(Extended80Bits a, FloatRounding rounding, ref FloatStatus status) => (int)Soft.ToInteger(a, 32, signed: true, rounding, ref status);

    /// <summary>A signed integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static long ToInt64(Extended80Bits a, FloatRounding rounding, ref FloatStatus status) => (long)Soft.ToInteger(a, 64, signed: true, rounding, ref status);

    /// <summary>An integer, exactly.</summary>
    public static Extended80Bits FromInt64(long value)
    {
        if (value == 0)
            return default;
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        int zeros = BitOperations.LeadingZeroCount(magnitude);
        return new Extended80Bits(magnitude << zeros, (ushort)((value < 0 ? SignBit : 0) | (uint)(Bias + 63 - zeros)));
    }

    /// <summary>FBLD: 18 decimal digits, four bits each, and the sign in the highest bit. Digits above 9 count as what they are.</summary>
    public static Extended80Bits FromPackedDecimal(Extended80Bits digits)
    {
        ulong value = 0;
        for (int digit = 17; digit >= 0; digit--)
            value = value * 10 + (digit >= 16 ? (uint)digits.SignExponent >> (digit - 16) * 4 & 0xf : digits.Significand >> digit * 4 & 0xf);
        FloatStatus status = default;
        Unpacked number = FloatArithmetic.FromInteger(value, (short)digits.SignExponent < 0);
        return Codec.Round(in number, ref status);
    }

    /// <summary>FBSTP: the number, rounded to an integer as the status says, as 18 decimal digits. What has more digits is invalid and gives the indefinite.</summary>
    public static Extended80Bits ToPackedDecimal(Extended80Bits a, ref FloatStatus status)
    {
        const ulong FirstTooGreat = 1_000_000_000_000_000_000;
        FloatStatus quiet = status with { Flags = FloatFlags.None };
        long value = ToInt64(a, status.Rounding, ref quiet);
        ulong magnitude = (ulong)Math.Abs(Math.Max(value, -long.MaxValue));
        if ((quiet.Flags & FloatFlags.Invalid) != 0 || magnitude >= FirstTooGreat)
        {
            status.Raise(FloatFlags.Invalid | FloatFlags.InvalidConvert);
            return new Extended80Bits(0xc000_0000_0000_0000, 0xffff);
        }
        status.Raise(quiet.Flags);
        ulong low = 0, high = 0;
        for (int digit = 0; digit < 16; digit++, magnitude /= 10)
            low |= magnitude % 10 << digit * 4;
        for (int digit = 0; digit < 2; digit++, magnitude /= 10)
            high |= magnitude % 10 << digit * 4;
        return new Extended80Bits(low, (ushort)(high | a.SignExponent & 0x8000u));
    }

    // What follows is the soft core again for normal numbers, in registers: it has no host to compute for it, and programs for x87 do
    // little else. It takes a third to a half of the time of the whole core.

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // two comparisons
    private static bool IsPlain(Extended80Bits a) => IsNormal(a.Significand, a.SignExponent);

    /// <summary>Neither zero nor denormal nor infinite nor no number.</summary>
    /// <param name="significand">Its 64 bits.</param>
    /// <param name="signExponent">Its 16 bits; the others are 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // two comparisons
    public static bool IsNormal(ulong significand, uint signExponent) => (signExponent & ExponentMask) - 1 < ExponentMask - 1 && (long)significand < 0;

    /// <summary>The sum of two normal numbers to the nearest even of 64 bits, when it is normal; as its parts, which stay in registers.</summary>
    /// <param name="significandA">The one, see <see cref="IsNormal"/>.</param>
    /// <param name="signExponentA">Its sign and exponent.</param>
    /// <param name="significandB">The other.</param>
    /// <param name="signExponentB">Its sign and exponent.</param>
    /// <param name="significand">The sum.</param>
    /// <param name="signExponent">Its sign and exponent.</param>
    /// <param name="found"><see cref="FloatFlags.Inexact"/> and <see cref="FloatFlags.RoundedUp"/>.</param>
    /// <returns>False if it is not normal, or nearly not.</returns>
    public static bool TryAddNearest(ulong significandA, uint signExponentA, ulong significandB, uint signExponentB, out ulong significand, out uint signExponent, out FloatFlags found) =>
        TryAdd(significandA, signExponentA, significandB, signExponentB, FloatRounding.NearestEven, out significand, out signExponent, out found);

    /// <summary>The product of two normal numbers; otherwise as <see cref="TryAddNearest"/>.</summary>
    /// <param name="significandA">The one.</param>
    /// <param name="signExponentA">Its sign and exponent.</param>
    /// <param name="significandB">The other.</param>
    /// <param name="signExponentB">Its sign and exponent.</param>
    /// <param name="significand">The product.</param>
    /// <param name="signExponent">Its sign and exponent.</param>
    /// <param name="found"><see cref="FloatFlags.Inexact"/> and <see cref="FloatFlags.RoundedUp"/>.</param>
    public static bool TryMultiplyNearest(ulong significandA, uint signExponentA, ulong significandB, uint signExponentB, out ulong significand, out uint signExponent, out FloatFlags found) =>
        TryMultiply(significandA, signExponentA, significandB, signExponentB, FloatRounding.NearestEven, out significand, out signExponent, out found);

    private static bool TryAdd(Extended80Bits a, Extended80Bits b, uint otherSign, out Extended80Bits sum, ref FloatStatus status)
    {
        sum = default;
        if (!IsPlain(a) || !IsPlain(b) || status.Precision != FloatPrecision.Extended
            || !TryAdd(a.Significand, a.SignExponent, b.Significand, b.SignExponent ^ otherSign, status.Rounding, out ulong significand, out uint signExponent, out FloatFlags found))
            return false;
        sum = new Extended80Bits(significand, (ushort)signExponent);
        status.Raise(found);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the direction of rounding is known to one of the two callers
    private static bool TryMultiply(
        ulong significandA, uint signExponentA, ulong significandB, uint signExponentB, FloatRounding rounding, out ulong significand, out uint signExponent, out FloatFlags found)
    {
        ulong high = Math.BigMul(significandA, significandB, out ulong low);
        int exponent = (int)((signExponentA & ExponentMask) + (signExponentB & ExponentMask)) - Bias + 1;
        if ((long)high >= 0)
        {
            high = high << 1 | low >> 63;
            low <<= 1;
            exponent--;
        }
        return TryRound((signExponentA ^ signExponentB) & SignBit, exponent, high, low, rounding, out significand, out signExponent, out found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the direction of rounding is known to one of the two callers
    private static bool TryAdd(
        ulong significandA, uint signExponentA, ulong significandB, uint signExponentB, FloatRounding rounding, out ulong significand, out uint signExponent, out FloatFlags found)
    {
        uint signA = signExponentA & SignBit, signB = signExponentB & SignBit;
        int exponent = (int)(signExponentA & ExponentMask), distance = exponent - (int)(signExponentB & ExponentMask);
        ulong high = significandA, other = significandB;
        bool differ = signA != signB;
        if (distance < 0 || (distance == 0 && high < other))
        {
            (high, other, signA) = (other, high, signB);
            exponent -= distance;
            distance = -distance;
        }
        ulong low;
        if (distance < 64)
        {
            low = other << 1 << (63 - distance);
            other >>= distance;
        }
        else
        {
            // Taken from a power of two, less than half of the last bit still matters: the difference has another last bit, half as great.
            // Beyond, only that it is not 0 can be seen.
            low = distance == 64 ? other : distance == 65 ? other >> 1 | other & 1 : 1;
            other = 0;
        }
        if (!differ)
        {
            high += other;
            if (high < other)
            {
                low = high << 63 | low >> 1 | (low & 1);
                high = high >> 1 | Unpacked.LeadingBit;
                exponent++;
            }
        }
        else
        {
            high = high - other - (low != 0 ? 1UL : 0);
            low = 0 - low;
            if (high == 0)
            {
                (significand, signExponent, found) = (0, 0, FloatFlags.None);
                return false;
            }
            int zeros = BitOperations.LeadingZeroCount(high);
            high = high << zeros | low >> 1 >> (63 - zeros);
            low <<= zeros;
            exponent -= zeros;
        }
        return TryRound(signA, exponent, high, low, rounding, out significand, out signExponent, out found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // shared by sum and product; the call would cost a fifth of them
    private static bool TryRound(uint sign, int exponent, ulong high, ulong low, FloatRounding rounding, out ulong significand, out uint signExponent, out FloatFlags found)
    {
        found = FloatFlags.None;
        if (low != 0)
        {
            bool up = FloatCodec.GoesUp(rounding, sign != 0, low, (high & 1) != 0);
            found = up ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact;
            high += up ? 1UL : 0;
            if (high == 0)
            {
                high = Unpacked.LeadingBit;
                exponent++;
            }
        }
        significand = high;
        signExponent = sign | (uint)exponent;
        // Not even rounding up may have overflown, nor a tiny result have become normal by it.
        return (uint)(exponent - 3) < ExponentMask - 4;
    }

    private static Extended80Bits Remainder(Extended80Bits a, Extended80Bits b, bool nearest, out ulong quotient, out bool complete, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Codec.Load(b, in status, out Unpacked y);
        int steps = int.MaxValue;
        complete = true;
        if (x.IsNumber && y.IsNumber && x.Exponent - y.Exponent >= 64)
        {
            // Intel SDM vol. 2, FPREM: "an implementation-dependent number between 32 and 63". This one is what processors were seen to do.
            complete = false;
            steps = 32 + (x.Exponent - y.Exponent & 31);
        }
        FloatArithmetic.Remainder(in x, in y, nearest, steps, ref status, out Unpacked remainder, out quotient);
        if (!complete)
            quotient = 0;
        return Codec.Round(in remainder, ref status);
    }

    /// <summary>Notes what rounding finds; 1 if it goes up.</summary>
    private static ulong NoteTail(bool negative, ulong tail, bool odd, ref FloatStatus status)
    {
        if (tail == 0)
            return 0;
        bool up = FloatCodec.GoesUp(status.Rounding, negative, tail, odd);
        status.Raise(up ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact);
        return up ? 1UL : 0;
    }

    private static Unpacked ForStore(Extended80Bits a, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked number);
        return number.IsNan ? FloatArithmetic.PropagateNan(in number, ref status) : number;
    }
}
