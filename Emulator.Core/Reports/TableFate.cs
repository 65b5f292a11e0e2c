namespace Emulator.Core.Reports;

/// <summary>What became of a page table, as far as it is known at a moment.</summary>
public enum TableFate
{
    /// <summary>It is there, and nothing says that it should not be.</summary>
    Kept,

    /// <summary>It was built for strings at a place that is not known to be the right one yet.</summary>
    BuiltHigh,

    /// <summary>It was re-hung whole, to cover other addresses than those it was built for.</summary>
    Moved,

    /// <summary>It was given back.</summary>
    Freed,
}
