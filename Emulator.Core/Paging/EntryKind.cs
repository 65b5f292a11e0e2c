namespace Emulator.Core.Paging;

/// <summary>What the hardware makes of a page-table entry that it has just read.</summary>
public enum EntryKind : byte
{
    /// <summary>It points to a table of the next lower level.</summary>
    Table,

    /// <summary>It maps a page, or a large page above level 0.</summary>
    Leaf,

    /// <summary>It maps nothing: not present, or invalid.</summary>
    Absent,

    /// <summary>It is present but breaks a rule: a reserved bit, a wrong table type.</summary>
    Malformed,

    /// <summary>It points to a table that is too short to hold the next index: the fault belongs to the next lower level.</summary>
    BeyondNextTable,
}
