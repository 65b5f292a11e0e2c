using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.S390;

/// <summary>s390: hardware-walked trees of two to five levels that grow at run time; 64-bit and 31-bit userlands.</summary>
/// <remarks>
/// Sources: arch/s390/include/asm/{processor.h,elf.h,pgtable.h,pgalloc.h,mmu_context.h}, arch/s390/mm/{mmap.c,pgalloc.c},
/// arch/s390/kernel/{process.c,vdso.c}, v2.6.32 and v6.1.
/// </remarks>
public sealed class S390 : Architecture
{
    private const int DefaultVdsoPages = 3;     // two of data, one of text: the recorded kernels, both userlands
    private const int VvarPages = 2;
    private const ulong Page = 4096, TwoGiB = 1UL << 31, FourTiB = 1UL << 42, EightPiB = 1UL << 53;
    private const ulong Hwcap = 0xab3f;         // what the recorded machine told: QEMU's CPU "max"

    private static readonly UserAbi Abi64 = new("s390x", WordBytes: 8, ByteOrder.BigEndian, ElfMachines: [22]);
    private static readonly UserAbi Abi31 = new("s390", WordBytes: 4, ByteOrder.BigEndian, ElfMachines: [22]);

    /// <inheritdoc/>
    public override string Name => "s390";

