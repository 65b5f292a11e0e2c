using System.Numerics;
using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Operations on unpacked numbers of any format; what they give is still to be rounded.</summary>
internal static class FloatArithmetic
{
    /// <summary>The NaN of invalid operations.</summary>
    public static Unpacked DefaultNan(in FloatStatus status)
    {
        bool allOnes = status.Has(FloatModes.DefaultNanAllOnes);
        return new()
        {
            Class = FloatClass.QuietNan,
            Negative = status.Has(FloatModes.DefaultNanNegative),
            High = allOnes ? ulong.MaxValue : Unpacked.LeadingBit | Unpacked.QuietBit,
            Low = allOnes ? ulong.MaxValue : 0,
        };
    }

    /// <summary>Notes an invalid operation; the default NaN.</summary>
    public static Unpacked Invalid(FloatFlags reason, ref FloatStatus status)
    {
        status.Raise(FloatFlags.Invalid | reason);
        return DefaultNan(in status);
    }

    /// <summary>The sum.</summary>
    public static void Add(in Unpacked a, in Unpacked b, bool subtract, ref FloatStatus status, out Unpacked sum)
    {
        if ((a.Class | b.Class) > FloatClass.Denormal)
        {
            sum = AddSpecial(in a, in b, subtract, ref status);
            return;
        }
        NoteDenormal(a.Class | b.Class, ref status);
        bool otherSign = a.Negative ^ b.Negative ^ subtract;
        int distance = a.Exponent - b.Exponent;
        sum.Class = FloatClass.Normal;
        ulong high, low, otherHigh, otherLow;
        if (distance >= 0)
        {
            (high, low, sum.Exponent, sum.Negative) = (a.High, a.Low, a.Exponent, a.Negative);
            (otherHigh, otherLow) = (b.High, b.Low);
        }
        else
        {
            (high, low, sum.Exponent, sum.Negative) = (b.High, b.Low, b.Exponent, b.Negative ^ subtract);
            (otherHigh, otherLow) = (a.High, a.Low);
            distance = -distance;
        }
        Wide.ShiftRightSticky(ref otherHigh, ref otherLow, distance);
        if (!otherSign)
        {
            if (Wide.Add(ref high, ref low, otherHigh, otherLow))
            {
                low = high << 63 | low >> 1 | (low & 1);
                high = high >> 1 | Unpacked.LeadingBit;
                sum.Exponent++;
            }
            (sum.High, sum.Low) = (high, low);
            return;
        }
        if (distance == 0 && Wide.IsLess(high, low, otherHigh, otherLow))
        {
            (high, low, otherHigh, otherLow) = (otherHigh, otherLow, high, low);
            sum.Negative = !sum.Negative;
        }
        Wide.Subtract(ref high, ref low, otherHigh, otherLow);
        if ((high | low) == 0)
        {
            sum = Unpacked.Zero(status.Rounding == FloatRounding.Down);
            return;
        }
        sum.Exponent -= Wide.Normalize(ref high, ref low);
        (sum.High, sum.Low) = (high, low);
    }

    /// <summary>The product.</summary>
    public static void Multiply(in Unpacked a, in Unpacked b, ref FloatStatus status, out Unpacked product)
    {
        if ((a.Class | b.Class) > FloatClass.Denormal)
        {
            product = MultiplySpecial(in a, in b, ref status);
            return;
        }
        NoteDenormal(a.Class | b.Class, ref status);
        product.Class = FloatClass.Normal;
        product.Negative = a.Negative ^ b.Negative;
        ulong high, low;
        if ((a.Low | b.Low) == 0)
            high = Math.BigMul(a.High, b.High, out low);
        else
        {
            (high, low) = Wide.Multiply(a.High, a.Low, b.High, b.Low, out ulong low1, out ulong low0);
            // Operands have 113 bits, so that bit 0 is free, even after the shift below.
            low |= (low1 | low0) != 0 ? 1UL : 0;
        }
        int exponent = a.Exponent + b.Exponent + 1;
        if ((long)high >= 0)
        {
            high = high << 1 | low >> 63;
            low <<= 1;
            exponent--;
        }
        product.Exponent = exponent;
        (product.High, product.Low) = (high, low);
    }

