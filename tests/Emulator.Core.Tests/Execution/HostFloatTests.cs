using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Floating-point operations that the host does when it may: nobody can tell from the bits, nor from what was noted.</summary>
public abstract class HostFloatTests(EngineMode mode)
{
    private const int ControlSlot = 10, RoundingShift = 13;
    private const uint Noted = 1 << 5, Masked = 1 << 12;

    private static readonly Slot Control = new(ControlSlot);

    private static readonly double[] Special =
    [
        0, -0.0, 1, -1, 2, 3, 4, 0.5, 0.1, 1e-285, 6e-276, 4.5e307, 1e300, -1e300, 1e-300, 1e308, double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308,
        2.2250738585072009e-308, 4.4501477170144028e-308, 1e-160, 1.3e154, 9007199254740993, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    public static TheoryData<MicroCode> Operations => [MicroCode.FloatAdd64, MicroCode.FloatSub64, MicroCode.FloatMul64, MicroCode.FloatDiv64];

    [Theory]
    [MemberData(nameof(Operations))]
    public void The_host_and_the_function_agree_on_bits_and_on_what_is_noted(MicroCode code)
    {
        using Tale tale = new(mode);
        HostFloatRule rule = HostFloatRule.When(Control, RoundingShift, 0, Noted | Masked);
        uint host = tale.Define(b => b.Set(R2, b.CallFloat(code, rule, FunctionOf(code), R0, R1)));
        uint function = tale.Define(b => b.Set(R2, b.CallChecked(FunctionOf(code), R0, R1)));
        uint stop = tale.Define(b => b.StopAfter(CpuStopKind.SystemCall, 0, CodeAt), ends: true);
        tale.Write(CodeAt, host, stop);
        tale.Write(CodeAt + 0x100, function, stop);

        foreach ((ulong x, ulong y) in Pairs())
        {
            foreach (ulong control in (ulong[])[0, Masked, Noted | Masked, Noted, Masked | 1 << RoundingShift, Masked | 2 << RoundingShift, Masked | 3 << RoundingShift, 1 << RoundingShift, Noted | Masked | 3 << RoundingShift])
            {
                (ulong Bits, ulong Control) expected = Result(CodeAt + 0x100), found = Result(CodeAt);
                Assert.True(expected == found, $"{code} of 0x{x:x} and 0x{y:x}, control 0x{control:x}: expected 0x{expected.Bits:x} and 0x{expected.Control:x}, found 0x{found.Bits:x} and 0x{found.Control:x}");

                (ulong, ulong) Result(ulong at)
                {
                    (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu[R2], tale.Cpu[Control], tale.Cpu.Pc) = (x, y, 0, control, at);
                    Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(2).Kind);
                    return (tale.Cpu[R2], tale.Cpu[Control]);
                }
            }
        }
    }

    [Fact]
    public void What_is_plain_does_not_call_the_function()
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.Set(R2, b.CallFloat(MicroCode.FloatAdd64, HostFloatRule.Always, NeverCalled, R0, R1)));
        (tale.Cpu[R0], tale.Cpu[R1]) = (BitConverter.DoubleToUInt64Bits(0.1), BitConverter.DoubleToUInt64Bits(0.2));

        Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(2).Kind);

        Assert.Equal(0.1 + 0.2, BitConverter.UInt64BitsToDouble(tale.Cpu[R2]));
    }

    private static ulong NeverCalled(ref EngineState state, ulong x, ulong y, int number)
    {
        state.Raised = CpuStopKind.Trap;
        return 0;
    }

    private static IEnumerable<(ulong X, ulong Y)> Pairs()
    {
        foreach (double x in Special)
        {
            foreach (double y in Special)
                yield return (BitConverter.DoubleToUInt64Bits(x), BitConverter.DoubleToUInt64Bits(y));
        }
        Random random = new(2009);
        for (int i = 0; i < 500; i++)
        {
            ulong x = (ulong)random.NextInt64(), y = (ulong)random.NextInt64();
            yield return (i % 3) switch
            {
                0 => (x, y),
                1 => (x, (y & 0x000f_ffff_ffff_ffff) | (x & 0x7ff0_0000_0000_0000)),     // of one size
                _ => (BitConverter.DoubleToUInt64Bits(random.Next(-1000, 1000)), BitConverter.DoubleToUInt64Bits(random.Next(-1000, 1000))),
            };
        }
    }

    private static StateFunction FunctionOf(MicroCode code) => code switch
    {
        MicroCode.FloatAdd64 => Add,
        MicroCode.FloatSub64 => Subtract,
        MicroCode.FloatMul64 => Multiply,
        _ => Divide,
    };

    [Slots(ControlSlot)]
    private static ulong Add(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(in state);
        return End(ref state, Binary64.Add(x, y, ref status), in status);
    }

    [Slots(ControlSlot)]
    private static ulong Subtract(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(in state);
        return End(ref state, Binary64.Subtract(x, y, ref status), in status);
    }

    [Slots(ControlSlot)]
    private static ulong Multiply(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(in state);
        return End(ref state, Binary64.Multiply(x, y, ref status), in status);
    }

    [Slots(ControlSlot)]
    private static ulong Divide(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(in state);
        return End(ref state, Binary64.Divide(x, y, ref status), in status);
    }

    private static FloatStatus Begin(in EngineState state) => new()
    {
        Rounding = (state[ControlSlot] >> RoundingShift & 3) switch { 0 => FloatRounding.NearestEven, 1 => FloatRounding.Down, 2 => FloatRounding.Up, _ => FloatRounding.TowardZero },
        Modes = FloatModes.TininessAfterRounding,
    };

    /// <summary>Notes what was found where no bit of the rule is.</summary>
    private static ulong End(ref EngineState state, ulong result, in FloatStatus status)
    {
        state[ControlSlot] |= (ulong)(status.Flags & ~(FloatFlags.Inexact | FloatFlags.RoundedUp)) << 20 | ((status.Flags & FloatFlags.Inexact) != 0 ? Noted : 0);
        return result;
    }
}