    /// <inheritdoc/>
    public override string Summary => "z/Architecture, big-endian, tables walked by hardware, depth varies at run time";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Abi64, Abi31];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V2_6_32.Version, KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [4096];

    /// <inheritdoc/>
    public override ImmutableArray<string> Cpus => ["max"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "z/Architecture Principles of Operation, SA22-7832, chapter 3 \"Storage\", \"Dynamic Address Translation\"",
        "Linux v2.6.32 and v6.1, arch/s390/include/asm, arch/s390/mm and arch/s390/kernel",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => ["dat"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Kernel == KernelEra.V6_1.Version
            ? Close<S390Entry<S390SoftwareBits61>>(options, S390Entry<S390SoftwareBits61>.Controls(S390Controls.Edat1 | S390Controls.Edat2 | S390Controls.InstructionExecutionProtection), recorder)
            : Close<S390Entry<S390SoftwareBits2632>>(options, S390Entry<S390SoftwareBits2632>.Controls(S390Controls.None), recorder);
    }

    /// <inheritdoc/>
    // One TLB for both; 512 entries in sets of two, as the z10 is described in "IBM System z10 processor cache subsystem microarchitecture" (IBM J. Res. Dev. 53, 2009).
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(machine);
        TlbShape shape = new("TLB1", 512, 2, TlbReplacement.LeastRecentlyUsed);
        return machine.Kernel.Profile.Era == KernelEra.V6_1
            ? HardwareWalked<S390Entry<S390SoftwareBits61>>(machine, space, shape, shape)
            : HardwareWalked<S390Entry<S390SoftwareBits2632>>(machine, space, shape, shape);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryNotes(string kernel) =>
    [
        "ASCE: origin ~0xfff | private 0x100 | 0x80 | 0x40 | real space 0x20 | DT 0x0c | TL 0x03; Linux: 0x1c3, 0x1c7, 0x1cb, 0x1cf for 2 to 5 levels",
        "Linux: empty entries 0x400 (page), 0x20 (segment), 0x24, 0x28, 0x2c (region third, second, first)",
        .. kernel == KernelEra.V6_1.Version ? (string[])[] : ["types of pages: NONE 0x401, RO 0x200, RW 0x000; changed and referenced are in the storage key"],
    ];

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Kernel == KernelEra.V6_1.Version ? Later(options) : Earlier();
    }

    private static KernelProfile Earlier()
    {
        // v2.6.32: every new address space has three levels (init_new_context), whatever will run in it.
        AddressLayout native = new()
        {
            StackTop = FourTiB,
            TaskSize = EightPiB,            // after mmap: TASK_SIZE is the limit of the tree, which grows once
            TaskSizeWhileLoading = FourTiB,
            UnmappedBase = 1UL << 41,
            MmapTop = FourTiB,
            BottomUp = true,                // mmap_is_legacy(): "force standard allocation for 64 bit programs"
            DynamicBase = FourTiB / 3 * 2,
            StackRandomMask = 0x7ff,
            MmapRandomMask = 0,
        };
        AddressLayout compat = native with
        {
            StackTop = TwoGiB,
            TaskSize = TwoGiB,
            TaskSizeWhileLoading = FourTiB,     // mm->context.asce_limit until start_thread31()
            UnmappedBase = 1UL << 30,
            MmapTop = TwoGiB,
            BottomUp = false,
            BottomUpWhenUnlimited = true,
            DynamicBase = TwoGiB / 3 * 2,
            DepthAtStart = 2,                   // crst_table_downgrade(mm, 1UL << 31)
        };
        AbiProfile profile = new()
        {
            Abi = Abi64,
            Layout = native,
            Platform = "z10",
            Hwcap = Hwcap,
            ArchitectureEntries = [new(33, 0, FromVdso: true)],
            Vdso = VdsoPlace.Anywhere,
            VvarPages = 0,
            VdsoPages = 2,
            PieAtDynamicBase = true,
        };
        return new KernelProfile
        {
            Era = KernelEra.V2_6_32,
            Mmu = "dat",
            Tree = S390Trees.Dat,
            NewDepth = 3,
            MaxDepth = 4,
            Moves = new MoveRules { MaxPiecePages = 64, FlushesEachPage = true, FlushesWholeAfterMove = true },
            GrowsIn = "crst_table_upgrade(), arch/s390/mm/pgtable.c",
            ShrinksIn = "crst_table_downgrade(), arch/s390/mm/pgtable.c",
            // mk_swap_pte(): _PAGE_TYPE_SWAP, the offset's lowest bit apart from the others because bit 0x800 has to stay zero.
            SwapEntries = new SwapEntryFormat { Mask = 0x603, Match = 0x403, TypeShift = 2, OffsetShift = 12, OffsetBits = 52, LowestOffsetBit = 7 },
            StackTopMax = FourTiB,
            Abis = [profile, profile with { Abi = Abi31, Layout = compat }],
        };
    }

    private static KernelProfile Later(MachineOptions options)
    {
        ulong vdsoBytes = (ulong)(options.VdsoPages ?? DefaultVdsoPages) * Page;
        AddressLayout native = new()
        {
            StackTop = FourTiB - vdsoBytes - Page,
            TaskSize = ulong.MaxValue - Page + 1,
            UnmappedBase = 1UL << 41,
            MmapTop = FourTiB - vdsoBytes - Page,
            MmapPad = 256 * Page,
            BottomUpWhenUnlimited = true,
            DynamicBase = (FourTiB - vdsoBytes - Page) / 3 * 2 & ~0xffff_fffful,
            StackRandomMask = 0x3ff80,
            MmapRandomMask = 0x3ff80,
            FileAlignMask = 0x7f * Page,
            AlignStackRandomBytes = Page,
            AlignsStack = true,
            BrkRandomBytes = 0x2000 * Page,
        };
        AddressLayout compat = native with
        {
            StackTop = TwoGiB - vdsoBytes - Page,
            TaskSize = TwoGiB,
            UnmappedBase = 1UL << 30,
            MmapTop = TwoGiB - vdsoBytes - Page,
            DynamicBase = (TwoGiB - vdsoBytes - Page) / 3 * 2 & ~(Page - 1),
            StackRandomMask = 0x7ff,
            MmapRandomMask = 0x7ff,
            FileAlignMask = 0,
            BrkRandomBytes = 0x800 * Page,
        };
        AbiProfile profile = new()
        {
            Abi = Abi64,
            Layout = native,
            Platform = "z10",
            Hwcap = Hwcap,
            ArchitectureEntries = [new(33, 0, FromVdso: true)],
            Vdso = VdsoPlace.AtLimit,
            VdsoLimit = native.StackTop + Page,     // VDSO_BASE
            VvarPages = Math.Min(VvarPages, options.VdsoPages ?? DefaultVdsoPages),
            VdsoPages = Math.Max(0, (options.VdsoPages ?? DefaultVdsoPages) - VvarPages),
        };
        return new KernelProfile
        {
            Era = KernelEra.V6_1,
            Mmu = "dat",
            Tree = S390Trees.Dat,
            NewDepth = 3,
            MaxDepth = 5,
            Moves = new MoveRules { FlushesWholeAfterMove = true },     // flush_tlb_range() is empty; one lazy flush of the mm
            GrowsIn = "crst_table_upgrade(), arch/s390/mm/pgalloc.c",       // 1e133ab296f3 ("s390/mm: split arch/s390/mm/pgtable.c") (in v4.6); nothing shrinks since v5.7
            // mk_swap_pte(): _PAGE_INVALID and _PAGE_PROTECT; told by _PAGE_PROTECT without _PAGE_PRESENT.
            SwapEntries = new SwapEntryFormat
            {
                Mask = 0x601,
                Match = 0x600,
                Exclusive = 0x800,          // _PAGE_SWP_EXCLUSIVE: _PAGE_LARGE
                TypeShift = 2,
                OffsetShift = 12,
                OffsetBits = 52,
                MigrationReadType = 24,
                MigrationWriteType = 25,
            },
            // vdso_size() asks the running task: both userlands' vdsos have the same size here, so the caller makes no difference.
            StackTopMax = FourTiB - vdsoBytes - Page,
            Abis = [profile, profile with { Abi = Abi31, Layout = compat, VdsoLimit = compat.StackTop + Page }],
        };
    }
}
