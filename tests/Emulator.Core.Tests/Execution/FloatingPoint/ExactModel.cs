using System.Numerics;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>
/// Arithmetic as IEEE 754 words it: the true result as a fraction of whole numbers of any length, then rounded once. Slow, and with nothing
/// in common with what it judges. Numbers only: no infinities, no NaNs among the operands.
/// </summary>
internal static class ExactModel
{
    /// <summary>Rounds numerator / denominator.</summary>
    /// <param name="format">The format of the result.</param>
    /// <param name="numerator">Not 0.</param>
    /// <param name="denominator">Above 0.</param>
    /// <param name="more">Whether the true value is a little farther from zero, by less than any quotient shows (roots).</param>
    /// <param name="rounding">The direction.</param>
    /// <param name="afterRounding">Whether tininess is looked for after rounding.</param>
    public static (UInt128 Bits, FloatFlags Flags) Round(
        TestFormat format, BigInteger numerator, BigInteger denominator, bool more, FloatRounding rounding, bool afterRounding)
    {
        bool negative = numerator.Sign < 0;
        numerator = BigInteger.Abs(numerator);
        int bias = (1 << (format.ExponentBits - 1)) - 1;

        // 2^exponent <= value < 2^(exponent + 1)
        int exponent = (int)(numerator.GetBitLength() - denominator.GetBitLength());
        if (Scaled(numerator, exponent < 0 ? -exponent : 0) < Scaled(denominator, exponent > 0 ? exponent : 0))
            exponent--;

        (BigInteger significand, bool inexact) = Quantum(exponent - format.Precision + 1);
        bool tiny = exponent < 1 - bias && (!afterRounding || significand < BigInteger.One << format.Precision);
        if (afterRounding && exponent < -bias)
            tiny = true;
        if (exponent < 1 - bias)
        {
            (significand, inexact) = Quantum(1 - bias - format.Precision + 1);
            exponent = 1 - bias;
        }
        if (significand == BigInteger.One << format.Precision)
            (significand, exponent) = (significand >> 1, exponent + 1);
        FloatFlags flags = inexact ? tiny ? FloatFlags.Inexact | FloatFlags.Underflow : FloatFlags.Inexact : 0;
        UInt128 sign = negative ? UInt128.One << (format.Precision + format.ExponentBits - 1) : 0;
        if (exponent > bias)
        {
            bool infinite = rounding is FloatRounding.NearestEven or FloatRounding.NearestAway || rounding == (negative ? FloatRounding.Down : FloatRounding.Up);
            UInt128 infinity = ((UInt128.One << format.ExponentBits) - 1) << (format.Precision - 1);
            return (sign | (infinite ? infinity : infinity - 1), FloatFlags.Overflow | FloatFlags.Inexact);
        }
        bool denormal = significand < BigInteger.One << (format.Precision - 1);
        UInt128 fraction = (UInt128)significand & ((UInt128.One << (format.Precision - 1)) - 1);
        return (sign | (UInt128)(ulong)(denormal ? 0 : exponent + bias) << (format.Precision - 1) | fraction, flags);

        (BigInteger Whole, bool Inexact) Quantum(int unit)
        {
            BigInteger whole = BigInteger.DivRem(Scaled(numerator, unit < 0 ? -unit : 0), Scaled(denominator, unit > 0 ? unit : 0), out BigInteger rest);
            if (rest.IsZero && !more)
                return (whole, false);
            int half = (rest * 2).CompareTo(Scaled(denominator, unit > 0 ? unit : 0));
            if (half == 0 && more)
                half = 1;
            bool up = rounding switch
            {
                FloatRounding.NearestEven => half > 0 || (half == 0 && !whole.IsEven),
                FloatRounding.NearestAway => half >= 0,
                FloatRounding.TowardZero => false,
                _ => negative == (rounding == FloatRounding.Down),
            };
            return (up ? whole + 1 : whole, true);
        }
    }

    /// <summary>A number as whole / 2^2^format.ExponentBits.</summary>
    public static BigInteger Fixed(TestFormat format, UInt128 bits)
    {
        int exponent = (int)(bits >> (format.Precision - 1)) & ((1 << format.ExponentBits) - 1);
        UInt128 fraction = bits & ((UInt128.One << (format.Precision - 1)) - 1);
        BigInteger significand = exponent == 0 ? fraction : fraction | UInt128.One << (format.Precision - 1);
        significand <<= Math.Max(exponent, 1) - 1;
        return (bits >> (format.Precision + format.ExponentBits - 1) & 1) != 0 ? -significand : significand;
    }

    /// <summary>2^n that <see cref="Fixed"/> counts in: the least denormal number is 1.</summary>
    public static int UnitExponent(TestFormat format) => -((1 << (format.ExponentBits - 1)) - 2 + format.Precision - 1);

    private static BigInteger Scaled(BigInteger value, int shift) => value << shift;
}
