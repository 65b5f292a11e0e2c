namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// What operations found. The lower six bits are those of MXCSR and of the x87 status word, in their order; those from bit 8 say why an
/// operation was invalid, as PowerPC's FPSCR does.
/// </summary>
[Flags]
public enum FloatFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>No result makes sense, or an operand was a signaling NaN.</summary>
    Invalid = 0x01,

    /// <summary>An operand was denormal and was used as it is; only x86 tells programs so.</summary>
    Denormal = 0x02,

    /// <summary>A finite number was divided by zero.</summary>
    DivideByZero = 0x04,

    /// <summary>The result, rounded as if the exponent had no limits, is too great for the format.</summary>
    Overflow = 0x08,

    /// <summary>The result is tiny, and inexact or trapped.</summary>
    Underflow = 0x10,

    /// <summary>The result is not exactly the one of the operation.</summary>
    Inexact = 0x20,

    /// <summary>Rounding went away from zero: C1 of x87, FR of PowerPC. A fact about the last operation, so clear it before one.</summary>
    RoundedUp = 0x40,

    /// <summary>Invalid: an operand was a signaling NaN (VXSNAN).</summary>
    InvalidSignalingNan = 0x100,

    /// <summary>Invalid: infinities were subtracted (VXISI).</summary>
    InvalidSubtract = 0x200,

    /// <summary>Invalid: infinity was divided by infinity (VXIDI).</summary>
    InvalidDivideInfinity = 0x400,

    /// <summary>Invalid: zero was divided by zero (VXZDZ).</summary>
    InvalidDivideZero = 0x800,

    /// <summary>Invalid: infinity was multiplied by zero (VXIMZ).</summary>
    InvalidMultiply = 0x1000,

    /// <summary>Invalid: a comparison that minds NaNs met one (VXVC).</summary>
    InvalidCompare = 0x2000,

    /// <summary>Invalid: the square root of a number below zero (VXSQRT).</summary>
    InvalidSquareRoot = 0x4000,

    /// <summary>Invalid: an integer cannot hold the number (VXCVI).</summary>
    InvalidConvert = 0x8000,

    /// <summary>The flags of IEEE 754.</summary>
    Ieee = Invalid | DivideByZero | Overflow | Underflow | Inexact,

    /// <summary>The flags of MXCSR and of the x87 status word.</summary>
    X86 = Ieee | Denormal,
}
