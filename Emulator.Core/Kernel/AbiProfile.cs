using System.Collections.Immutable;

namespace Emulator.Core.Kernel;

/// <summary>A userland in one era on one MMU: what its address space looks like and what its programs are told at the start.</summary>
public sealed record AbiProfile
{
    /// <summary>The row.</summary>
    public required UserAbi Abi { get; init; }

    /// <summary>Where things go.</summary>
    public required AddressLayout Layout { get; init; }

    /// <summary>ELF_PLATFORM; null for none.</summary>
    public string? Platform { get; init; }

    /// <summary>ELF_BASE_PLATFORM; null for none.</summary>
    public string? BasePlatform { get; init; }

    /// <summary>ARCH_DLINFO.</summary>
    public ImmutableArray<AuxTemplate> ArchitectureEntries { get; init; } = [];

    /// <summary>AT_HWCAP.</summary>
    public ulong Hwcap { get; init; }

    /// <summary>AT_HWCAP2; null where the ABI has none.</summary>
    public ulong? Hwcap2 { get; init; }

    /// <summary>AT_PAGESZ; 0 for the page size.</summary>
    public ulong PageSizeTold { get; init; }

    /// <summary>AT_CLKTCK.</summary>
    public ulong ClockTicks { get; init; } = 100;

    /// <summary>Anonymous memory of the break and of bss is executable (VM_DATA_DEFAULT_FLAGS).</summary>
    public bool DataExecutable { get; init; }

    /// <summary>Entry points are addresses of function descriptors (ppc64, ELF ABI version 1).</summary>
    public bool EntryIsDescriptor { get; init; }

    /// <summary>Bits of e_flags that this kernel refuses (ENOEXEC).</summary>
    public uint RefusedElfFlags { get; init; }

    /// <summary>Bits of e_flags that ask for <see cref="LowLayout"/>.</summary>
    public uint LowElfFlags { get; init; }

    /// <summary>Another layout for programs that ask for addresses of 31 or 32 bits (alpha, TASO).</summary>
    public AddressLayout? LowLayout { get; init; }

    /// <summary>Bytes that the vdso's start is aligned to; 0 for a page.</summary>
    public ulong VdsoAlignment { get; init; }

    /// <summary>Where the vdso goes.</summary>
    public VdsoPlace Vdso { get; init; }

    /// <summary>Upper limit of the vdso near the stack, or its wished address.</summary>
    public ulong VdsoLimit { get; init; }

    /// <summary>Pages of vdso data before the text.</summary>
    public int VvarPages { get; init; }

    /// <summary>Pages of vdso text.</summary>
    public int VdsoPages { get; init; }

    /// <summary>A program without PT_GNU_STACK may execute what it may read (<c>elf_read_implies_exec()</c>).</summary>
    public bool NoStackHeaderImpliesExec { get; init; }

    /// <summary>The stack of a program without PT_GNU_STACK is executable whatever the personality (VM_STACK_DEFAULT_FLAGS).</summary>
    public bool StackExecutableByDefault { get; init; }

    /// <summary>Position-independent programs without interpreter are placed at ELF_ET_DYN_BASE in eras before <see cref="KernelEra.PieFromMmapBase"/>; false on x86, which lets mmap choose.</summary>
    public bool PieAtDynamicBase { get; init; }

    /// <summary>What the start-up register holds besides the stack pointer: bytes to subtract from it (sparc's bias and window).</summary>
    public ulong StackPointerOffset { get; init; }
}
