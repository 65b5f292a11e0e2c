namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>How two numbers compare. Exactly one of these is true.</summary>
public enum FloatRelation
{
    /// <summary>The first is less.</summary>
    Less,

    /// <summary>They are equal; zeros are, whatever their signs.</summary>
    Equal,

    /// <summary>The first is greater.</summary>
    Greater,

    /// <summary>One of them is a NaN.</summary>
    Unordered,
}
