using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>
/// The transcendental functions: against the x87 unit of this machine, which may be one unit in the last place away, and against glibc's
/// functions of 113 bits, from which not even half a unit is allowed.
/// </summary>
public class X87FunctionTests
{
    private delegate (UInt128 First, UInt128 Second) Function(HostCase one, ref FloatStatus status);

    private static readonly Dictionary<string, Function> Functions = new()
    {
        ["f2xm1"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.PowerOf2Minus1(X87Tests.Extended(c.A), ref s)), 0),
        ["fyl2x"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.Logarithm(X87Tests.Extended(c.A), X87Tests.Extended(c.B), ref s)), 0),
        ["fyl2xp1"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.LogarithmOfOnePlus(X87Tests.Extended(c.A), X87Tests.Extended(c.B), ref s)), 0),
        ["fpatan"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.ArcTangent(X87Tests.Extended(c.A), X87Tests.Extended(c.B), ref s)), 0),
        ["fsin"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.Sine(X87Tests.Extended(c.A), out _, ref s)), 0),
        ["fcos"] = (HostCase c, ref FloatStatus s) => (X87Tests.Bits(X87Functions.Cosine(X87Tests.Extended(c.A), out _, ref s)), 0),
        ["fptan"] = (HostCase c, ref FloatStatus s) =>
        {
            Extended80Bits tangent = X87Functions.Tangent(X87Tests.Extended(c.A), out Extended80Bits pushed, out bool inRange, ref s);
            return inRange ? (X87Tests.Bits(pushed), X87Tests.Bits(tangent)) : (X87Tests.Bits(tangent), c.B);
        },
        ["fsincos"] = (HostCase c, ref FloatStatus s) =>
        {
            Extended80Bits sine = X87Functions.SineAndCosine(X87Tests.Extended(c.A), out Extended80Bits cosine, out bool inRange, ref s);
            return inRange ? (X87Tests.Bits(cosine), X87Tests.Bits(sine)) : (X87Tests.Bits(sine), c.B);
        },
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    public static TheoryData<string> TrueNames => [.. Functions.Keys.Where(name => name != "fsincos")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Functions_are_within_a_unit_of_the_processors_and_find_what_it_finds(string name)
    {
        HostCase[] cases = Cases(name, anything: true);
        HostOutcome[] judged = HostUnit.Run(name, cases);

        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = X87Tests.Status(cases[i].Control);
            (UInt128 first, UInt128 second) = Functions[name](cases[i], ref status);
            uint flags = (uint)(status.Flags & FloatFlags.X86), judgedFlags = judged[i].Flags & 0x3f;
            if (AreFlagsClose(flags, judgedFlags, name is "fptan" or "fsincos" ? second : first) && AreClose(first, judged[i].Result) && AreClose(second, judged[i].Second))
                continue;
            if (count++ < 10)
                wrong.AppendLine($"{name} {cases[i].A:x20} {cases[i].B:x20} control {cases[i].Control:x3}: {first:x20} {second:x20} {flags:x2}; "
                    + $"the processor {judged[i].Result:x20} {judged[i].Second:x20} {judgedFlags:x2}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }

    [Theory]
    [MemberData(nameof(TrueNames))]
    public void Functions_are_rounded_correctly(string name)
    {
        HostCase[] cases = Cases(name, anything: false);
        foreach (ref HostCase one in cases.AsSpan())
            one.Control = 0x37f;
        HostCase[] calm = [.. cases.Select(one => one with { Control = 0x1f80 })];
        HostOutcome[] judged = HostUnit.Run($"true_{name}", calm);

        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = X87Tests.Status(cases[i].Control), judge = TestUnits.X87;
            (UInt128 first, UInt128 second) = Functions[name](cases[i], ref status);
            UInt128 ours = name == "fptan" ? second : first;
            // glibc is right to a few units of 113 bits, so that at most 2^-40 of cases may go either way.
            UInt128 least = X87Tests.Bits(Binary128.ToExtended80(judged[i].Result - 512, ref judge)), most = X87Tests.Bits(Binary128.ToExtended80(judged[i].Result + 512, ref judge));
            if (ours == least || ours == most)
                continue;
            if (count++ < 10)
                wrong.AppendLine($"{name} {cases[i].A:x20} {cases[i].B:x20}: {ours:x20}; glibc {judged[i].Result:x32} = {most:x20}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }

    [Theory]
    [InlineData("4000c90fdaa22168c235", "bfbf8000000000000000")]        // FLDPI: a quarter of its last bit above the π of 66 bits
    [InlineData("00000000000000000000", "00000000000000000000")]
    public void The_sine_is_that_of_a_pi_of_66_bits(string angle, string sine)
    {
        // Intel SDM vol. 1, 8.3.8: π is 0.C90FDAA2 2168C234 C × 4.
        FloatStatus status = TestUnits.X87;
        UInt128 bits = UInt128.Parse(angle, System.Globalization.NumberStyles.HexNumber);

        Extended80Bits result = X87Functions.Sine(X87Tests.Extended(bits), out bool inRange, ref status);

        Assert.True(inRange);
        Assert.Equal(sine, result.ToString());
    }

    private static HostCase[] Cases(string name, bool anything)
    {
        Random random = Operands.RandomOf(name + anything);
        Operands operands = new(random);
        HostCase[] cases = new HostCase[Operands.Cases];
        foreach (ref HostCase one in cases.AsSpan())
        {
            one.Control = 0x33f | (uint)random.Next(4) << 10;
            bool any = anything && random.Next(3) == 0;
            (one.A, one.B) = any ? (operands.Next(TestFormat.Extended80), operands.Next(TestFormat.Extended80)) : name switch
            {
                "f2xm1" => (Within(operands, random, -60, -1), 0),
                "fyl2x" => (Within(operands, random, -40, 40) & ~((UInt128)0x8000 << 64), Within(operands, random, -50, 50)),
                "fyl2xp1" => (Within(operands, random, -60, -3), Within(operands, random, -50, 50)),
                "fpatan" => (Within(operands, random, -20, 20), Within(operands, random, -20, 20)),
                // Below π/4, so that it does not matter that glibc has another π.
                _ when !anything => (Within(operands, random, -40, -2), 0),
                _ => (Within(operands, random, -60, 70), 0),
            };
            // Processors promise nothing outside.
            if (name == "f2xm1" && Exponent(one.A) >= 0)
                one.A = X87Tests.Bits(Extended80.FromInt64(random.Next(-1, 2)));
            if (name == "fyl2xp1" && Exponent(one.A) >= -2)
                one.A = Within(operands, random, -60, -3);
        }
        return cases;
    }

    private static int Exponent(UInt128 bits) => (int)(bits >> 64 & 0x7fff) - 16383;

    private static UInt128 Within(Operands operands, Random random, int least, int greatest) =>
        (UInt128)(ulong)(16383 + random.Next(least, greatest + 1) | random.Next(2) << 15) << 64 | operands.Run(64) | 1UL << 63;

    private static bool AreClose(UInt128 a, UInt128 b) =>
        a >> 79 == b >> 79 && (Ordinal(a) > Ordinal(b) ? Ordinal(a) - Ordinal(b) : Ordinal(b) - Ordinal(a)) <= 1;

    /// <summary>
    /// At the ends of the range, the one unit that processors may be off decides on overflow and underflow: the greatest finite number and
    /// the least normal one, each with its neighbour.
    /// </summary>
    private static bool AreFlagsClose(uint flags, uint judged, UInt128 result) =>
        flags == judged || (((flags ^ judged) & ~0x18U) == 0 && (Ordinal(result) is var place && place + 1 >= 1UL << 63 && (place <= 1UL << 63 || place + 1 >= (UInt128)0x7ffe << 63)));

    /// <summary>The place of a number among those of its sign.</summary>
    private static UInt128 Ordinal(UInt128 bits)
    {
        UInt128 exponent = bits >> 64 & 0x7fff, significand = bits & ulong.MaxValue;
        return exponent == 0 ? significand : (exponent - 1 << 63) + significand;
    }
}
