using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Sparc64;

/// <summary>sparc64: 8 KiB pages, TLBs refilled by software from a TSB and Linux's tree; 64-bit and 32-bit userlands.</summary>
/// <remarks>
/// Sources: arch/sparc/include/asm/{processor_64.h,pgtable_64.h,elf_64.h,page_64.h}, arch/sparc/kernel/{sys_sparc_64.c,process_64.c},
/// arch/sparc/mm/{tlb.c,tsb.c}, v2.6.32 and v6.1; arch/sparc/vdso/vma.c, v6.1.
/// </remarks>
public sealed class Sparc64 : Architecture
{
    private const ulong StackTop64 = 0x800_0000_0000 - (1UL << 32), StackTop32 = (1UL << 32) - 8192;
    private const ulong Hwcap = 0x2b1f;     // what the recorded machine told: QEMU's UltraSPARC IIi

    private const int Context = 1;          // 13 bits; 0 is the kernel's

    private static readonly UserAbi Abi64 = new("sparc64", WordBytes: 8, ByteOrder.BigEndian, ElfMachines: [43]);
    private static readonly UserAbi Abi32 = new("sparc32", WordBytes: 4, ByteOrder.BigEndian, ElfMachines: [2, 18]);

    /// <inheritdoc/>
    public override string Name => "sparc64";

