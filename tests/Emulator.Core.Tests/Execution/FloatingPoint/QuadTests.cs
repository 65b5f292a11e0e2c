using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>binary128 against libgcc's and glibc's arithmetic: results and flags, in four directions.</summary>
public class QuadTests
{
    private delegate UInt128 Operation(in HostCase one, ref FloatStatus status);

    private static readonly Dictionary<string, (TestFormat Operands, Operation Ours)> Operations = new()
    {
        ["addq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.Add(c.A, c.B, ref s)),
        ["subq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.Subtract(c.A, c.B, ref s)),
        ["mulq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.Multiply(c.A, c.B, ref s)),
        ["divq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.Divide(c.A, c.B, ref s)),
        ["sqrtq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.SquareRoot(c.A, ref s)),
        ["fmaq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.MultiplyAdd(c.A, c.B, c.C, ref s)),
        ["remq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.Remainder(c.A, c.B, ref s)),
        ["rintq"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.RoundToIntegral(c.A, s.Rounding, exact: true, ref s)),
        ["qto64"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.ToBinary64(c.A, ref s)),
        ["qto32"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => Binary128.ToBinary32(c.A, ref s)),
        ["qto80"] = (TestFormat.Binary128, (in HostCase c, ref FloatStatus s) => X87Tests.Bits(Binary128.ToExtended80(c.A, ref s))),
        ["f64toq"] = (TestFormat.Binary64, (in HostCase c, ref FloatStatus s) => Binary64.ToBinary128((ulong)c.A, ref s)),
        ["f32toq"] = (TestFormat.Binary32, (in HostCase c, ref FloatStatus s) => Binary32.ToBinary128((uint)c.A, ref s)),
        ["f80toq"] = (TestFormat.Extended80, (in HostCase c, ref FloatStatus s) => Extended80.ToBinary128(X87Tests.Extended(c.A), ref s)),
        ["i64toq"] = (TestFormat.Binary64, (in HostCase c, ref FloatStatus _) => Binary128.FromInt64((long)c.ALow)),
        ["u64toq"] = (TestFormat.Binary64, (in HostCase c, ref FloatStatus _) => Binary128.FromUInt64(c.ALow)),
        ["i32toq"] = (TestFormat.Binary64, (in HostCase c, ref FloatStatus _) => Binary128.FromInt64((int)(uint)c.ALow)),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_flags_are_those_of_the_compilers_library(string name)
    {
        (TestFormat format, Operation ours) = Operations[name];
        Random random = Operands.RandomOf(name);
        Operands operands = new(random);
        HostCase[] cases = new HostCase[Operands.Cases];
        foreach (ref HostCase one in cases.AsSpan())
        {
            // A remainder is exact, and a zero has the dividend's sign (IEEE 754-2008, 5.3.1); glibc's has not when rounding down.
            one.Control = 0x1f80 | (name == "remq" ? 0 : (uint)random.Next(4) << 13);
            (one.A, one.B, one.C) = (operands.Next(format), operands.Next(format), operands.Next(format));
            // gcc does not know unsupported encodings and pseudo-denormals.
            while (format.HasLeadingBit && (Extended80.Classify(X87Tests.Extended(one.A)) == FloatClass.Unsupported || (one.AHigh << 49 == 0 && one.ALow >> 63 != 0)))
                one.A = operands.Next(format);
            if (name is "i64toq" or "u64toq" or "i32toq")
                one.A = operands.NextInteger();
        }

        HostOutcome[] judged = HostUnit.Run(name, cases);

        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = TestUnits.X87 with { Rounding = TestUnits.X86Rounding(cases[i].Control >> 13) };
            UInt128 result = ours(in cases[i], ref status);
            uint flags = (uint)(status.Flags & FloatFlags.Ieee), judgedFlags = judged[i].Flags & (uint)FloatFlags.Ieee;
            if (result == judged[i].Result && flags == judgedFlags)
                continue;
            // The order in which fma() looks at NaNs is an accident of its source.
            if (name == "fmaq" && Binary128.Classify(result) == FloatClass.QuietNan && Binary128.Classify(judged[i].Result) == FloatClass.QuietNan)
                continue;
            if (count++ < 10)
                wrong.AppendLine($"{name} {format.Print(cases[i].A)} {format.Print(cases[i].B)} {format.Print(cases[i].C)} mxcsr {cases[i].Control:x4}: {result:x32} {flags:x2}; "
                    + $"the library {judged[i].Result:x32} {judgedFlags:x2}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }
}
