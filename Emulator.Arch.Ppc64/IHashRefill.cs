using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>A refill through the hashed page table, whatever the format of Linux's entries.</summary>
public interface IHashRefill
{
    /// <summary>Instructions of a segment interrupt, counted in the straight path of slb_allocate() (arch/powerpc/mm/slb_low.S, v2.6.32), rounded.</summary>
    const int SegmentInstructions = 60;

    /// <summary>Instructions of hash_page() with its interrupt, counted in the straight path of do_hash_page and __hash_page_4K (v2.6.32), rounded.</summary>
    const int HashPageInstructions = 220;

    /// <summary>The table.</summary>
    HashedPageTable Table { get; }

    /// <summary>The segments.</summary>
    Slb Slb { get; }

    /// <summary>The interrupt that hardware took last, with DSISR or SRR1 bits: for a page that was not hashed it says "no translation" whatever the tree says.</summary>
    HardwareFault LastInterrupt { get; }

    /// <summary>Segment interrupts so far.</summary>
    long SegmentInterrupts { get; }

    /// <summary>Storage interrupts so far: calls of hash_page().</summary>
    long StorageInterrupts { get; }
}
