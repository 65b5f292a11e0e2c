namespace Emulator.Core.Tracing;

/// <summary>What a <see cref="TraceEvent"/> tells.</summary>
public enum TraceEventKind : byte
{
    /// <summary>A stage of execve was reached; <see cref="TraceEvent.Detail"/> is its number, <see cref="TraceEvent.Before"/> the anonymous pages that the kernel counts.</summary>
    StageReached,

    /// <summary>A page table was allocated; <see cref="TraceEvent.Detail"/> is by how many bytes the memory of tables grew.</summary>
    TableBuilt,

    /// <summary>A page table was taken out of the tree and freed; <see cref="TraceEvent.Detail"/> is by how many bytes the memory of tables shrank.</summary>
    TableFreed,

    /// <summary>A whole page table was re-hung: the entry that points to it moved, nothing inside it did; <see cref="TraceEvent.Detail"/> is the address it came from.</summary>
    TableMoved,

    /// <summary>A page-table entry was written; <see cref="TraceEvent.Detail"/> has bit 0 when it stands for a page that is elsewhere from now on, bit 1 when it did before.</summary>
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

    /// <summary>A translation buffer was flushed; <see cref="TraceEvent.Detail"/> is the <see cref="FlushKind"/>, <see cref="TraceEvent.After"/> 1 if it belongs to a change of protection.</summary>
    Flush,

    /// <summary>The hardware read one entry on a walk.</summary>
    WalkStep,

    /// <summary>
    /// A piece of a move is done (one call of <c>move_ptes()</c>): <see cref="TraceEvent.After"/> bytes came from the address
    /// <see cref="TraceEvent.Before"/>, <see cref="TraceEvent.Detail"/> entries among them.
    /// </summary>
    PieceMoved,

    /// <summary>The protection of an area up to <see cref="TraceEvent.After"/> was changed; <see cref="TraceEvent.Detail"/> entries were rewritten for it.</summary>
    AreaProtected,

    /// <summary>An argument page began to wait outside the tree; <see cref="TraceEvent.Detail"/> pages of pointers were taken for it.</summary>
    PageStaged,

    /// <summary>An argument page waits no longer: it is inserted, or was given back (no address).</summary>
    PageUnstaged,

    /// <summary>execve failed with the errno <see cref="TraceEvent.Detail"/> (0: the kernel ran into a bug); what follows gives everything back.</summary>
    Failed,

    /// <summary>A page was written to the swap slot <see cref="TraceEvent.Detail"/> and its frame given up; no address: it was another task's.</summary>
    SwappedOut,

    /// <summary>A page was read from the swap slot <see cref="TraceEvent.Detail"/>.</summary>
    SwappedIn,

    /// <summary>
    /// The OOM killer chose the task <see cref="TraceEvent.Detail"/> (0: the one that calls execve) with <see cref="TraceEvent.Before"/> points;
    /// <see cref="TraceEvent.After"/> frames came back.
    /// </summary>
    TaskKilled,

    /// <summary>
    /// Another processor asked the reverse map for the page in the frame <see cref="TraceEvent.At"/> with the index <see cref="TraceEvent.Before"/>. It looked at
    /// <see cref="TraceEvent.Address"/>; <see cref="TraceEvent.After"/> says what it wanted (a number of <c>InterventionKind</c>), <see cref="TraceEvent.Detail"/>
    /// what came of it (a number of <c>PageOutcome</c>).
    /// </summary>
    ReverseWalk,
}
