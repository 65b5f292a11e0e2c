namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>In what machines and their control registers differ, besides the direction of rounding.</summary>
[Flags]
public enum FloatModes : byte
{
    /// <summary>Tininess before rounding, denormal numbers as they are, default NaN positive and with one bit.</summary>
    None = 0,

    /// <summary>Tiny results become zeros, which are inexact and underflow (FTZ of MXCSR). Not when underflow traps.</summary>
    FlushToZero = 0x01,

    /// <summary>Denormal operands are zeros, and nothing is said about it (DAZ of MXCSR).</summary>
    DenormalsAreZero = 0x02,

    /// <summary>A result is tiny if it is after rounding as if the exponent had no limits; otherwise, before rounding.</summary>
    TininessAfterRounding = 0x04,

    /// <summary>The NaN of invalid operations has its sign bit set.</summary>
    DefaultNanNegative = 0x08,

    /// <summary>The NaN of invalid operations has all bits of its fraction set; otherwise only the highest.</summary>
    DefaultNanAllOnes = 0x10,

    /// <summary>Infinity times zero plus a quiet NaN is not invalid (x86); otherwise it is.</summary>
    InvalidProductYieldsToNan = 0x20,

    /// <summary>A number or infinity that an integer cannot hold is inexact besides being invalid; a NaN is only invalid (s390).</summary>
    InvalidIntegersAreInexact = 0x40,
}
