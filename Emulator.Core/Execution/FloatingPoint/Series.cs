namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// A polynomial whose coefficients are reciprocals of whole numbers, in fixed point: 1 bit before the point and 127 behind it. Each product
/// loses less than 2^-126, and the first coefficient is 1, so that sums have some 120 good bits.
/// </summary>
internal sealed class Series
{
    private readonly (ulong High, ulong Low)[] _coefficients;
    private readonly bool _alternates;

    private Series((ulong High, ulong Low)[] coefficients, bool alternates) => (_coefficients, _alternates) = (coefficients, alternates);

    /// <summary>sin x / x, of x², for x² below 0.62.</summary>
    public static Series Sine { get; } = Factorials(terms: 14, first: 1, step: 2, alternates: true);

    /// <summary>cos x, of x², for x² below 0.62.</summary>
    public static Series Cosine { get; } = Factorials(terms: 14, first: 0, step: 2, alternates: true);

    /// <summary>(e^x − 1) / x, for x from 0 to 0.7.</summary>
    public static Series Exponential { get; } = Factorials(terms: 26, first: 1, step: 1, alternates: false);

    /// <summary>atan x / x, of x², for x up to 1/16.</summary>
    public static Series ArcTangent { get; } = OddNumbers(terms: 13, alternates: true);

    /// <summary>artanh x / x, of x², for x up to 0.172.</summary>
    public static Series AreaTangent { get; } = OddNumbers(terms: 20, alternates: false);

    /// <summary>The sum.</summary>
    /// <param name="x">The argument, not negative and less than 1.</param>
    /// <returns>The sum, from above 0 to below 2. Never exactly 1, for no sum is, unless its argument is 0.</returns>
    public Unpacked Sum(in Unpacked x)
    {
        (ulong high, ulong low) = (x.High, x.Low);
        Wide.ShiftRightSticky(ref high, ref low, -x.Exponent);
        (ulong sumHigh, ulong sumLow) = _coefficients[^1];
        for (int i = _coefficients.Length - 2; i >= 0; i--)
        {
            (ulong productHigh, ulong productLow) = Wide.Multiply(sumHigh, sumLow, high, low, out ulong next, out _);
            productHigh = productHigh << 1 | productLow >> 63;
            productLow = productLow << 1 | next >> 63;
            (sumHigh, sumLow) = _coefficients[i];
            if (_alternates)
                Wide.Subtract(ref sumHigh, ref sumLow, productHigh, productLow);
            else
                Wide.Add(ref sumHigh, ref sumLow, productHigh, productLow);
        }
        // An argument below what fixed point can hold still pulls the sum away from 1.
        if (sumHigh == Unpacked.LeadingBit && sumLow == 0)
            (sumHigh, sumLow) = _alternates ? (Unpacked.LeadingBit - 1, ulong.MaxValue) : (sumHigh, 1);
        return Unpacked.Normalized(negative: false, 0, sumHigh, sumLow);
    }

    private static Series Factorials(int terms, int first, int step, bool alternates)
    {
        (ulong, ulong)[] coefficients = new (ulong, ulong)[terms];
        (ulong high, ulong low) = (Unpacked.LeadingBit, 0);
        for (int i = 0, factor = 1; i < terms; i++)
        {
            for (; factor <= first + i * step; factor++)
                (high, low) = DivideBy(high, low, (ulong)factor);
            coefficients[i] = (high, low);
        }
        return new(coefficients, alternates);
    }

    private static Series OddNumbers(int terms, bool alternates)
    {
        (ulong, ulong)[] coefficients = new (ulong, ulong)[terms];
        for (int i = 0; i < terms; i++)
            coefficients[i] = DivideBy(Unpacked.LeadingBit, 0, (ulong)(2 * i + 1));
        return new(coefficients, alternates);
    }

    private static (ulong High, ulong Low) DivideBy(ulong high, ulong low, ulong divisor)
    {
        UInt128 quotient = new UInt128(high, low) / divisor;
        return ((ulong)(quotient >> 64), (ulong)quotient);
    }
}