    /// <inheritdoc/>
    public override string Summary => "SPARC V9, big-endian, TLBs refilled by software, fixed depth";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Abi64, Abi32];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V2_6_32.Version, KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [8192];

    /// <inheritdoc/>
    public override ImmutableArray<string> Cpus => ["ultrasparc-iii", "niagara"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "UltraSPARC User's Manual, chapter 6 and 15 (sun4u); UltraSPARC Architecture 2007, chapter 14 (sun4v)",
        "Linux v2.6.32 and v6.1, arch/sparc/include/asm, arch/sparc/mm and arch/sparc/kernel",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => ["sun4u", "sun4v"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        MmuControls user = new(1, 0);
        return (options.Kernel == KernelEra.V6_1.Version, options.Mmu == "sun4v") switch
        {
            (true, true) => Close<Sparc64Entry<Sun4vTte, PlainUpper>>(options, user, recorder),
            (true, false) => Close<Sparc64Entry<Sun4uTte, PlainUpper>>(options, user, recorder),
            (false, true) => Close<Sparc64Entry<Sun4vTte, ShiftedUpper>>(options, user, recorder),
            _ => Close<Sparc64Entry<Sun4uTte, ShiftedUpper>>(options, user, recorder),
        };
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Both processors have an instruction and a data TLB of 64 entries each, fully associative, with one used bit an entry
    /// (UltraSPARC-IIi User's Manual, chapter 15, "TLB Hardware"; OpenSPARC T1 Microarchitecture Specification, chapters 2 and 4: a pair for each core,
    /// shared by its four strands). Not modelled: the entries that Linux locks for its own image and, on sun4u, for the TSB.
    /// </remarks>
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(machine);
        PageTables tables = TablesOf(space);
        KernelProfile profile = machine.Kernel.Profile;
        ITlbRefill refill = (profile.Era.Version == KernelEra.V6_1.Version, profile.Mmu == "sun4v") switch
        {
            (true, true) => new TsbRefill<Sun4vTte, PlainUpper>(tables, () => space.ResidentPages),
            (true, false) => new TsbRefill<Sun4uTte, PlainUpper>(tables, () => space.ResidentPages),
            (false, true) => new TsbRefill<Sun4vTte, ShiftedUpper>(tables, () => space.ResidentPages),
            _ => new TsbRefill<Sun4uTte, ShiftedUpper>(tables, () => space.ResidentPages),
        };
        return Model(machine, tables, refill, new TlbShape("DTLB", 64, 64, TlbReplacement.UsedBit), new TlbShape("ITLB", 64, 64, TlbReplacement.UsedBit), Context);
    }

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool later = options.Kernel == KernelEra.V6_1.Version, sun4v = options.Mmu == "sun4v";
        PageTableGeometry tree = later ? Sparc64Trees.V61 : Sparc64Trees.V2632;
        ulong colours = sun4v ? 0 : 0x2000ul;       // DCACHE_ALIASING_POSSIBLE: virtually indexed 16 KiB D-cache of sun4u
        return new KernelProfile
        {
            Era = later ? KernelEra.V6_1 : KernelEra.V2_6_32,
            Mmu = sun4v ? "sun4v" : "sun4u",
            Tree = tree,
            NewDepth = tree.MaxDepth,
            MaxDepth = tree.MaxDepth,
            Moves = later
                ? new MoveRules { FlushesEachPage = true, FlushesAfterFreeing = false, ProtectionTrapsNextStore = true, CacheColourMask = colours }
                : new MoveRules { MaxPiecePages = 64, FlushesEachPage = true, FlushesAfterFreeing = false, CacheColourMask = colours },
            SwapEntries = SwapEntries(later),
            StackTopMax = StackTop64,
            NascentStackExecutable = true,          // VM_DATA_DEFAULT_FLAGS has VM_EXEC
            Abis = [Native(later), Compat(later)],
        };
    }

    // __swp_entry(), arch/sparc/include/asm/pgtable_64.h, the same in both eras: nothing below the page number, where a TTE has _PAGE_PRESENT.
    private static SwapEntryFormat SwapEntries(bool later) => new()
    {
        Mask = 0x1fff,
        TypeShift = 13,
        OffsetShift = 21,
        OffsetBits = 43,
        MigrationReadType = later ? 24 : 30,
        MigrationWriteType = later ? 25 : 31,
    };

    private static AbiProfile Native(bool later) => new()
    {
        Abi = Abi64,
        Layout = new AddressLayout
        {
            StackTop = StackTop64,
            TaskSize = ulong.MaxValue - (1UL << 34) + 1,    // -VPTE_SIZE
            UnmappedBase = 0xffff_f800_0000_0000 + (1UL << 32),     // above the hole of 44-bit processors
            MmapTop = StackTop64,
            BottomUp = true,
            DynamicBase = 0x100_0000_0000,
            StackRandomMask = 0x3ff,
            MmapRandomMask = later ? 0x1_fffful : 0x7_fffful,
        },
        Hwcap = Hwcap,
        ArchitectureEntries = later ? [new(33, 0, FromVdso: true), new(48, 0), new(49, 0), new(50, 0)] : [],
        Vdso = later ? VdsoPlace.Anywhere : VdsoPlace.None,
        VvarPages = later ? 1 : 0,
        VdsoPages = later ? 1 : 0,
        StackExecutableByDefault = true,
        DataExecutable = true,
        PieAtDynamicBase = true,
        StackPointerOffset = 128 + 2047,            // a register window's save area, and the V9 ABI's bias
    };

    private static AbiProfile Compat(bool later) => new()
    {
        Abi = Abi32,
        Layout = new AddressLayout
        {
            StackTop = StackTop32,
            TaskSize = 1UL << 32,
            UnmappedBase = 0x7000_0000,
            MmapTop = StackTop32,
            BottomUpWhenUnlimited = true,
            DynamicBase = 0x7000_0000,
            StackRandomMask = 0x3ff,
            MmapRandomMask = later ? 0x3fful : 0x7ful,
        },
        Hwcap = Hwcap,
        ArchitectureEntries = later ? [new(33, 0, FromVdso: true), new(48, 0), new(49, 0), new(50, 0)] : [],
        Vdso = later ? VdsoPlace.Anywhere : VdsoPlace.None,
        VvarPages = later ? 1 : 0,
        VdsoPages = later ? 1 : 0,
        StackExecutableByDefault = true,
        DataExecutable = true,
        PieAtDynamicBase = true,
        StackPointerOffset = 64,                    // one 32-bit register window
    };
}
