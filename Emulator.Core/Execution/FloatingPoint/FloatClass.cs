namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>The kind of a number, without its sign.</summary>
public enum FloatClass : byte
{
    /// <summary>Finite, with the full precision.</summary>
    Normal,

    /// <summary>Not zero, and too small for the full precision.</summary>
    Denormal,

    /// <summary>Zero.</summary>
    Zero,

    /// <summary>Infinity.</summary>
    Infinity,

    /// <summary>A NaN that goes through operations.</summary>
    QuietNan,

    /// <summary>A NaN that makes an operation invalid.</summary>
    SignalingNan,

    /// <summary>An encoding of the 80-bit format that is no number since the 80387: pseudo-NaN, pseudo-infinity, unnormal.</summary>
    Unsupported,
}
