using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>
/// What each stretch of Linux's miss handlers costs: instructions executed (delay slots included, annulled ones not) and memory
/// references (a quad load is one, a compare-and-swap is one; accesses to MMU registers and scratchpads are none).
/// </summary>
/// <remarks>
/// Counted in arch/sparc/kernel/{dtlb_miss.S,itlb_miss.S,dtlb_prot.S,sun4v_tlb_miss.S,tsb.S} and arch/sparc/include/asm/{tsb.h,trap_block.h},
/// v2.6.32 (with the stable series' test of the exec bit) and v6.1, for a kernel without SMP and huge pages. A fault ends at
/// <c>sparc64_realfault_common</c>. sun4v: what the hypervisor does, its own look into the TSB and the map call included, is not counted.
/// </remarks>
public sealed record TsbHandlerCost
{
    private static readonly ImmutableArray<RefillCost> Walk2632 = [Cost(6, 1), Cost(12, 2), Cost(19, 3)];          // pgd, pmd, pte
    private static readonly ImmutableArray<RefillCost> Walk61 = [Cost(6, 1), Cost(11, 2), Cost(18, 3), Cost(25, 4)];   // pgd, pud, pmd, pte

    /// <summary>Entry to the trap up to the compare, when it fails.</summary>
    public required RefillCost ProbeMiss { get; init; }

    /// <summary>A data miss that the TSB answers, from the trap to the return.</summary>
    public required RefillCost HitData { get; init; }

    /// <summary>An instruction miss that the TSB answers.</summary>
    public required RefillCost HitFetch { get; init; }

    /// <summary>An instruction miss that finds an entry without the exec bit in the TSB.</summary>
    public required RefillCost HitFetchRefused { get; init; }

    /// <summary>Between the compare and the first load of a table: address, trap block, pgd.</summary>
    public required RefillCost BeforeWalk { get; init; }

    /// <summary>The walk when it ends at the top table, the one below, and so on to the leaf.</summary>
    public required ImmutableArray<RefillCost> Walk { get; init; }

    /// <summary>TSB_LOCK_TAG and TSB_WRITE.</summary>
    public required RefillCost Store { get; init; }

    /// <summary>Loading the data TLB and return.</summary>
    public required RefillCost LoadData { get; init; }

    /// <summary>Loading the instruction TLB and return.</summary>
    public required RefillCost LoadFetch { get; init; }

    /// <summary>The exec bit is missing.</summary>
    public required RefillCost LoadFetchRefused { get; init; }

    /// <summary><c>tsb_do_fault</c> for data.</summary>
    public required RefillCost FaultData { get; init; }

    /// <summary><c>tsb_do_fault</c> for an instruction.</summary>
    public required RefillCost FaultFetch { get; init; }

    /// <summary>fast_data_access_protection.</summary>
    public required RefillCost Protection { get; init; }

    /// <summary>The handlers of one MMU and era.</summary>
    /// <param name="sun4v">sun4v, not sun4u.</param>
    /// <param name="later">v6.1, not v2.6.32.</param>
    public static TsbHandlerCost Of(bool sun4v, bool later) => sun4v ? Sun4v(later) : Sun4u(later);

    private static TsbHandlerCost Sun4u(bool later) => new()
    {
        ProbeMiss = Cost(10, 1),
        HitData = Cost(12, 1),
        HitFetch = Cost(16, 1),
        HitFetchRefused = Cost(14, 1),
        BeforeWalk = Cost(later ? 8 : 6, 1),        // v6.1 clears the context bits of the tag access register
        Walk = later ? Walk61 : Walk2632,
        Store = Cost(13, 4),
        LoadData = Cost(5, 0),
        LoadFetch = Cost(9, 0),
        LoadFetchRefused = Cost(7, 0),
        FaultData = Cost(later ? 13 : 11, 0),
        FaultFetch = Cost(8, 0),
        Protection = Cost(later ? 15 : 13, 0),
    };

    private static TsbHandlerCost Sun4v(bool later) => new()
    {
        ProbeMiss = Cost(21, 3),                    // address and context come from the fault status area
        HitData = Cost(36, 4),
        HitFetch = Cost(38, 4),
        HitFetchRefused = Cost(23, 3),
        BeforeWalk = Cost(3, 1),
        Walk = later ? Walk61 : Walk2632,
        Store = Cost(13, 4),
        LoadData = Cost(23, 1),
        LoadFetch = Cost(27, 1),
        LoadFetchRefused = Cost(7, 0),
        FaultData = Cost(later ? 13 : 11, 1),
        FaultFetch = Cost(8, 0),
        Protection = Cost(9, 1),
    };

    private static RefillCost Cost(int instructions, int references) => new(references, instructions, 0);
}
