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
}
