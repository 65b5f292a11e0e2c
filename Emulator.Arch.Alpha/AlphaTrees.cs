using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha;

/// <summary>The page-table tree of OSF/1 PALcode.</summary>
public static class AlphaTrees
{
    // Alpha Architecture Reference Manual, part II-B "OSF/1"; in brackets what Linux calls each level. The same in both eras.

    /// <summary>Three levels of 8 KiB: 43 address bits. The last entry of level 1 maps the table itself (VPTB).</summary>
    public static PageTableGeometry ThreeLevel { get; } = new(pageShift: 13,
    [
        new("level-3 page table", IndexBits: 10),    // [pte]
        new("level-2 page table", IndexBits: 10),    // [pmd]
        new("level-1 page table", IndexBits: 10),    // [pgd]
    ]);
}
