using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>binary32 and binary64 against the SSE unit of this machine: results and flags, in all of MXCSR's modes.</summary>
public class SseTests
{
    private delegate UInt128 Operation(UInt128 a, UInt128 b, UInt128 c, ref FloatStatus status);

    private static readonly Dictionary<string, (TestFormat Operands, Operation Ours)> Operations = new()
    {
        ["add64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Add((ulong)a, (ulong)b, ref s)),
        ["sub64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Subtract((ulong)a, (ulong)b, ref s)),
        ["mul64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Multiply((ulong)a, (ulong)b, ref s)),
        ["div64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Divide((ulong)a, (ulong)b, ref s)),
        ["min64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.MinimumSse((ulong)a, (ulong)b, ref s)),
        ["max64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.MaximumSse((ulong)a, (ulong)b, ref s)),
        ["sqrt64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.SquareRoot((ulong)a, ref s)),
        ["fmadd64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fmadd_132_64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fmadd_231_64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fmsub64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplySubtract((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fnmadd64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.NegateMultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fnmsub64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.NegateMultiplySubtract((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["round64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, ref s)),
        ["roundquiet64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, s.Rounding, exact: false, ref s)),
        ["ucomi64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Eflags(Binary64.Compare((ulong)a, (ulong)b, ref s))),
        ["comi64"] = (TestFormat.Binary64, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Eflags(Binary64.CompareSignaling((ulong)a, (ulong)b, ref s))),
        ["f64to32"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.ToBinary32((ulong)a, ref s)),
        ["f64toi32"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary64.ToInt32((ulong)a, s.Rounding, ref s)),
        ["f64cuti32"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary64.ToInt32((ulong)a, FloatRounding.TowardZero, ref s)),
        ["f64toi64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, s.Rounding, ref s)),
        ["f64cuti64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, FloatRounding.TowardZero, ref s)),
        ["i32tof64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus _) => Binary64.FromInt32((int)(uint)a)),
        ["i64tof64"] = (TestFormat.Binary64, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.FromInt64((long)(ulong)a, ref s)),

        ["add32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Add((uint)a, (uint)b, ref s)),
        ["sub32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Subtract((uint)a, (uint)b, ref s)),
        ["mul32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Multiply((uint)a, (uint)b, ref s)),
        ["div32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Divide((uint)a, (uint)b, ref s)),
        ["min32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.MinimumSse((uint)a, (uint)b, ref s)),
        ["max32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.MaximumSse((uint)a, (uint)b, ref s)),
        ["sqrt32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.SquareRoot((uint)a, ref s)),
        ["fmadd32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.MultiplyAdd((uint)a, (uint)b, (uint)c, ref s)),
        ["fmsub32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.MultiplySubtract((uint)a, (uint)b, (uint)c, ref s)),
        ["fnmadd32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.NegateMultiplyAdd((uint)a, (uint)b, (uint)c, ref s)),
        ["fnmsub32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.NegateMultiplySubtract((uint)a, (uint)b, (uint)c, ref s)),
        ["round32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.RoundToIntegral((uint)a, ref s)),
        ["roundquiet32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.RoundToIntegral((uint)a, s.Rounding, exact: false, ref s)),
        ["ucomi32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Eflags(Binary32.Compare((uint)a, (uint)b, ref s))),
        ["comi32"] = (TestFormat.Binary32, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Eflags(Binary32.CompareSignaling((uint)a, (uint)b, ref s))),
        ["f32to64"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.ToBinary64((uint)a, ref s)),
        ["f32toi32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary32.ToInt32((uint)a, s.Rounding, ref s)),
        ["f32cuti32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary32.ToInt32((uint)a, FloatRounding.TowardZero, ref s)),
        ["f32toi64"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary32.ToInt64((uint)a, s.Rounding, ref s)),
        ["f32cuti64"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary32.ToInt64((uint)a, FloatRounding.TowardZero, ref s)),
        ["i32tof32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.FromInt32((int)(uint)a, ref s)),
        ["i64tof32"] = (TestFormat.Binary32, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.FromInt64((long)(ulong)a, ref s)),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_flags_are_those_of_the_processor(string name)
    {
        HostUnit.SkipUnlessThere(fma: name.StartsWith("fm", StringComparison.Ordinal) || name.StartsWith("fn", StringComparison.Ordinal));
        (TestFormat format, Operation ours) = Operations[name];
        Random random = Operands.RandomOf(name);
        Operands operands = new(random);
        HostCase[] cases = new HostCase[Operands.Cases];
        foreach (ref HostCase one in cases.AsSpan())
        {
            one.Control = 0x1f80 | (uint)random.Next(4) << 13;
            if (random.Next(4) == 0)
                one.Control |= (uint)random.Next(4) switch { 0 => 0U, 1 => 0x8000U, 2 => 0x40U, _ => 0x8040U };
            if (name[0] == 'i')
                one.A = operands.NextInteger();
            else
                (one.A, one.B, one.C) = (operands.Next(format), operands.Next(format), operands.Next(format));
            if (name.StartsWith("fm", StringComparison.Ordinal) && random.Next(3) == 0)
                one.C = Near(one, format);
        }

        HostOutcome[] judged = HostUnit.Run(name, cases);

        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = Status(cases[i].Control), again = status with { Flags = FloatFlags.Inexact };
            UInt128 result = ours(cases[i].A, cases[i].B, cases[i].C, ref status), second = ours(cases[i].A, cases[i].B, cases[i].C, ref again);
            bool comparison = name.Contains("comi", StringComparison.Ordinal);
            UInt128 wanted = comparison ? judged[i].Number & 0x45 : Low(judged[i].Result, ResultBits(name));
            uint flags = (uint)(status.Flags & FloatFlags.X86);
            if (result == wanted && flags == judged[i].Flags && second == wanted && (uint)(again.Flags & FloatFlags.X86) == (flags | 0x20))
                continue;
            if (count++ < 10)
                wrong.AppendLine($"{name} {format.Print(cases[i].A)} {format.Print(cases[i].B)} {format.Print(cases[i].C)} mxcsr {cases[i].Control:x4}: {result:x} flags {flags:x2}, "
                    + $"with inexact set {second:x} {again.Flags & FloatFlags.X86:x}; the processor {wanted:x} flags {judged[i].Flags:x2}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }

    /// <summary>The status that MXCSR stands for.</summary>
    private static FloatStatus Status(uint control) => TestUnits.Sse with
    {
        Rounding = TestUnits.X86Rounding(control >> 13),
        Modes = TestUnits.Sse.Modes | ((control & 0x8000) != 0 ? FloatModes.FlushToZero : 0) | ((control & 0x40) != 0 ? FloatModes.DenormalsAreZero : 0),
    };

    /// <summary>ZF, PF and CF after ucomisd: Intel SDM vol. 2.</summary>
    private static UInt128 Eflags(FloatRelation relation) => relation switch
    {
        FloatRelation.Less => 0x01U,
        FloatRelation.Equal => 0x40U,
        FloatRelation.Greater => 0,
        _ => 0x45U,
    };

    private static int ResultBits(string name) => name[^2..] == "32" ? 32 : 64;

    private static UInt128 Low(UInt128 value, int bits) => value & ((UInt128.One << bits) - 1);

    /// <summary>An addend close to the product, so that much of it goes away.</summary>
    private static UInt128 Near(in HostCase one, TestFormat format)
    {
        FloatStatus status = TestUnits.Sse;
        UInt128 product = format.Precision == 53 ? Binary64.Multiply((ulong)one.A, (ulong)one.B, ref status) : Binary32.Multiply((uint)one.A, (uint)one.B, ref status);
        return product ^ (UInt128)(one.CLow & 3) ^ UInt128.One << (format.Precision + format.ExponentBits - 1);
    }
}