    /// <summary>The quotient.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    /// <param name="wide">Whether the result is for more than 64 bits.</param>
    /// <param name="status">Says how, and is told what was found.</param>
    /// <param name="quotient">The quotient.</param>
    public static void Divide(in Unpacked a, in Unpacked b, bool wide, ref FloatStatus status, out Unpacked quotient)
    {
        if ((a.Class | b.Class) > FloatClass.Denormal)
        {
            quotient = DivideSpecial(in a, in b, ref status);
            return;
        }
        NoteDenormal(a.Class | b.Class, ref status);
        quotient.Class = FloatClass.Normal;
        quotient.Negative = a.Negative ^ b.Negative;
        quotient.Exponent = a.Exponent - b.Exponent;
        // The dividend is made less than the divisor, and at least its half.
        (ulong high, ulong low, ulong last) = (a.High, a.Low, 0);
        if (Wide.IsLess(high, low, b.High, b.Low))
            quotient.Exponent--;
        else
        {
            last = low << 63;
            low = high << 63 | low >> 1;
            high >>= 1;
        }
        if (!wide)
        {
            quotient.High = Wide.Divide(high, low, b.High, out ulong remainder);
            quotient.Low = remainder == 0 ? 0 : CompareToHalf(remainder, b.High);
            return;
        }
        quotient.High = Wide.Divide(ref high, ref low, last, b.High, b.Low);
        ulong next = Wide.Divide(ref high, ref low, 0, b.High, b.Low);
        quotient.Low = next | ((high | low) != 0 ? 1UL : 0);
    }

    /// <summary>The square root.</summary>
    /// <param name="a">The number.</param>
    /// <param name="wide">Whether the result is for more than 64 bits.</param>
    /// <param name="status">Says how, and is told what was found.</param>
    /// <param name="root">The root.</param>
    public static void SquareRoot(in Unpacked a, bool wide, ref FloatStatus status, out Unpacked root)
    {
        if (a.Class > FloatClass.Denormal || a.Negative)
        {
            root = SquareRootSpecial(in a, ref status);
            return;
        }
        NoteDenormal(a.Class, ref status);
        root.Class = FloatClass.Normal;
        root.Negative = false;
        root.Exponent = a.Exponent >> 1;
        // An even exponent leaves the significand in [1, 2): one bit lower, so that the root's highest bit is set.
        (ulong high, ulong low, ulong last) = (a.High, a.Low, 0);
        if ((a.Exponent & 1) == 0)
        {
            last = low << 63;
            low = high << 63 | low >> 1;
            high >>= 1;
        }
        root.High = Wide.SquareRoot(high, low, out ulong remainder, out bool remainderIsWide);
        if (!wide)
        {
            // The root's square is whole: what remains is above the half if it is greater than the root, and never the half.
            bool exact = remainder == 0 && !remainderIsWide;
            root.Low = exact ? 0 : remainderIsWide || remainder > root.High ? Unpacked.LeadingBit | 1 : 1;
            return;
        }
        root.Low = Wide.SquareRootDigit(root.High, remainder, remainderIsWide, last);
    }

