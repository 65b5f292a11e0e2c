using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Alpha;

/// <summary>alpha: 8 KiB pages, three levels that PALcode reads; one 64-bit userland, with a 31-bit layout in 2.6.32.</summary>
/// <remarks>
/// Sources: arch/alpha/include/asm/{processor.h,pgtable.h,elf.h,page.h}, arch/alpha/kernel/osf_sys.c, arch/alpha/mm/init.c,
/// v2.6.32 and v6.1.192 (which refuses EF_ALPHA_32BIT).
/// </remarks>
public sealed class Alpha : Architecture
{
    private const ulong TaskSize = 1UL << 42, StackTop = 0x1_2000_0000, LowStackTop = 0x8000_0000;
    private const uint Elf32BitFlag = 1;    // EF_ALPHA_32BIT

    private static readonly UserAbi Abi = new("alpha", WordBytes: 8, ByteOrder.LittleEndian, ElfMachines: [0x9026]);

    /// <inheritdoc/>
    public override string Name => "alpha";

    /// <inheritdoc/>
    public override string Summary => "Alpha under OSF/1 PALcode, little-endian, tables read by PALcode, fixed depth";

    /// <inheritdoc/>
    public override ImmutableArray<UserAbi> Abis => [Abi];

    /// <inheritdoc/>
    public override ImmutableArray<string> Kernels => [KernelEra.V2_6_32.Version, KernelEra.V6_1.Version];

    /// <inheritdoc/>
    public override ImmutableArray<int> PageSizes => [8192];

    /// <inheritdoc/>
    public override ImmutableArray<string> Cpus => ["ev67"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources =>
    [
        "Alpha Architecture Reference Manual, part II-B (OSF/1)",
        "Alpha 21264 Microprocessor Hardware Reference Manual, EC-RJRZA-TE",
        "DEC OSF/1 PALcode for EV5, osfpal.S, as in gem5, system/alpha/palcode",
        "Linux v2.6.32 and v6.1, arch/alpha/include/asm, arch/alpha/mm and arch/alpha/kernel",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => ["osf"];

    /// <inheritdoc/>
    public override string? Disassemble(UserAbi abi, ReadOnlySpan<byte> code, ulong address) => AlphaDisassembler.Disassemble(code, address);

    /// <inheritdoc/>
    public override Core.Execution.InstructionSet? InstructionSetOf(UserAbi abi) => new AlphaInstructionSet();

    /// <inheritdoc/>
    public override Core.Processes.Userland? UserlandOf(UserAbi abi) => new AlphaUserland(abi);

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder) =>
        Close<AlphaEntry>(options, new MmuControls(AlphaEntry.UserMode, 0), recorder);

    /// <inheritdoc/>
    // 21264 Hardware Reference Manual, "Virtual memory support": 128 entries each, round robin. The two copies of the DTB, one for each
    // load pipe, hold the same. The address space has an ASN to itself: which one does not matter.
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space)
    {
        const int Asn = 1;
        PageTables tables = TablesOf(space);
        int pageShift = tables.Tree.PageShift;
        ArchitecturalTlb dtb = new(new TlbShape("DTB", 128, 128, TlbReplacement.RoundRobin), pageShift);
        ArchitecturalTlb itb = new(new TlbShape("ITB", 128, 128, TlbReplacement.RoundRobin), pageShift);
        return Model(machine, tables, new PalcodeRefill(tables, dtb, Asn), dtb, itb, Asn);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryNotes(string kernel) => ["Linux: table entries 0x63301; FOR, FOW and FOE carry protection and copy-on-write"];

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool later = options.Kernel == KernelEra.V6_1.Version;
        AddressLayout high = new()
        {
            StackTop = StackTop,
            TaskSize = TaskSize,
            UnmappedBase = TaskSize / 2,
            MmapTop = TaskSize,
            BottomUp = true,
            DynamicBase = TaskSize / 2 + 0x100_0000,
            StackRandomMask = 0x3ff,
            MmapRandomMask = 0,
        };
        AddressLayout low = high with { StackTop = LowStackTop, UnmappedBase = 0x4000_0000, DynamicBase = 0x4100_0000 };
        bool lowForAll = !later && options.Personality.HasFlag(Personality.AddrLimit32Bit);
        return new KernelProfile
        {
            Era = later ? KernelEra.V6_1 : KernelEra.V2_6_32,
            Mmu = "osf",
            Tree = AlphaTrees.ThreeLevel,
            NewDepth = 3,
            MaxDepth = 3,
            Moves = later ? new MoveRules { FlushesEachPiece = true } : new MoveRules { MaxPiecePages = 64, FlushesEachPage = true, FlushesAbsentPages = true },
            SwapEntries = SwapEntries(later),
            StackTopMax = StackTop,
            NascentStackExecutable = true,      // VM_DATA_DEFAULT_FLAGS has VM_EXEC
            Abis =
            [
                new AbiProfile
                {
                    Abi = Abi,
                    Layout = lowForAll ? low : high,
                    LowLayout = later ? null : low,
                    LowElfFlags = later ? 0 : Elf32BitFlag,
                    RefusedElfFlags = later ? Elf32BitFlag : 0,
                    Platform = "ev67",
                    Hwcap = 0x1307,             // what the recorded machine told: amask of QEMU's EV67
                    ClockTicks = 1024,
                    ArchitectureEntries = [new(34, 0x10062), new(35, 0x10062), new(36, 0x800061), new(37, ulong.MaxValue)],
                    StackExecutableByDefault = true,
                    DataExecutable = true,
                    PieAtDynamicBase = true,
                },
            ],
        };
    }

    // mk_swap_pte(), arch/alpha/include/asm/pgtable.h, the same in both eras: the low half is zero, so V is.
    private static SwapEntryFormat SwapEntries(bool later) => new()
    {
        Mask = 0xffff_ffff,
        TypeShift = 32,
        OffsetShift = 40,
        OffsetBits = 24,
        MigrationReadType = later ? 24 : 30,
        MigrationWriteType = later ? 25 : 31,
    };
}
