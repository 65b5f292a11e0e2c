using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Sixth;

/// <summary>A sixth architecture, as a stranger would write it from docs/adding-an-architecture.md.</summary>
/// <remarks>Sources: arch/riscv/include/asm/{pgtable.h,pgtable-64.h,elf.h,processor.h}, v6.1.</remarks>
public sealed class Riscv64 : Architecture
{
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
    public override ImmutableArray<int> PageSizes => [4096];

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources => ["The RISC-V Instruction Set Manual, volume II", "Linux v6.1, arch/riscv/include/asm"];

    /// <inheritdoc/>
    public override ImmutableArray<string> Mmus(string kernel) => ["sv39", "sv48", "sv57"];

    /// <inheritdoc/>
    public override Machine CreateMachine(MachineOptions options, Recorder? recorder) => Close<Riscv64Entry>(options, new MmuControls(Riscv64Entry.UserMode, 0), recorder);

    /// <inheritdoc/>
    public override TlbModel CreateTlbModel(Machine machine, AddressSpace space)
    {
        TlbShape shape = new("TLB", 32, 32, TlbReplacement.RoundRobin);
        return HardwareWalked<Riscv64Entry>(machine, space, shape, shape);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> EntryLayout(string kernel) => ["all    53:10 PPN | 9:8 software | 7 D | 6 A | 5 G | 4 U | 3 X | 2 W | 1 R | 0 V; a pointer has R, W and X clear"];

    /// <inheritdoc/>
    protected override KernelProfile BaseProfile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PageTableGeometry tree = options.Mmu switch { "sv48" => Riscv64Trees.Sv48, "sv57" => Riscv64Trees.Sv57, _ => Riscv64Trees.Sv39 };
        ulong taskSize = 1UL << (tree[tree.MaxDepth - 1].TableShift - 1);     // TASK_SIZE_64: half of the top table
        return new KernelProfile
        {
            Era = KernelEra.V6_1,
            Mmu = options.Mmu ?? "sv39",
            Tree = tree,
            NewDepth = tree.MaxDepth,
            MaxDepth = tree.MaxDepth,
            Moves = new MoveRules { FlushesEachPiece = true },
            StackTopMax = taskSize,
            Abis =
            [
                new AbiProfile
                {
                    Abi = Lp64,
                    Layout = new AddressLayout
                    {
                        StackTop = taskSize,
                        TaskSize = taskSize,
                        UnmappedBase = taskSize / 3 & ~0xffful,
                        MmapTop = taskSize,
                        MmapPad = 256 * 4096,
                        BottomUpWhenUnlimited = true,
                        DynamicBase = taskSize / 3 * 2,
                        StackRandomMask = 0x3ffff,
                        MmapRandomMask = (1UL << 18) - 1,
                        AlignStackRandomBytes = 4096,
                        AlignsStack = true,
                    },
                    Hwcap = 0x112d,     // IMAFDC
                    ArchitectureEntries = [new(33, 0, FromVdso: true)],
                    Vdso = VdsoPlace.Anywhere,
                    VvarPages = 2,
                    VdsoPages = 1,
                },
            ],
        };
    }
}
