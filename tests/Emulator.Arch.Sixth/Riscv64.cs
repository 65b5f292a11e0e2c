using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Sixth;

/// <summary>A sixth architecture, as a stranger would write it from docs/adding-an-architecture.md.</summary>
/// <remarks>
/// Sources: arch/riscv/include/asm/{pgtable.h,pgtable-64.h,elf.h,processor.h,vdso.h}, arch/riscv/Kconfig and mm/util.c, v6.1.
/// Not modelled: riscv32 programs on a 64-bit kernel (CONFIG_COMPAT).
/// </remarks>
public sealed class Riscv64 : Architecture
{
    private const ulong PageBytes = 4096;
    private const int VvarPages = 2;    // __VVAR_PAGES

    private static readonly UserAbi Lp64 = new("riscv64", WordBytes: 8, ByteOrder.LittleEndian, ElfMachines: [243]);

    /// <inheritdoc/>
    public override string Name => "riscv64";

    /// <inheritdoc/>
    public override string Summary => "RISC-V, little-endian, tables walked by hardware, depth fixed at boot";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Lp64];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [(int)PageBytes];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "The RISC-V Instruction Set Manual, volume II, version 20211203, chapter 4 \"Supervisor-Level ISA\"",
        "Linux v6.1, arch/riscv",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => ["sv39", "sv48", "sv57"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder) => Close<Riscv64Entry>(options, new MmuControls(Riscv64Entry.UserMode, 0), recorder);

    /// <inheritdoc/>
    // The manual leaves TLBs to the implementer: these are the usual sizes of a small core.
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space) => HardwareWalked<Riscv64Entry>(machine, space,
        new TlbShape("DTLB", 32, 32, TlbReplacement.RoundRobin), new TlbShape("ITLB", 32, 32, TlbReplacement.RoundRobin));

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryNotes(string kernel) => ["Linux: table entries 0x1; an argument page: page number << 10 | 0xd7"];

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PageTableGeometry tree = options.Mmu switch { "sv48" => Riscv64Trees.Sv48, "sv57" => Riscv64Trees.Sv57, _ => Riscv64Trees.Sv39 };
        ulong taskSize = 1UL << (tree[tree.MaxDepth - 1].TableShift - 1);   // TASK_SIZE_64: half of the top table; the kernel has the other
        return new KernelProfile
        {
            Era = KernelEra.V6_1,
            Mmu = options.Mmu ?? "sv39",
            Tree = tree,
            NewDepth = tree.MaxDepth,
            MaxDepth = tree.MaxDepth,
            Moves = new MoveRules { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true },   // HAVE_MOVE_PMD, HAVE_MOVE_PUD
            StackTopMax = taskSize,
            CachesRssPerTask = true,            // NR_CPUS is 64 unless told otherwise, and so SPLIT_RSS_COUNTING
            Abis =
            [
                new AbiProfile
                {
                    Abi = Lp64,
                    Layout = new AddressLayout
                    {
                        StackTop = taskSize,
                        TaskSize = taskSize,
                        UnmappedBase = (taskSize / 3 + PageBytes - 1) & ~(PageBytes - 1),   // PAGE_ALIGN(TASK_SIZE / 3)
                        MmapTop = taskSize,
                        MmapPad = 256 * PageBytes,              // stack_guard_gap
                        BottomUpWhenUnlimited = true,           // mmap_is_legacy() of mm/util.c
                        DynamicBase = taskSize / 3 * 2,
                        StackRandomMask = 0x3ffff,
                        MmapRandomMask = (1UL << 18) - 1,       // ARCH_MMAP_RND_BITS_MIN
                        BrkRandomBytes = 1UL << 30,             // arch_randomize_brk() of mm/util.c
                    },
                    Hwcap = 0x112d,     // a bit for each letter of IMAFDC
                    // Without cache nodes in the device tree, as on QEMU's machine "virt", AT_L1I_CACHESIZE to AT_L3_CACHEGEOMETRY are 0.
                    ArchitectureEntries = [new(33, 0, FromVdso: true), .. Enumerable.Range(40, 8).Select(type => new AuxTemplate(type, 0))],
                    Vdso = VdsoPlace.Anywhere,
                    VvarPages = VvarPages,
                    VdsoPages = Math.Max(1, (options.VdsoPages ?? 0) - VvarPages),
                },
            ],
        };
    }
}
