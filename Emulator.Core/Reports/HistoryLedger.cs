using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>The counters of an execve at one moment, since its address space was made.</summary>
public sealed record HistoryLedger
{
    /// <summary>Tables allocated.</summary>
    public TableCounts Allocated { get; init; }

    /// <summary>Tables freed.</summary>
    public TableCounts Freed { get; init; }

    /// <summary>What moves have done.</summary>
    public MoveCounts Moves { get; init; }

    /// <summary>Flushes called for by moves, freed tables and faults.</summary>
    public FlushCounts Flushes { get; init; }

    /// <summary>Range flushes after protection changes.</summary>
    public long ProtectionFlushes { get; init; }

    /// <summary>Entries rewritten by protection changes.</summary>
    public long ProtectedEntries { get; init; }

    /// <summary>Page faults handled.</summary>
    public long Faults { get; init; }

    /// <summary>Anonymous pages in the address space, as the kernel counted them at the last stage.</summary>
    public long AnonymousPages { get; init; }

    /// <summary>Argument pages that wait outside the tree.</summary>
    public long WaitingPages { get; init; }

    /// <summary>Pages of pointers to them taken so far.</summary>
    public long StagingPages { get; init; }

    /// <summary>Memory that tables take, in bytes.</summary>
    public ulong TableBytes { get; init; }

    /// <summary>Largest memory that tables took so far, in bytes.</summary>
    public ulong PeakTableBytes { get; init; }

    /// <summary>What /proc would say of page tables, in bytes.</summary>
    public ulong PgtablesBytes { get; init; }

    /// <summary>Levels of the tree; 0 before there is one.</summary>
    public int Depth { get; init; }
}
