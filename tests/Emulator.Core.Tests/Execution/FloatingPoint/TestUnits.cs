using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>What the units of some machines do with NaNs and tiny numbers; FloatStatus has the table.</summary>
internal static class TestUnits
{
    public static FloatStatus Sse => new()
    {
        Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative | FloatModes.InvalidProductYieldsToNan,
        Nans = NanRule.First,
        Integers = IntegerRule.Indefinite,
    };

    public static FloatStatus X87 => new()
    {
        Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative,
        Nans = NanRule.GreaterSignificand,
        Integers = IntegerRule.Indefinite,
    };

    public static FloatStatus Alpha => new()
    {
        Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative,
        Nans = NanRule.Second,
        Integers = IntegerRule.LowBits,
    };

    public static FloatStatus PowerPC => new() { Nans = NanRule.FirstAddendBeforeMultiplier, Integers = IntegerRule.SaturateNanLeast };

    public static FloatStatus S390 => new() { Modes = FloatModes.InvalidIntegersAreInexact, Nans = NanRule.SignalingFirst, Integers = IntegerRule.SaturateNanLeast };

    public static FloatStatus Sparc => new() { Modes = FloatModes.DefaultNanAllOnes, Nans = NanRule.SignalingLast, Integers = IntegerRule.SaturateNanBySign };

    /// <summary>The field RC of MXCSR and of the x87 control word. Intel SDM vol. 1, table 4-8.</summary>
    public static FloatRounding X86Rounding(uint rc) => (rc & 3) switch
    {
        0 => FloatRounding.NearestEven,
        1 => FloatRounding.Down,
        2 => FloatRounding.Up,
        _ => FloatRounding.TowardZero,
    };
}
