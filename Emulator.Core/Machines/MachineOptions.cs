using System.Collections.Immutable;
using Emulator.Core.Kernel;

namespace Emulator.Core.Machines;

/// <summary>What machine is wished for. Null means: the architecture's usual.</summary>
public sealed record MachineOptions
{
    /// <summary>Kernel version, as <see cref="KernelEra.Version"/> names it.</summary>
    public string Kernel { get; init; } = KernelEra.V2_6_32.Version;

    /// <summary>Page size in bytes.</summary>
    public int? PageBytes { get; init; }

    /// <summary>Name of the MMU.</summary>
    public string? Mmu { get; init; }

    /// <summary>Guest RAM in bytes.</summary>
    public ulong MemoryBytes { get; init; } = 1UL << 30;

    /// <summary>ABI of the calling task.</summary>
    public string? CallerAbi { get; init; }

    /// <summary>Personality bits that move limits (ADDR_LIMIT_3GB and the like).</summary>
    public Personality Personality { get; init; }

    /// <summary>What-if: a new address space starts with the fewest levels and grows on demand.</summary>
    public bool ShallowAddressSpaces { get; init; }

    /// <summary>What-if: another STACK_TOP_MAX.</summary>
    public ulong? StackTopMax { get; init; }

    /// <summary>What-if: another STACK_TOP, for every userland.</summary>
    public ulong? StackTop { get; init; }

    /// <summary>Swap in bytes; 0 for none.</summary>
    public ulong SwapBytes { get; init; }

    /// <summary>Anonymous memory of each task that sleeps meanwhile, in bytes, oldest task first.</summary>
    public ImmutableArray<ulong> OtherTaskBytes { get; init; } = [];

    /// <summary>Whether pages can be found from their own side, as swap and migration need it; implied by the two before.</summary>
    public bool TracksPages { get; init; }

    /// <summary>What-if: a kernel built with CONFIG_MEM_SOFT_DIRTY, which the recorded ones were not.</summary>
    public bool SoftDirty { get; init; }

    /// <summary>Pages of the vdso with its data pages.</summary>
    public int? VdsoPages { get; init; }

    /// <summary>CPU model, where it shows in the auxiliary vector.</summary>
    public string? Cpu { get; init; }

    /// <summary>AT_HWCAP.</summary>
    public ulong? Hwcap { get; init; }
}
