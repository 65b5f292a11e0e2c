using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64;

/// <summary>The page-table trees of long mode.</summary>
public static class Amd64Trees
{
    // Intel SDM volume 3, 4.5 "4-level paging and 5-level paging"; in brackets what Linux calls each level.
    private static readonly PageTableLevel Pt = new("PT", IndexBits: 9);        // [pte]
    private static readonly PageTableLevel Pd = new("PD", IndexBits: 9);        // [pmd]
    private static readonly PageTableLevel Pdpt = new("PDPT", IndexBits: 9);    // [pud]
    private static readonly PageTableLevel Pml4 = new("PML4", IndexBits: 9);    // [pgd, or p4d under LA57]
    private static readonly PageTableLevel Pml5 = new("PML5", IndexBits: 9);    // [pgd]

    /// <summary>Four levels: 48 address bits.</summary>
    public static PageTableGeometry FourLevel { get; } = new(pageShift: 12, [Pt, Pd, Pdpt, Pml4]);

    /// <summary>Five levels (CR4.LA57): 57 address bits.</summary>
    public static PageTableGeometry FiveLevel { get; } = new(pageShift: 12, [Pt, Pd, Pdpt, Pml4, Pml5]);
}