    /// <summary>a × b + c, rounded once.</summary>
    /// <param name="a">The multiplicand.</param>
    /// <param name="b">The multiplier.</param>
    /// <param name="c">The addend.</param>
    /// <param name="negateProduct">−(a × b) instead.</param>
    /// <param name="negateAddend">−c instead.</param>
    /// <param name="status">Says how, and is told what was found.</param>
    /// <param name="result">The result.</param>
    public static void MultiplyAdd(in Unpacked a, in Unpacked b, in Unpacked c, bool negateProduct, bool negateAddend, ref FloatStatus status, out Unpacked result)
    {
        bool negative = a.Negative ^ b.Negative ^ negateProduct;
        bool addendNegative = c.Negative ^ negateAddend;
        if ((a.Class | b.Class | c.Class) > FloatClass.Denormal)
        {
            if (MultiplyAddSpecial(in a, in b, in c, negative, addendNegative, ref status, out result))
                return;
        }
        NoteDenormal(a.Class | b.Class | c.Class, ref status);
        (ulong high, ulong low) = Wide.Multiply(a.High, a.Low, b.High, b.Low, out ulong low1, out ulong low0);
        int exponent = a.Exponent + b.Exponent + 1;
        if (c.Class == FloatClass.Zero)
        {
            result = Unpacked.Normalized(negative, exponent, high, low | ((low1 | low0) != 0 ? 1UL : 0));
            return;
        }
        (ulong otherHigh, ulong otherLow, ulong other1, ulong other0) = (c.High, c.Low, 0, 0);
        int distance = exponent - c.Exponent;
        if (distance >= 0)
            Wide.ShiftRightSticky(ref otherHigh, ref otherLow, ref other1, ref other0, distance);
        else
        {
            Wide.ShiftRightSticky(ref high, ref low, ref low1, ref low0, -distance);
            exponent = c.Exponent;
        }
        if (negative == addendNegative)
        {
            bool carry = Wide.Add(ref low1, ref low0, other1, other0);
            bool carried = Wide.Add(ref high, ref low, otherHigh, otherLow);
            carried |= carry && Wide.Add(ref high, ref low, 0, 1);
            if (carried)
            {
                low1 |= low << 63;
                low = high << 63 | low >> 1;
                high = high >> 1 | Unpacked.LeadingBit;
                exponent++;
            }
        }
        else
        {
            bool less = Wide.IsLess(high, low, otherHigh, otherLow) || (high == otherHigh && low == otherLow && Wide.IsLess(low1, low0, other1, other0));
            if (less)
            {
                (high, low, low1, low0, otherHigh, otherLow, other1, other0) = (otherHigh, otherLow, other1, other0, high, low, low1, low0);
                negative = !negative;
            }
            bool borrow = Wide.IsLess(low1, low0, other1, other0);
            Wide.Subtract(ref low1, ref low0, other1, other0);
            Wide.Subtract(ref high, ref low, otherHigh, otherLow);
            if (borrow)
                Wide.Subtract(ref high, ref low, 0, 1);
            if ((high | low | low1 | low0) == 0)
            {
                result = Unpacked.Zero(status.Rounding == FloatRounding.Down);
                return;
            }
        }
        while ((long)high >= 0)
        {
            int shift = high == 0 ? 64 : BitOperations.LeadingZeroCount(high);
            exponent -= shift;
            if (shift == 64)
                (high, low, low1, low0) = (low, low1, low0, 0);
            else
            {
                high = high << shift | low >> (64 - shift);
                low = low << shift | low1 >> (64 - shift);
                low1 = low1 << shift | low0 >> (64 - shift);
                low0 <<= shift;
            }
        }
        result.Class = FloatClass.Normal;
        result.Negative = negative;
        result.Exponent = exponent;
        result.High = high;
        result.Low = low | ((low1 | low0) != 0 ? 1UL : 0);
    }

    /// <summary>a less a whole multiple of b. Exact.</summary>
    /// <param name="a">The dividend.</param>
    /// <param name="b">The divisor.</param>
    /// <param name="nearest">The nearest multiple, and of two the even one; otherwise the nearest towards zero.</param>
    /// <param name="steps">
    /// Bits of the quotient that are found, if it has more: then the remainder is less than b shifted left by what is missing of them.
    /// </param>
    /// <param name="status">Is told what was found.</param>
    /// <param name="remainder">The remainder; a zero has a's sign.</param>
    /// <param name="quotient">The low 64 bits of the quotient without its sign.</param>
    public static void Remainder(in Unpacked a, in Unpacked b, bool nearest, int steps, ref FloatStatus status, out Unpacked remainder, out ulong quotient)
    {
        quotient = 0;
        if ((a.Class | b.Class) > FloatClass.Denormal)
        {
            remainder = RemainderSpecial(in a, in b, ref status);
            return;
        }
        NoteDenormal(a.Class | b.Class, ref status);
        int distance = a.Exponent - b.Exponent;
        if (distance < (nearest ? -1 : 0))
        {
            remainder = a with { Class = FloatClass.Normal };
            return;
        }
        (ulong high, ulong low) = (a.High, a.Low);
        bool negative = a.Negative;
        int exponent = b.Exponent;
        if (distance < 0)
        {
            // Less than b, but perhaps more than its half. No operand has 128 bits.
            low = high << 63 | low >> 1;
            high >>= 1;
        }
        else
        {
            steps = Math.Min(steps, distance);
            exponent += distance - steps;
            nearest &= steps == distance;
            if (!Wide.IsLess(high, low, b.High, b.Low))
            {
                Wide.Subtract(ref high, ref low, b.High, b.Low);
                quotient = 1;
            }
            while (steps > 0)
            {
                int shift = Math.Min(steps, 64);
                steps -= shift;
                if (shift == 64)
                {
                    quotient = Wide.Divide(ref high, ref low, 0, b.High, b.Low);
                    continue;
                }
                ulong upper = high >> (64 - shift), middle = high << shift | low >> (64 - shift);
                quotient = quotient << shift | Wide.Divide(ref upper, ref middle, low << shift, b.High, b.Low);
                (high, low) = (upper, middle);
            }
        }
        if (nearest)
        {
            (ulong missingHigh, ulong missingLow) = (b.High, b.Low);
            Wide.Subtract(ref missingHigh, ref missingLow, high, low);
            if (Wide.IsLess(missingHigh, missingLow, high, low) || (missingHigh == high && missingLow == low && (quotient & 1) != 0))
            {
                (high, low) = (missingHigh, missingLow);
                negative = !negative;
                quotient++;
            }
        }
        remainder = (high | low) == 0 ? Unpacked.Zero(a.Negative) : Unpacked.Normalized(negative, exponent, high, low);
    }

