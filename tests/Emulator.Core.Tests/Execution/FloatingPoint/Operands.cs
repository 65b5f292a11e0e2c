namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>Numbers that are hard on arithmetic: ends of ranges, neighbours, long runs of equal bits, close exponents, all kinds of NaNs.</summary>
internal sealed class Operands(Random random)
{
    private int _lastExponent = -1;

    /// <summary>Cases an operation: EMULATOR_FLOAT_CASES if it is set, else a few hundred.</summary>
    public static int Cases { get; } = Environment.GetEnvironmentVariable("EMULATOR_FLOAT_CASES") is { Length: > 0 } given
        ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 400;

    /// <summary>Random numbers that depend on nothing but a name.</summary>
    public static Random RandomOf(string name) => new(name.Aggregate(17, (hash, letter) => unchecked(hash * 31 + letter)));

    /// <summary>A number of a format.</summary>
    public UInt128 Next(TestFormat format) => format.HasLeadingBit ? NextExtended() : NextInterchange(format);

    /// <summary>An integer of 64 bits.</summary>
    public ulong NextInteger() => random.Next(4) switch
    {
        0 => (ulong)random.Next(-20, 20),
        1 => Run(64),
        2 => Run(64) >> random.Next(64),
        _ => (ulong)random.NextInt64() << 1 >> random.Next(64) ^ (random.Next(2) == 0 ? ulong.MaxValue : 0),
    };

    /// <summary>Bits of which many neighbours are equal.</summary>
    public ulong Run(int bits)
    {
        ulong value = random.Next(5) switch
        {
            0 => (ulong)random.NextInt64() << 1 ^ (ulong)random.Next(2),
            1 => ulong.MaxValue << random.Next(64),
            2 => ulong.MaxValue >> random.Next(64),
            3 => 1UL << random.Next(64),
            _ => (1UL << random.Next(64)) + (1UL << random.Next(64)) - (ulong)random.Next(2),
        };
        return bits == 64 ? value : value & ((1UL << bits) - 1);
    }

    private int NextExponent(int mask, int precision) => _lastExponent = Math.Clamp(random.Next(9) switch
    {
        0 => random.Next(mask + 1),
        1 => mask / 2 + random.Next(-4, 5),
        2 => mask / 2 + random.Next(-70, 71),
        3 => random.Next(4),
        4 => mask - random.Next(4),
        5 => random.Next(2) * (mask / 2) + mask / 4 + random.Next(-70, 71),
        // As far from the last one as the last bits of its significand.
        6 when _lastExponent >= 0 => _lastExponent + (precision + random.Next(-3, 4)) * (random.Next(2) * 2 - 1),
        _ when _lastExponent >= 0 => _lastExponent + random.Next(-3, 4),
        _ => mask / 2 + random.Next(-130, 131),
    }, 0, mask);

    private UInt128 NextInterchange(TestFormat format)
    {
        int mask = (1 << format.ExponentBits) - 1, fractionBits = format.Precision - 1;
        UInt128 fraction = new(Run(64), Run(64));
        if (fractionBits > 64 && random.Next(3) == 0)
            fraction = random.Next(2) == 0 ? fraction & ulong.MaxValue : fraction << 64;
        if (fractionBits <= 64 && random.Next(3) == 0)
            fraction = Run(fractionBits) >> random.Next(4) << random.Next(4);
        fraction &= (UInt128.One << fractionBits) - 1;
        if (random.Next(6) == 0)
            fraction = 0;
        int exponent = NextExponent(mask, format.Precision);
        if (exponent == mask && random.Next(3) != 0)
            exponent = _lastExponent = mask / 2;
        return (UInt128)(ulong)random.Next(2) << (format.Precision - 1 + format.ExponentBits) | (UInt128)(ulong)exponent << fractionBits | fraction;
    }

    private UInt128 NextExtended()
    {
        int exponent = NextExponent(0x7fff, 64);
        if (exponent == 0x7fff && random.Next(3) != 0)
            exponent = _lastExponent = 0x3fff;
        ulong significand = random.Next(3) switch
        {
            0 => Run(64),
            1 => Run(64) & ulong.MaxValue << (random.Next(2) == 0 ? 11 : 40),
            _ => Run(64) << random.Next(4),
        };
        if (random.Next(6) == 0)
            significand = 0;
        // The leading bit belongs to the exponent, except where somebody made an odd number.
        bool leading = random.Next(16) == 0 ? random.Next(2) == 0 : exponent != 0;
        significand = leading ? significand | 1UL << 63 : significand & ~(1UL << 63);
        return new UInt128((ulong)(exponent | random.Next(2) << 15), significand);
    }
}
