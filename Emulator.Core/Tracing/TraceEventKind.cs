namespace Emulator.Core.Tracing;

/// <summary>What a <see cref="TraceEvent"/> tells.</summary>
public enum TraceEventKind : byte
{
    /// <summary>A stage of execve was reached; <see cref="TraceEvent.Detail"/> is its number.</summary>
    StageReached,

    /// <summary>A page table was allocated and hung into the tree.</summary>
    TableBuilt,

    /// <summary>A page table was taken out of the tree and freed.</summary>
    TableFreed,

    /// <summary>A whole page table was re-hung: the entry that points to it moved, nothing inside it did.</summary>
    TableMoved,

    /// <summary>A page-table entry was written.</summary>
    EntryWritten,

    /// <summary>A leaf entry was moved to another address; <see cref="TraceEvent.Detail"/> is the address it came from.</summary>
    EntryMoved,

    /// <summary>The tree grew a level; <see cref="TraceEvent.Level"/> is the new top.</summary>
    RootGrown,

    /// <summary>The tree lost its top level; <see cref="TraceEvent.Level"/> is the new top.</summary>
    RootShrunk,

    /// <summary>A page frame was filled for a user address.</summary>
    FrameFilled,

    /// <summary>A page fault was handled.</summary>
    Fault,

    /// <summary>A translation buffer was flushed; <see cref="TraceEvent.Detail"/> is the <see cref="FlushKind"/>.</summary>
    Flush,

    /// <summary>The hardware read one entry on a walk.</summary>
    WalkStep,
}
