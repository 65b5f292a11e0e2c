using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Ppc64;

/// <summary>ppc64 (Book3S): 4 or 64 KiB pages, a hashed page table filled from Linux's tree, or radix; 64-bit and 32-bit userlands.</summary>
/// <remarks>
/// Sources: arch/powerpc/include/asm/{processor.h,elf.h,page.h}, arch/powerpc/mm/mmap_64.c, v2.6.32;
/// arch/powerpc/include/asm/{task_size_64.h,elf.h}, arch/powerpc/mm/mmap.c, arch/powerpc/kernel/vdso.c, v6.1.
/// </remarks>
public sealed class Ppc64 : Architecture
{
    private const ulong Power8Hwcap2 = 0xae00_0000, Power9Hwcap2 = 0xaef0_0000, Hwcap = 0xdc00_65c2;     // what the recorded POWER8 and POWER9 told

    private static readonly UserAbi Abi64 = new("ppc64", WordBytes: 8, ByteOrder.BigEndian, ElfMachines: [21]);
    private static readonly UserAbi Abi32 = new("ppc32", WordBytes: 4, ByteOrder.BigEndian, ElfMachines: [20]);

    /// <inheritdoc/>
    public override string Name => "ppc64";

    /// <inheritdoc/>
    public override string Summary => "64-bit Power, Book3S, big-endian, hashed page table or radix tree, fixed depth";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Abi64, Abi32];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V2_6_32.Version, KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [4096, 65536];

    /// <inheritdoc/>
    public override ImmutableArray<string> Cpus => ["power8", "power9"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "Power ISA 3.0, book III, chapter 5 \"Storage Control\"",
        "Linux v2.6.32 and v6.1, arch/powerpc/include/asm, arch/powerpc/mm and arch/powerpc/kernel",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => kernel == KernelEra.V6_1.Version ? ["radix", "hash"] : ["hash"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        MmuControls user = new(Ppc64Faults.ProblemState, 0);
        bool large = PageShift(options) == 16;
        if (options.Kernel == KernelEra.V2_6_32.Version)
        {
            return large ? Close<Ppc64HashEntry2632<LargePages>>(options, user, recorder)
                : Close<Ppc64HashEntry2632<SmallPages>>(options, user, recorder);
        }
        if (options.Mmu == "hash")
        {
            return large ? Close<Ppc64Entry61<HashUpper<LargePages>>>(options, user, recorder)
                : Close<Ppc64Entry61<HashUpper<SmallPages>>>(options, user, recorder);
        }
        return large ? Close<Ppc64Entry61<RadixUpper<LargePages>>>(options, user, recorder)
            : Close<Ppc64Entry61<RadixUpper<SmallPages>>>(options, user, recorder);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryNotes(string kernel) => kernel == KernelEra.V6_1.Version
        ? ["radix: an entry of the process table: RTS 62:61 and 7:5, base, size 13"]
        : ["64 KiB pages: the slots of an entry lie behind the entries of its table", "tables: kernel virtual addresses (0xc000000000000000 | physical)"];

    /// <inheritdoc/>
    /// <exception cref="InsufficientMemoryException">There is no room for the hash table.</exception>
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(machine);
        KernelProfile profile = machine.Kernel.Profile;
        PageTables tables = TablesOf(space);
        bool power8 = profile.Cpu == "power8", large = tables.Tree.PageShift == 16;
        // Sets as the kernel counts them to flush all (POWER8_TLB_SETS 512, POWER9_TLB_SETS_HASH 256: mmu-hash.h, v6.1), four ways each (the CPUs' user's manuals).
        TlbShape shape = power8 ? new TlbShape("TLB", 2048, 4, TlbReplacement.LeastRecentlyUsed) : new TlbShape("TLB", 1024, 4, TlbReplacement.LeastRecentlyUsed);
        ITlbRefill refill = (profile.Mmu, profile.Era.Version == KernelEra.V2_6_32.Version, large) switch
        {
            ("radix", _, false) => new HardwareWalkRefill<Ppc64Entry61<RadixUpper<SmallPages>>>(tables) { RootReferences = 1 },
            ("radix", _, true) => new HardwareWalkRefill<Ppc64Entry61<RadixUpper<LargePages>>>(tables) { RootReferences = 1 },
            (_, true, false) => Hash<Ppc64HashEntry2632<SmallPages>, HashedEntry2632<SmallPages>>(tables, power8, VsidScramble.V2_6_32),
            (_, true, true) => Hash<Ppc64HashEntry2632<LargePages>, HashedEntry2632<LargePages>>(tables, power8, VsidScramble.V2_6_32),
            (_, false, false) => Hash<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>>(tables, power8, VsidScramble.V6_1Small),
            _ => Hash<Ppc64Entry61<HashUpper<LargePages>>, HashedEntry61<LargePages>>(tables, power8, VsidScramble.V6_1Large),
        };
        return Model(machine, tables, refill, shape, shape, space: 1);
    }

    private static HashRefill<TCodec, TEntry> Hash<TCodec, TEntry>(PageTables tables, bool power8, VsidScramble scramble)
        where TCodec : struct, IPageTableEntryCodec
        where TEntry : struct, IHashedEntry
    {
        int shift = HashedPageTable.ShiftFor(tables.Frames.Memory.Bytes, tables.Tree.PageShift);
        if (!HashedPageTable.TryCreate(tables.Frames, shift, power8 ? HpteFormat.Isa207 : HpteFormat.Isa300, out HashedPageTable? table))
            throw new InsufficientMemoryException($"{tables.Frames.FreeFrames} free frames have no {1UL << shift} bytes in one piece for the hash table");
        return new HashRefill<TCodec, TEntry>(tables, table!, scramble, scramble.FirstContext);
    }

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool later = options.Kernel == KernelEra.V6_1.Version, hash = !later || options.Mmu == "hash";
        int shift = PageShift(options);
        PageTableGeometry tree = !later ? Ppc64Trees.Hash2632(shift) : hash ? Ppc64Trees.Hash61(shift) : Ppc64Trees.Radix61(shift);
        ulong page = 1UL << shift;
        return new KernelProfile
        {
            Era = later ? KernelEra.V6_1 : KernelEra.V2_6_32,
            Mmu = hash ? "hash" : "radix",
            Cpu = IsPower8(options, hash) ? "power8" : "power9",
            Tree = tree,
            NewDepth = tree.MaxDepth,
            MaxDepth = tree.MaxDepth,
            Moves = Moves(later, hash),
            SwapEntries = SwapEntries(later, shift),
            StackTopMax = !later ? 1UL << 44 : shift == 16 ? 1UL << 52 : 1UL << 46,
            NascentStackExecutable = options.CallerAbi == Abi32.Name,      // VM_STACK_DEFAULT_FLAGS32 of the calling task
            CachesRssPerTask = later,       // the recorded kernels: CONFIG_NR_CPUS of 4 or more, and so SPLIT_RSS_COUNTING
            Abis = [Native(options, later, IsPower8(options, hash), page), Compat(options, later, IsPower8(options, hash), page)],
        };
    }

    // v2.6.32: __swp_entry() shifted up by PTE_RPN_SHIFT, pgtable-ppc64.h; neither _PAGE_PRESENT nor _PAGE_FILE.
    // v6.1: _PAGE_PTE, the type in the low bits and the offset in the page number's place, book3s/64/pgtable.h; no _PAGE_PRESENT.
    private static SwapEntryFormat SwapEntries(bool later, int shift) => later
        ? new()
        {
            Mask = 3UL << 62,
            Match = 1UL << 62,
            Exclusive = 0x020,          // _PAGE_SWP_EXCLUSIVE: _PAGE_NON_IDEMPOTENT
            TypeShift = 0,
            OffsetShift = shift,
            OffsetBits = 53 - shift,    // PTE_RPN_MASK
            MigrationReadType = 24,
            MigrationWriteType = 25,
        }
        : new()
        {
            Mask = 0x3,
            TypeShift = (shift == 16 ? LargePages.NumberShift : SmallPages.NumberShift) + 1,
            OffsetShift = (shift == 16 ? LargePages.NumberShift : SmallPages.NumberShift) + 8,
            OffsetBits = 64 - 8 - (shift == 16 ? LargePages.NumberShift : SmallPages.NumberShift),
        };

    private static MoveRules Moves(bool later, bool hash) => (later, hash) switch
    {
        // Entries of argument pages were never hashed, so nothing is flushed under hash.
        (false, _) => new MoveRules { MaxPiecePages = 64, FlushesAfterFreeing = false },
        (true, true) => new MoveRules { FlushesAfterFreeing = false },
        _ => new MoveRules { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true },    // arch_supports_page_table_move(): radix only
    };

    private static AbiProfile Native(MachineOptions options, bool later, bool power8, ulong page)
    {
        ulong taskSize = !later ? 1UL << 44 : page == 65536 ? 1UL << 52 : 1UL << 46;
        ulong window = later && page == 65536 ? 1UL << 47 : taskSize;      // DEFAULT_MAP_WINDOW
        return new AbiProfile
        {
            Abi = Abi64,
            Layout = new AddressLayout
            {
                StackTop = window,
                TaskSize = taskSize,
                UnmappedBase = window / 4,
                MmapTop = window,
                MmapGapMin = later ? 128UL << 20 : 1152UL << 20,
                MmapPad = later ? 256 * page : 0,
                BottomUpWhenUnlimited = true,
                DynamicBase = later ? 0x1_0000_0000ul : 0x2000_0000,
                StackRandomMask = page == 65536 ? 0x3fffu : 0x3ffffu,
                MmapRandomMask = (1UL << (later ? (page == 65536 ? 14 : 18) : 29 - (page == 65536 ? 16 : 12))) - 1,
                AlignStackRandomBytes = page,
                AlignsStack = true,
                BrkRandomBytes = later ? 1UL << 30 : 0,
                MapWindow = later && page == 65536 ? window : 0,
            },
            Platform = "power8",
            BasePlatform = "power8",
            Hwcap = Hwcap,
            Hwcap2 = later ? (power8 ? Power8Hwcap2 : Power9Hwcap2) : null,
            ArchitectureEntries = Entries(later, power8, 0x9e0),
            Vdso = VdsoPlace.Anywhere,
            VdsoAlignment = later ? 65536ul : 0,
            VvarPages = later ? 2 : 0,
            VdsoPages = VdsoTextPages(options, later, page),
            EntryIsDescriptor = true,
            PieAtDynamicBase = true,
        };
    }

    private static AbiProfile Compat(MachineOptions options, bool later, bool power8, ulong page)
    {
        ulong limit = (1UL << 32) - page;
        return Native(options, later, power8, page) with
        {
            Abi = Abi32,
            Layout = new AddressLayout
            {
                StackTop = limit,
                TaskSize = limit,
                UnmappedBase = (limit / 4 + page - 1) & ~(page - 1),
                MmapTop = limit,
                MmapPad = later ? 256 * page : 0,
                BottomUpWhenUnlimited = true,
                DynamicBase = later ? 0x40_0000ul : 0x2000_0000,
                StackRandomMask = page == 65536 ? 0x7fu : 0x7ffu,
                MmapRandomMask = page == 65536 ? 0x7fu : 0x7ffu,
                AlignStackRandomBytes = page,
                AlignsStack = true,
                BrkRandomBytes = later ? 32UL << 20 : 0,
            },
            ArchitectureEntries = Entries(later, power8, 0x750),
            EntryIsDescriptor = false,
            NoStackHeaderImpliesExec = true,
            StackExecutableByDefault = true,
        };
    }

    /// <summary>ARCH_DLINFO: cache block sizes, the vdso, cache geometries of the recorded machines, the size of a signal frame.</summary>
    private static ImmutableArray<AuxTemplate> Entries(bool later, bool power8, ulong signalFrameBytes)
    {
        ImmutableArray<AuxTemplate> first = [new(22, 22), new(22, 22), new(19, 0x80), new(20, 0x80), new(21, 0), new(33, 0, FromVdso: true)];
        if (!later)
            return first;
        AuxTemplate[] caches = power8
            ? [new(40, 0x8000), new(41, 0x80080), new(42, 0x10000), new(43, 0x80080), new(44, 0x80000), new(45, 0x80080), new(46, 0x800000), new(47, 0x80080)]
            : [new(40, 0x8000), new(41, 0x80), new(42, 0x8000), new(43, 0x80), new(44, 0), new(45, 0), new(46, 0), new(47, 0)];
        return [.. first, .. caches, new(51, signalFrameBytes)];
    }

    private static bool IsPower8(MachineOptions options, bool hash) => options.Cpu is { } cpu ? cpu == "power8" : hash;

    private static int VdsoTextPages(MachineOptions options, bool later, ulong page) => options.VdsoPages is { } pages
        ? Math.Max(0, pages - (later ? 2 : 0))
        : later && page == 65536 ? 1 : 2;

    private static int PageShift(MachineOptions options) => (options.PageBytes ?? 4096) == 65536 ? 16 : 12;
}
