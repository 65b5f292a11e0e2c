using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Core.Kernel;

/// <summary>One kernel on one architecture with one page size and one MMU: everything that execve needs to know of the machine.</summary>
public sealed record KernelProfile
{
    /// <summary>The kernel's rules.</summary>
    public required KernelEra Era { get; init; }

    /// <summary>Name of the MMU, as on the command line.</summary>
    public required string Mmu { get; init; }

    /// <summary>CPU model, where the plugin knows several.</summary>
    public string? Cpu { get; init; }

    /// <summary>Shape of the trees.</summary>
    public required PageTableGeometry Tree { get; init; }

    /// <summary>Levels of a new address space's tree.</summary>
    public required int NewDepth { get; init; }

    /// <summary>Most levels that it may grow to.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>How page tables are moved.</summary>
    public required MoveRules Moves { get; init; }

    /// <summary>How entries of pages that are elsewhere look; null where the plugin does not know.</summary>
    public SwapEntryFormat? SwapEntries { get; init; }

    /// <summary>Function and file in which the kernel makes a tree deeper, as a history names them; empty where trees keep their depth.</summary>
    public string GrowsIn { get; init; } = "";

    /// <summary>Function and file in which it takes levels away; empty where it does not.</summary>
    public string ShrinksIn { get; init; } = "";

    /// <summary>STACK_TOP_MAX as the caller sees it.</summary>
    public required ulong StackTopMax { get; init; }

    /// <summary>Userlands, the native one first.</summary>
    public required ImmutableArray<AbiProfile> Abis { get; init; }

    /// <summary>Whether the area of a nascent stack is executable (VM_STACK_DEFAULT_FLAGS under the caller's personality).</summary>
    public bool NascentStackExecutable { get; init; }

    /// <summary>
    /// Page counters of the running task are kept with the task and added to the address space every 64 faults
    /// (SPLIT_RSS_COUNTING, a matter of CONFIG_NR_CPUS): what is counted lags behind.
    /// </summary>
    public bool CachesRssPerTask { get; init; }

    /// <summary>Page size in bytes.</summary>
    public int PageBytes => Tree.PageBytes;

    /// <summary>Whether there is an MMU.</summary>
    public bool HasMmu => Mmu != "none";

    /// <summary>The profile of a userland by name; null when this kernel has none of that name.</summary>
    public AbiProfile? Abi(string name) => Abis.FirstOrDefault(profile => profile.Abi.Name == name);
}
