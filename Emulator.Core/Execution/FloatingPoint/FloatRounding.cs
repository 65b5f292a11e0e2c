namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Where an inexact result goes: the rounding-direction attributes of IEEE 754-2008, 4.3.</summary>
public enum FloatRounding : byte
{
    /// <summary>To the nearest number; of two equally near ones, to the one whose last bit is 0.</summary>
    NearestEven,

    /// <summary>To the number nearer to zero.</summary>
    TowardZero,

    /// <summary>To the greater number.</summary>
    Up,

    /// <summary>To the lesser number.</summary>
    Down,

    /// <summary>To the nearest number; of two equally near ones, to the one farther from zero.</summary>
    NearestAway,
}
