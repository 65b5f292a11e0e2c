using System.Runtime.InteropServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// A floating-point unit's control and status, as operations need them: how to round, what this machine does with NaNs and tiny numbers,
/// and what was found so far. Operations set <see cref="Flags"/> and clear none.
/// </summary>
/// <remarks>
/// <para>It has no references, and may lie in a CPU's state. Machines set it so (sources are with each choice):</para>
/// <code>
///            NaN operands                 default NaN   tininess   integers too great    inf × 0 + quiet NaN
/// SSE        First                        negative      after      Indefinite            yields
/// x87        GreaterSignificand           negative      after      Indefinite
/// Alpha      Second                       negative      after      LowBits
/// PowerPC    FirstAddendBeforeMultiplier  positive      before     SaturateNanLeast      invalid
/// s390       SignalingFirst               positive      before     SaturateNanLeast,     invalid
///                                                                 inexact
/// sparc      SignalingLast                all ones      before     SaturateNanBySign     invalid
/// RISC-V     Default                      positive      after      SaturateNanGreatest   invalid
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public struct FloatStatus
{
    /// <summary>What operations found since somebody cleared it.</summary>
    public FloatFlags Flags;

    /// <summary>
    /// The exceptions that trap. Overflow and underflow then give the result with its exponent wrapped around, as IEEE 754-1985, 7.3 and
    /// 7.4 have it, and underflow is told even of exact tiny results. Others are only flagged: the caller drops the result.
    /// </summary>
    public FloatFlags Traps;

    /// <summary>The direction of rounding.</summary>
    public FloatRounding Rounding;

    /// <summary>The precision of x87's arithmetic. Other formats do not look at it.</summary>
    public FloatPrecision Precision;

    /// <summary>What the machine does otherwise.</summary>
    public FloatModes Modes;

    /// <summary>What it does with NaNs.</summary>
    public NanRule Nans;

    /// <summary>What it does with integers that are too great.</summary>
    public IntegerRule Integers;

    /// <summary>Notes something.</summary>
    internal void Raise(FloatFlags flags) => Flags |= flags;

    /// <summary>Whether the machine does something of this.</summary>
    internal readonly bool Has(FloatModes mode) => (Modes & mode) != 0;
}
