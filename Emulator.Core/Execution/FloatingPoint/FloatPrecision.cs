namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>To how many bits x87 rounds the significand of sums, products, quotients and roots; the exponent keeps 15 bits.</summary>
/// <remarks>The values are not those of the control word's field PC, so that a new status has the full precision.</remarks>
public enum FloatPrecision : byte
{
    /// <summary>64 bits.</summary>
    Extended,

    /// <summary>53 bits.</summary>
    Double,

    /// <summary>24 bits.</summary>
    Single,
}
