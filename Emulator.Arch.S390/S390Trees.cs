using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>The translation tables of z/Architecture.</summary>
public static class S390Trees
{
    // z/Architecture Principles of Operation, SA22-7832, chapter 3 "Dynamic Address Translation"; in brackets what Linux calls each level.

    /// <summary>Two to five levels, by the designation type of the ASCE.</summary>
    public static PageTableGeometry Dat { get; } = new(pageShift: 12,
    [
        new("page table", IndexBits: 8) { Sharing = TableSharing.Fragments },    // [pte] 2 KiB, two in a page
        new("segment table", IndexBits: 11),                                      // [pmd] 16 KiB; top of a 31-bit tree, reaches 2 GiB
        new("region-third table", IndexBits: 11),                                 // [pud; pgd as top] reaches 4 TiB
        new("region-second table", IndexBits: 11),                                // [p4d; pgd as top] grown on demand, reaches 8 PiB
        new("region-first table", IndexBits: 11),                                 // [pgd] reaches 16 EiB; v2.6.32 never builds it
    ])
    { MinDepth = 2 };
}
