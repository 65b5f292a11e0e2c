namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// A number of any format, and any result before it is rounded. Finite and not zero: High.Low × 2^(Exponent − 127), the highest bit of
/// High set, in results the lowest bit of Low standing for all that lie below it. NaN: bits of the fraction from bit 62 of High on.
/// </summary>
internal struct Unpacked
{
    /// <summary>The upper half of the significand.</summary>
    public ulong High;

    /// <summary>The lower half.</summary>
    public ulong Low;

    /// <summary>The exponent; means nothing for zeros, infinities and NaNs.</summary>
    public int Exponent;

    /// <summary>Its kind. Results that are not special are normal, however small; rounding finds out.</summary>
    public FloatClass Class;

    /// <summary>Its sign.</summary>
    public bool Negative;

    /// <summary>The bit of a significand that is 1 in all normal numbers.</summary>
    public const ulong LeadingBit = 1UL << 63;

    /// <summary>The bit that quiet NaNs have set.</summary>
    public const ulong QuietBit = 1UL << 62;

    /// <summary>Whether it is neither zero nor special.</summary>
    public readonly bool IsNumber => Class <= FloatClass.Denormal;

    /// <summary>Whether it is a NaN, or worse.</summary>
    public readonly bool IsNan => Class >= FloatClass.QuietNan;

    /// <summary>Whether it makes an operation invalid by itself.</summary>
    public readonly bool IsSignaling => Class >= FloatClass.SignalingNan;

    /// <summary>A zero.</summary>
    public static Unpacked Zero(bool negative) => new() { Class = FloatClass.Zero, Negative = negative };

    /// <summary>An infinity.</summary>
    public static Unpacked Infinity(bool negative) => new() { Class = FloatClass.Infinity, Negative = negative, High = LeadingBit };

    /// <summary>A number from a significand that need not have its highest bit set.</summary>
    /// <param name="negative">The sign.</param>
    /// <param name="exponent">The exponent of the highest bit of <paramref name="high"/>.</param>
    /// <param name="high">The significand's upper half.</param>
    /// <param name="low">The lower half. Not both are 0.</param>
    public static Unpacked Normalized(bool negative, int exponent, ulong high, ulong low)
    {
        int shift = Wide.Normalize(ref high, ref low);
        return new() { Negative = negative, Exponent = exponent - shift, High = high, Low = low };
    }
}
