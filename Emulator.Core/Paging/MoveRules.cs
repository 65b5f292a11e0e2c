namespace Emulator.Core.Paging;

/// <summary>How <c>move_page_tables()</c> of one kernel on one architecture works: which pieces, and what it flushes.</summary>
public sealed record MoveRules
{
    /// <summary>Longest piece in pages (LATENCY_LIMIT, 64 in 2.6.32); 0 where only table boundaries cut.</summary>
    public int MaxPiecePages { get; init; }

    /// <summary>Whether a whole page table (PMD entry) is re-hung instead of moving its entries (HAVE_MOVE_PMD).</summary>
    public bool RehangsPmd { get; init; }

    /// <summary>Whether a whole middle table (PUD entry) is re-hung (HAVE_MOVE_PUD).</summary>
    public bool RehangsPud { get; init; }

    /// <summary>Whether a protection change makes the next store to a page trap, though it stays writable (sparc64, v6.1: pte_modify() drops W).</summary>
    public bool ProtectionTrapsNextStore { get; init; }

    /// <summary>Whether each moved entry whose page changes its data-cache colour flushes that page from all caches (sun4u: bit 13 of the shift).</summary>
    public ulong CacheColourMask { get; init; }

    /// <summary>Whether each moved entry flushes its page (2.6.32 where the TLB can hold it).</summary>
    public bool FlushesEachPage { get; init; }

    /// <summary>Whether that flush comes for entries of pages that are elsewhere too (x86 and alpha: <c>ptep_clear_flush()</c> does not look).</summary>
    public bool FlushesAbsentPages { get; init; }

    /// <summary>Whether freeing page tables flushes the whole address space (not on sparc64 and under ppc64's hash).</summary>
    public bool FlushesAfterFreeing { get; init; } = true;

    /// <summary>Whether the stack's move ends in a flush of the whole address space even when it freed no table (s390: always).</summary>
    public bool FlushesWholeAfterMove { get; init; }

    /// <summary>Whether each piece with an entry in it, and each re-hung table, flushes a range (6.1).</summary>
    public bool FlushesEachPiece { get; init; }
}
