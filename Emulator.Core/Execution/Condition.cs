namespace Emulator.Core.Execution;

/// <summary>A comparison of two numbers, in the order of the operations that make it (<see cref="MicroCode.SetEq"/>, <see cref="MicroCode.BranchEq"/>).</summary>
public enum Condition
{
    /// <summary>x is equal to y.</summary>
    Equal,

    /// <summary>x is not equal to y.</summary>
    NotEqual,

    /// <summary>x is less than y, signed.</summary>
    Less,

    /// <summary>x is less than or equal to y, signed.</summary>
    LessOrEqual,

    /// <summary>x is greater than y, signed.</summary>
    Greater,

    /// <summary>x is greater than or equal to y, signed.</summary>
    GreaterOrEqual,

    /// <summary>x is less than y, unsigned.</summary>
    Below,

    /// <summary>x is less than or equal to y, unsigned.</summary>
    BelowOrEqual,

    /// <summary>x is greater than y, unsigned.</summary>
    Above,

    /// <summary>x is greater than or equal to y, unsigned.</summary>
    AboveOrEqual,
}
