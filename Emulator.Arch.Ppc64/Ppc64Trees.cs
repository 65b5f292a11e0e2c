using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>Linux's trees on Book3S. Under the hash MMU hardware never walks them; under radix it does.</summary>
public static class Ppc64Trees
{
    /// <summary>v2.6.32, hash. With 64 KiB pages the pud is folded away and hash slots lie behind the entries of a page table.</summary>
    /// <remarks>Source: arch/powerpc/include/asm/pgtable-ppc64-{4k,64k}.h, arch/powerpc/mm/init_64.c, v2.6.32.</remarks>
    public static PageTableGeometry Hash2632(int pageShift) => pageShift switch
    {
        12 => new(12,
        [
            new("pte", 9),
            new("pmd", 7) { Sharing = TableSharing.Slab },
            new("pud", 7) { Sharing = TableSharing.Slab },
            new("pgd", 9) { Sharing = TableSharing.Slab },
        ]),
        16 => new(16,
        [
            new("pte", 12) { AllocatedBytes = 65536, AccountedBytes = 32768 },
            new("pmd", 12) { Sharing = TableSharing.Slab },
            new("pgd", 4) { Sharing = TableSharing.Slab },
        ]),
        _ => throw NoSuchPages(pageShift),
    };

    /// <summary>v6.1, hash.</summary>
    /// <remarks>
    /// Source: arch/powerpc/include/asm/book3s/64/hash-{4k,64k}.h, arch/powerpc/mm/pgtable-frag.c, v6.1. With 64 KiB pages
    /// pte, pmd and pud carry a second half (hash slots, huge-page deposits) that accounting leaves out.
    /// </remarks>
    public static PageTableGeometry Hash61(int pageShift) => pageShift switch
    {
        12 => new(12,
        [
            new("pte", 9) { Sharing = TableSharing.Cut },
            new("pmd", 7) { Sharing = TableSharing.Cut },
            new("pud", 9) { Sharing = TableSharing.Slab },
            new("pgd", 9) { Sharing = TableSharing.Slab },
        ]),
        16 => new(16,
        [
            new("pte", 8) { Sharing = TableSharing.Cut, AllocatedBytes = 4096, AccountedBytes = 2048 },
            new("pmd", 10) { Sharing = TableSharing.Cut, AllocatedBytes = 16384, AccountedBytes = 8192 },
            new("pud", 10) { Sharing = TableSharing.Slab, AllocatedBytes = 16384, AccountedBytes = 8192 },
            new("pgd", 8) { Sharing = TableSharing.Slab },
        ]),
        _ => throw NoSuchPages(pageShift),
    };

    /// <summary>v6.1, radix: what POWER9 walks, 52 bits.</summary>
    /// <remarks>Source: Power ISA 3.0, book III, 5.7.10 "Radix Tree Translation"; arch/powerpc/include/asm/book3s/64/radix-{4k,64k}.h, v6.1.</remarks>
    public static PageTableGeometry Radix61(int pageShift) => pageShift is 12 or 16
        ? new(pageShift,
        [
            new("level-4 page table", pageShift == 12 ? 9 : 5) { Sharing = TableSharing.Cut },      // [pte]
            new("level-3 page directory", 9) { Sharing = TableSharing.Cut },                        // [pmd]
            new("level-2 page directory", 9) { Sharing = TableSharing.Slab },                       // [pud]
            new("level-1 page directory", 13),                                                      // [pgd]
        ])
        : throw NoSuchPages(pageShift);

    private static NotSupportedException NoSuchPages(int pageShift) => new($"ppc64 has no {1 << pageShift}-byte pages; use 4096 or 65536");
}
