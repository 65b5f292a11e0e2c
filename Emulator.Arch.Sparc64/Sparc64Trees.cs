using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>Linux's trees on sparc64. The hardware never walks them: a miss handler does, by physical addresses.</summary>
public static class Sparc64Trees
{
    /// <summary>v2.6.32: 45 bits; entries above the page tables are 32-bit words holding an address shifted right by 11.</summary>
    /// <remarks>Source: arch/sparc/include/asm/pgtable_64.h, v2.6.32.</remarks>
    public static PageTableGeometry V2632 { get; } = new(pageShift: 13,
    [
        new("pte", IndexBits: 10),
        new("pmd", IndexBits: 11) { EntryBytes = 4 },
        new("pgd", IndexBits: 11) { EntryBytes = 4 },
    ])
    { SignExtended = true };

    /// <summary>v6.1: 53 bits; entries above the page tables are plain physical addresses.</summary>
    /// <remarks>Source: arch/sparc/include/asm/pgtable_64.h, v6.1.</remarks>
    public static PageTableGeometry V61 { get; } = new(pageShift: 13,
    [
        new("pte", IndexBits: 10),
        new("pmd", IndexBits: 10),
        new("pud", IndexBits: 10),
        new("pgd", IndexBits: 10),
    ])
    { SignExtended = true };
}