    /// <summary>The same number for another format; a NaN becomes quiet.</summary>
    public static void Convert(in Unpacked a, ref FloatStatus status, out Unpacked result)
    {
        if (a.IsNan)
        {
            result = PropagateNan(in a, ref status);
            return;
        }
        if (a.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        result = a;
    }

    /// <summary>The number without its fraction. Does not mind denormal numbers.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction.</param>
    /// <param name="exact">Whether inexactness is told.</param>
    /// <param name="status">Is told what was found.</param>
    /// <param name="result">The result.</param>
    public static void RoundToIntegral(in Unpacked a, FloatRounding rounding, bool exact, ref FloatStatus status, out Unpacked result)
    {
        result = a.IsNan ? PropagateNan(in a, ref status) : a;
        if (!result.IsNumber || result.Exponent >= 127)
            return;
        (ulong high, ulong low) = Fixed(in a, out ulong tail);
        if (tail == 0)
            return;
        if (exact)
            status.Raise(FloatFlags.Inexact);
        if (FloatCodec.GoesUp(rounding, a.Negative, tail, (low & 1) != 0))
        {
            if (exact)
                status.Raise(FloatFlags.RoundedUp);
            Wide.Add(ref high, ref low, 0, 1);
        }
        result = (high | low) == 0 ? Unpacked.Zero(a.Negative) : Unpacked.Normalized(a.Negative, 127, high, low);
    }

    /// <summary>An integer.</summary>
    /// <param name="a">The number.</param>
    /// <param name="bits">Bits of the integer, up to 64.</param>
    /// <param name="signed">Whether it has a sign.</param>
    /// <param name="rounding">The direction.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    /// <returns>The integer, its sign extended to 64 bits.</returns>
    public static ulong ToInteger(in Unpacked a, int bits, bool signed, FloatRounding rounding, ref FloatStatus status)
    {
        ulong greatest = ulong.MaxValue >> (64 - bits + (signed ? 1 : 0));
        if (!a.IsNumber)
        {
            if (a.Class == FloatClass.Zero)
                return 0;
            if (a.Class == FloatClass.SignalingNan)
                status.Raise(FloatFlags.InvalidSignalingNan);
            return OutOfRange(in a, 0, greatest, signed, ref status);
        }
        if (a.Exponent < 64)
        {
            (_, ulong magnitude) = Fixed(in a, out ulong tail);
            bool up = tail != 0 && FloatCodec.GoesUp(rounding, a.Negative, tail, (magnitude & 1) != 0);
            bool carried = up && magnitude == ulong.MaxValue;
            magnitude += up ? 1UL : 0;
            if (!carried && magnitude <= (!a.Negative ? greatest : signed ? greatest + 1 : 0))
            {
                if (tail != 0)
                    status.Raise(up ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact);
                return a.Negative ? 0 - magnitude : magnitude;
            }
            return OutOfRange(in a, magnitude, greatest, signed, ref status);
        }
        ulong lowBits = a.Exponent < 128 ? Fixed(in a, out _).Low : a.Exponent < 191 ? a.Low << (a.Exponent - 127) : 0;
        return OutOfRange(in a, lowBits, greatest, signed, ref status);
    }

    /// <summary>An integer as a number.</summary>
    /// <param name="magnitude">The integer without its sign.</param>
    /// <param name="negative">Its sign.</param>
    public static Unpacked FromInteger(ulong magnitude, bool negative) =>
        magnitude == 0 ? Unpacked.Zero(negative) : Unpacked.Normalized(negative, 63, magnitude, 0);

    /// <summary>Compares.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    /// <param name="signaling">Whether quiet NaNs are invalid, too.</param>
    /// <param name="status">Is told what was found.</param>
    public static FloatRelation Compare(in Unpacked a, in Unpacked b, bool signaling, ref FloatStatus status)
    {
        if (a.IsNan || b.IsNan)
        {
            if (a.IsSignaling || b.IsSignaling)
                status.Raise(FloatFlags.Invalid | FloatFlags.InvalidSignalingNan);
            if (signaling)
                status.Raise(FloatFlags.Invalid | FloatFlags.InvalidCompare);
            return FloatRelation.Unordered;
        }
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        if (a.Class == FloatClass.Zero && b.Class == FloatClass.Zero)
            return FloatRelation.Equal;
        if (a.Class == FloatClass.Zero)
            return b.Negative ? FloatRelation.Greater : FloatRelation.Less;
        if (b.Class == FloatClass.Zero)
            return a.Negative ? FloatRelation.Less : FloatRelation.Greater;
        if (a.Negative != b.Negative)
            return a.Negative ? FloatRelation.Less : FloatRelation.Greater;
        int order = CompareMagnitudes(in a, in b);
        return order == 0 ? FloatRelation.Equal : order < 0 ^ a.Negative ? FloatRelation.Less : FloatRelation.Greater;
    }

    /// <summary>The order of two numbers or infinities, without their signs.</summary>
    public static int CompareMagnitudes(in Unpacked a, in Unpacked b)
    {
        if (a.Class == FloatClass.Infinity || b.Class == FloatClass.Infinity)
            return (a.Class == FloatClass.Infinity ? 1 : 0) - (b.Class == FloatClass.Infinity ? 1 : 0);
        if (a.Exponent != b.Exponent)
            return a.Exponent < b.Exponent ? -1 : 1;
        int order = a.High.CompareTo(b.High);
        return order != 0 ? order : a.Low.CompareTo(b.Low);
    }

    /// <summary>What comes of one operand that is a NaN.</summary>
    public static Unpacked PropagateNan(in Unpacked a, ref FloatStatus status)
    {
        if (a.Class == FloatClass.Unsupported)
            return Invalid(FloatFlags.None, ref status);
        if (a.Class == FloatClass.SignalingNan)
            status.Raise(FloatFlags.Invalid | FloatFlags.InvalidSignalingNan);
        return status.Nans == NanRule.Default ? DefaultNan(in status) : Quieted(in a);
    }

    /// <summary>What comes of two operands of which one is a NaN, or both are.</summary>
    public static Unpacked PropagateNan(in Unpacked a, in Unpacked b, ref FloatStatus status)
    {
        if (a.Class == FloatClass.Unsupported || b.Class == FloatClass.Unsupported)
            return Invalid(FloatFlags.None, ref status);
        if (a.IsSignaling || b.IsSignaling)
            status.Raise(FloatFlags.Invalid | FloatFlags.InvalidSignalingNan);
        if (status.Nans == NanRule.Default)
            return DefaultNan(in status);
        if (!b.IsNan)
            return Quieted(in a);
        if (!a.IsNan)
            return Quieted(in b);
        bool first = status.Nans switch
        {
            NanRule.Second => false,
            NanRule.SignalingFirst => a.IsSignaling || !b.IsSignaling,
            NanRule.SignalingLast => a.IsSignaling && !b.IsSignaling,
            NanRule.GreaterSignificand when a.IsSignaling != b.IsSignaling => !a.IsSignaling,
            NanRule.GreaterSignificand => a.High != b.High ? a.High > b.High : a.Low != b.Low ? a.Low > b.Low : !a.Negative,
            _ => true,
        };
        return Quieted(first ? a : b);
    }

    /// <summary>Notes that a denormal number was used. Classes: of operands that are neither infinite nor NaNs, all bits together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every operation
    private static void NoteDenormal(FloatClass classes, ref FloatStatus status)
    {
        if (((int)classes & (int)FloatClass.Denormal) != 0)
            status.Raise(FloatFlags.Denormal);
    }

    private static Unpacked Quieted(in Unpacked nan) => nan with { Class = FloatClass.QuietNan, High = nan.High | Unpacked.QuietBit };

    /// <summary>A number as 128 bits before the point, and what follows it: the half at the highest bit, the lowest standing for all below.</summary>
    private static (ulong High, ulong Low) Fixed(in Unpacked a, out ulong tail)
    {
        (ulong high, ulong low) = (a.High, a.Low);
        int shift = 127 - a.Exponent;
        if (shift >= 128)
        {
            tail = shift == 128 ? high | (low != 0 ? 1UL : 0) : 1;
            return (0, 0);
        }
        if (shift == 0)
            tail = 0;
        else if (shift < 64)
        {
            tail = low << (64 - shift);
            low = high << (64 - shift) | low >> shift;
            high >>= shift;
        }
        else
        {
            int rest = shift - 64;
            tail = rest == 0 ? low : high << (64 - rest) | low >> rest | (low << (64 - rest) != 0 ? 1UL : 0);
            (high, low) = (0, high >> rest);
        }
        return (high, low);
    }

    private static ulong OutOfRange(in Unpacked a, ulong lowBits, ulong greatest, bool signed, ref FloatStatus status)
    {
        status.Raise(FloatFlags.Invalid | FloatFlags.InvalidConvert);
        if (status.Has(FloatModes.InvalidIntegersAreInexact) && !a.IsNan)
            status.Raise(FloatFlags.Inexact);
        ulong least = signed ? ~greatest : 0;
        bool nan = a.IsNan;
        return status.Integers switch
        {
            IntegerRule.Indefinite => signed ? least : greatest,
            IntegerRule.LowBits when !a.IsNumber => 0,
            IntegerRule.LowBits => Extended(a.Negative ? 0 - lowBits : lowBits, greatest, signed),
            IntegerRule.SaturateNanLeast when nan => least,
            IntegerRule.SaturateNanGreatest when nan => greatest,
            _ => a.Negative ? least : greatest,
        };

        static ulong Extended(ulong value, ulong greatest, bool signed)
        {
            int unused = BitOperations.LeadingZeroCount(greatest) - (signed ? 1 : 0);
            return signed ? (ulong)((long)(value << unused) >> unused) : value << unused >> unused;
        }
    }

    /// <summary>CompareToHalf as the lower half of a quotient: above, at or below half of the divisor.</summary>
    private static ulong CompareToHalf(ulong remainder, ulong divisor)
    {
        ulong missing = divisor - remainder;
        return remainder > missing ? Unpacked.LeadingBit | 1 : remainder == missing ? Unpacked.LeadingBit : 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static Unpacked AddSpecial(in Unpacked a, in Unpacked b, bool subtract, ref FloatStatus status)
    {
        if (a.IsNan || b.IsNan)
            return PropagateNan(in a, in b, ref status);
        bool otherSign = a.Negative ^ b.Negative ^ subtract;
        if (a.Class == FloatClass.Infinity && b.Class == FloatClass.Infinity)
            return otherSign ? Invalid(FloatFlags.InvalidSubtract, ref status) : a;
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        if (a.Class == FloatClass.Zero && b.Class == FloatClass.Zero)
            return Unpacked.Zero(otherSign ? status.Rounding == FloatRounding.Down : a.Negative);
        return a.Class == FloatClass.Infinity || b.Class == FloatClass.Zero ? a : b with { Negative = b.Negative ^ subtract };
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static Unpacked MultiplySpecial(in Unpacked a, in Unpacked b, ref FloatStatus status)
    {
        if (a.IsNan || b.IsNan)
            return PropagateNan(in a, in b, ref status);
        bool infinite = a.Class == FloatClass.Infinity || b.Class == FloatClass.Infinity;
        if (infinite && (a.Class == FloatClass.Zero || b.Class == FloatClass.Zero))
            return Invalid(FloatFlags.InvalidMultiply, ref status);
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        bool negative = a.Negative ^ b.Negative;
        return infinite ? Unpacked.Infinity(negative) : Unpacked.Zero(negative);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static Unpacked DivideSpecial(in Unpacked a, in Unpacked b, ref FloatStatus status)
    {
        if (a.IsNan || b.IsNan)
            return PropagateNan(in a, in b, ref status);
        bool negative = a.Negative ^ b.Negative;
        if (a.Class == b.Class)
            return Invalid(a.Class == FloatClass.Zero ? FloatFlags.InvalidDivideZero : FloatFlags.InvalidDivideInfinity, ref status);
        if (b.Class == FloatClass.Zero && a.Class != FloatClass.Infinity)
        {
            status.Raise(FloatFlags.DivideByZero);
            return Unpacked.Infinity(negative);
        }
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        return a.Class == FloatClass.Infinity ? Unpacked.Infinity(negative) : Unpacked.Zero(negative);
    }

    private static Unpacked RemainderSpecial(in Unpacked a, in Unpacked b, ref FloatStatus status)
    {
        if (a.IsNan || b.IsNan)
            return PropagateNan(in a, in b, ref status);
        if (a.Class == FloatClass.Infinity)
            return Invalid(FloatFlags.InvalidDivideInfinity, ref status);
        if (b.Class == FloatClass.Zero)
            return Invalid(FloatFlags.InvalidDivideZero, ref status);
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        return a;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static Unpacked SquareRootSpecial(in Unpacked a, ref FloatStatus status)
    {
        if (a.IsNan)
            return PropagateNan(in a, ref status);
        return a.Negative && a.Class != FloatClass.Zero ? Invalid(FloatFlags.InvalidSquareRoot, ref status) : a;
    }

    /// <summary>True if the result is there; false if the product is a number and is to be added.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    private static bool MultiplyAddSpecial(
        in Unpacked a, in Unpacked b, in Unpacked c, bool negative, bool addendNegative, ref FloatStatus status, out Unpacked result)
    {
        bool invalidProduct = (a.Class == FloatClass.Infinity && b.Class == FloatClass.Zero) || (a.Class == FloatClass.Zero && b.Class == FloatClass.Infinity);
        if (a.IsNan || b.IsNan || c.IsNan)
        {
            result = MultiplyAddNan(in a, in b, in c, invalidProduct, ref status);
            return true;
        }
        if (invalidProduct)
        {
            result = Invalid(FloatFlags.InvalidMultiply, ref status);
            return true;
        }
        bool infiniteProduct = a.Class == FloatClass.Infinity || b.Class == FloatClass.Infinity;
        if (infiniteProduct && c.Class == FloatClass.Infinity && negative != addendNegative)
        {
            result = Invalid(FloatFlags.InvalidSubtract, ref status);
            return true;
        }
        bool zeroProduct = a.Class == FloatClass.Zero || b.Class == FloatClass.Zero;
        if (!infiniteProduct && !zeroProduct && c.Class != FloatClass.Infinity)
        {
            // Only the addend is special, a zero.
            result = default;
            return false;
        }
        if (a.Class == FloatClass.Denormal || b.Class == FloatClass.Denormal || c.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
        if (infiniteProduct)
            result = Unpacked.Infinity(negative);
        else if (c.Class == FloatClass.Zero)
            result = Unpacked.Zero(negative == addendNegative ? negative : status.Rounding == FloatRounding.Down);
        else
            result = c with { Negative = addendNegative };
        return true;
    }

    private static Unpacked MultiplyAddNan(in Unpacked a, in Unpacked b, in Unpacked c, bool invalidProduct, ref FloatStatus status)
    {
        if (a.Class == FloatClass.Unsupported || b.Class == FloatClass.Unsupported || c.Class == FloatClass.Unsupported)
            return Invalid(FloatFlags.None, ref status);
        bool signaling = a.IsSignaling || b.IsSignaling || c.IsSignaling;
        if (signaling)
            status.Raise(FloatFlags.Invalid | FloatFlags.InvalidSignalingNan);
        if (invalidProduct && !status.Has(FloatModes.InvalidProductYieldsToNan))
            status.Raise(FloatFlags.Invalid | FloatFlags.InvalidMultiply);
        switch (status.Nans)
        {
            case NanRule.FirstAddendBeforeMultiplier:
                return Quieted(a.IsNan ? a : c.IsNan ? c : b);
            case NanRule.Second:
                // Alpha has no such instruction; the last operand, as in its other ones.
                return Quieted(c.IsNan ? c : b.IsNan ? b : a);
            case NanRule.SignalingFirst:
                if (invalidProduct)
                    return DefaultNan(in status);
                return Quieted(signaling ? a.IsSignaling ? a : b.IsSignaling ? b : c : a.IsNan ? a : b.IsNan ? b : c);
            case NanRule.SignalingLast:
                return Quieted(signaling ? c.IsSignaling ? c : b.IsSignaling ? b : a : c.IsNan ? c : b.IsNan ? b : a);
            case NanRule.Default:
                return DefaultNan(in status);
            default:
                return Quieted(a.IsNan ? a : b.IsNan ? b : c);
        }
    }
}
