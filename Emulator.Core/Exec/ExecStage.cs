using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Core.Exec;

/// <summary>The books of an execve at one stage; counts are since the address space was made.</summary>
public sealed record ExecStage
{
    /// <summary>Which stage.</summary>
    public required ExecStageName Name { get; init; }

    /// <summary>bprm->p: lowest byte pushed so far; an offset into the array for the fixed way until it is placed.</summary>
    public required ulong P { get; init; }

    /// <summary>Tables allocated.</summary>
    public TableCounts Allocated { get; init; }

    /// <summary>Tables freed.</summary>
    public TableCounts Freed { get; init; }

    /// <summary>What /proc would say of page tables, in bytes.</summary>
    public ulong PgtablesBytes { get; init; }

    /// <summary>Memory that tables take, in bytes.</summary>
    public ulong TableBytes { get; init; }

    /// <summary>Largest memory that tables took until here, in bytes.</summary>
    public ulong PeakTableBytes { get; init; }

    /// <summary>Levels of the tree; 0 without one.</summary>
    public int Depth { get; init; }

    /// <summary>Page faults handled.</summary>
    public long Faults { get; init; }

    /// <summary>Pages that the OOM killer sees of the task that calls execve (<c>badness()</c>, <c>oom_badness()</c>), its old address space left out.</summary>
    public long OomPoints { get; init; }

    /// <summary>Anonymous pages that are on swap.</summary>
    public long SwappedPages { get; init; }

    /// <summary>Anonymous pages in the address space.</summary>
    public long AnonymousPages { get; init; }

    /// <summary>Argument pages that wait outside any address space.</summary>
    public long WaitingPages { get; init; }

    /// <summary>Areas, as /proc/PID/maps would print them.</summary>
    public ImmutableArray<string> Maps { get; init; } = [];

    /// <summary>Pages taken for tables that share pages, all levels.</summary>
    public long FragmentPages { get; init; }

    /// <summary>Those of them for tables of level 1 (pmd).</summary>
    public long FragmentPagesOfPmd { get; init; }
}
