using System.Collections.Immutable;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Amd64;

/// <summary>amd64: hardware-walked trees of four levels, or five with LA57; 64-bit and i386 userlands.</summary>
/// <remarks>
/// Sources: arch/x86/include/asm/{elf.h,processor.h,page_64_types.h,pgtable_types.h}, arch/x86/mm/mmap.c, v2.6.32 and v6.1;
/// arch/x86/entry/vdso/vma.c, v6.1.
/// </remarks>
public sealed class Amd64 : Architecture
{
    private const ulong TaskSizeMax48 = (1UL << 47) - 4096;
    private const ulong TaskSizeMax57 = (1UL << 56) - 4096;
    private const ulong Ia32Limit = 0xffff_e000;    // IA32_PAGE_OFFSET
    private const ulong Ia32Limit3Gb = 0xc000_0000;

    private static readonly UserAbi Abi64 = new("x86_64", WordBytes: 8, ByteOrder.LittleEndian, ElfMachines: [62]);
    private static readonly UserAbi Abi32 = new("i386", WordBytes: 4, ByteOrder.LittleEndian, ElfMachines: [3, 6]);

    /// <inheritdoc/>
    public override string Name => "amd64";

    /// <inheritdoc/>
    public override string Summary => "x86-64, little-endian, tables walked by hardware, fixed depth";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Abi64, Abi32];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V2_6_32.Version, KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [4096];

    /// <inheritdoc/>
    public override ImmutableArray<string> Cpus => ["max"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, chapter 4 \"Paging\"",
        "Linux v2.6.32 and v6.1, arch/x86/include/asm and arch/x86/mm",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => kernel == KernelEra.V6_1.Version ? ["la48", "la57"] : ["la48"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        Amd64Controls user = Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute | Amd64Controls.GigabytePages;
        return Close<Amd64Entry>(options, Amd64Entry.Controls(options.Mmu == "la57" ? user | Amd64Controls.La57 : user), recorder);
    }

    /// <inheritdoc/>
    // Sizes of a common core (first-level TLBs of Intel's Skylake: Intel 64 and IA-32 Optimization Reference Manual, table "Cache parameters").
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space) => HardwareWalked<Amd64Entry>(machine, space,
        new TlbShape("L1 DTLB", 64, 4, TlbReplacement.LeastRecentlyUsed), new TlbShape("L1 ITLB", 128, 8, TlbReplacement.LeastRecentlyUsed));

    /// <inheritdoc/>
    public override InstructionSet? InstructionSetOf(UserAbi abi)
    {
        ArgumentNullException.ThrowIfNull(abi);
        return new Amd64InstructionSet(abi.WordBytes * 8);
    }

    /// <inheritdoc/>
    public override Core.Processes.Userland? UserlandOf(UserAbi abi)
    {
        ArgumentNullException.ThrowIfNull(abi);
        return abi.WordBytes == 8 ? new Amd64Userland(abi) : new I386Userland(abi);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryNotes(string kernel) => ["Linux: table entries 0x67; an argument page: frame | 0x8000000000000067"];

    /// <inheritdoc/>
    public override string? Disassemble(UserAbi abi, ReadOnlySpan<byte> code, ulong address)
    {
        ArgumentNullException.ThrowIfNull(abi);
        return Amd64Disassembler.Disassemble(abi.WordBytes * 8, code, address);
    }

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool later = options.Kernel == KernelEra.V6_1.Version, la57 = options.Mmu == "la57";
        KernelEra era = later ? KernelEra.V6_1 : KernelEra.V2_6_32;
        PageTableGeometry tree = la57 ? Amd64Trees.FiveLevel : Amd64Trees.FourLevel;
        return new KernelProfile
        {
            Era = era,
            Mmu = la57 ? "la57" : "la48",
            Tree = tree,
            NewDepth = tree.MaxDepth,
            MaxDepth = tree.MaxDepth,
            Moves = later
                ? new MoveRules { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true }   // HAVE_MOVE_PMD, HAVE_MOVE_PUD
                : new MoveRules { MaxPiecePages = 64, FlushesEachPage = true, FlushesAbsentPages = true },
            SwapEntries = later ? LaterSwapEntries : EarlierSwapEntries,
            StackTopMax = la57 ? TaskSizeMax57 : TaskSizeMax48,
            Abis = [Native(options, later, la57), Compat(options, later)],
        };
    }

    // __swp_entry(), arch/x86/include/asm/pgtable_64.h. P is 0 and bit 8 is not _PAGE_PROTNONE.
    private static SwapEntryFormat EarlierSwapEntries { get; } = new() { Mask = 0x101, TypeShift = 1, OffsetShift = 9, OffsetBits = 55 };

    // Since bcd11afa7ada ("x86/speculation/l1tf: Change order of offset/type in swap entry") and 2f22b4cd45b6 ("x86/speculation/l1tf: Protect swap
    // entries against L1TF") (both in v4.19): the type on top, the offset inverted.
    private static SwapEntryFormat LaterSwapEntries { get; } = new()
    {
        Mask = 0x101,
        Exclusive = 0x008,              // _PAGE_SWP_EXCLUSIVE
        TypeShift = 59,
        OffsetShift = 9,
        OffsetBits = 50,
        InvertsOffset = true,
        MigrationReadType = 24,
        MigrationWriteType = 25,
    };

    private static AbiProfile Native(MachineOptions options, bool later, bool la57) => new()
    {
        Abi = Abi64,
        Layout = new AddressLayout
        {
            StackTop = TaskSizeMax48,       // TASK_SIZE_LOW: LA57 changes STACK_TOP_MAX alone
            TaskSize = la57 ? TaskSizeMax57 : TaskSizeMax48,
            UnmappedBase = PageAlign(TaskSizeMax48 / 3),
            MapWindow = later ? TaskSizeMax48 : 0,
            MmapTop = TaskSizeMax48,
            MmapPad = later ? 256 * 4096ul : 0,
            BottomUpWhenUnlimited = !later,     // mmap_is_legacy(); 8f2af155b513 ("exec: pass stack rlimit into mm layout functions") era dropped it in v5.0
            DynamicBase = TaskSizeMax48 / 3 * 2,
            StackRandomMask = later ? 0x3fffffu : 0xfffffu,     // v2.6.32 shifts an unsigned int: CVE-2015-1593
            MmapRandomMask = (1ul << 28) - 1,
            AlignStackRandomBytes = 8192,
            AlignsStack = true,
            BrkRandomBytes = later ? 1ul << 30 : 0x0200_0000,
        },
        Platform = "x86_64",
        Hwcap = Hwcap,
        Hwcap2 = later ? 2u : null,
        ArchitectureEntries = later ? [new(33, 0, FromVdso: true), new(51, SignalFrameBytes)] : [new(33, 0, FromVdso: true)],
        Vdso = VdsoPlace.NearStack,
        VdsoLimit = TaskSizeMax48,
        VvarPages = later ? VvarPages(options) : 0,
        VdsoPages = options.VdsoPages == 0 ? 0 : 1,
        NoStackHeaderImpliesExec = !later,      // v6.1: 64-bit programs no longer; 9ec0ee1f0b3b ("x86/elf: Disable automatic READ_IMPLIES_EXEC on 64-bit") (in v5.8)
        StackExecutableByDefault = false,
    };

    private static AbiProfile Compat(MachineOptions options, bool later)
    {
        ulong limit = options.Personality.HasFlag(Personality.AddrLimit3Gb) ? Ia32Limit3Gb : Ia32Limit;
        return new AbiProfile
        {
            Abi = Abi32,
            Layout = new AddressLayout
            {
                StackTop = limit,
                TaskSize = limit,
                UnmappedBase = PageAlign(limit / 3),
                MmapTop = limit,
                MmapPad = later ? 256 * 4096ul : 0,
                BottomUpWhenUnlimited = !later,
                DynamicBase = PageAlign(limit / 3) + 0x100_0000,    // COMPAT_ELF_ET_DYN_BASE
                StackRandomMask = 0x7ff,
                MmapRandomMask = 0xff,
                AlignStackRandomBytes = 8192,
                AlignsStack = true,
                BrkRandomBytes = 0x0200_0000,
            },
            Platform = "i686",
            Hwcap = Hwcap,
            Hwcap2 = later ? 2u : null,
            ArchitectureEntries = later
                ? [new(32, 0x540, FromVdso: true), new(33, 0, FromVdso: true), new(51, SignalFrameBytes)]
                : [new(32, 0x420, FromVdso: true), new(33, 0, FromVdso: true)],
            Vdso = VdsoPlace.Anywhere,
            VvarPages = later ? VvarPages(options) : 0,
            VdsoPages = options.VdsoPages == 0 ? 0 : 1,
            NoStackHeaderImpliesExec = true,
        };
    }

    // What the recorded machine told: QEMU's CPU "max" (CPUID.1:EDX, and the size of its largest signal frame).
    private const ulong Hwcap = Amd64Identification.Features;
    private const ulong SignalFrameBytes = 0xe30;

    private static int VvarPages(MachineOptions options) => Math.Max(0, (options.VdsoPages ?? 5) - 1);

    private static ulong PageAlign(ulong address) => (address + 4095) & ~4095ul;
}
