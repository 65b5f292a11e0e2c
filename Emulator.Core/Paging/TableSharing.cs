namespace Emulator.Core.Paging;

/// <summary>How page tables smaller than a page share pages.</summary>
public enum TableSharing : byte
{
    /// <summary>A table has its pages for itself.</summary>
    None,

    /// <summary>
    /// Pieces of a page on a list of the address space, pages with a free piece first, the lowest free piece first
    /// (s390: <c>page_table_alloc</c>).
    /// </summary>
    Fragments,

    /// <summary>
    /// Pieces cut from a page one after the other; a freed piece is not used again, the page goes back when all its pieces
    /// have (ppc64: <c>pte_fragment_alloc</c>, <c>pmd_fragment_alloc</c>). Memory is counted by piece.
    /// </summary>
    Cut,

    /// <summary>Objects of a slab cache; memory is counted by object, as the cache's pages serve all address spaces.</summary>
    Slab,
}
