using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tests.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Tests.Kernel;

/// <summary>A kernel for a machine of 256 MiB of addresses, where everything is near everything else.</summary>
internal static class TestKernel
{
    public static UserAbi Wide { get; } = new("wide", WordBytes: 8, ByteOrder.LittleEndian, ElfMachines: [0x1234]);

    public static UserAbi Narrow { get; } = new("narrow", WordBytes: 4, ByteOrder.BigEndian, ElfMachines: [0x1234]);

    public static ImmutableArray<KernelEra> Eras { get; } = [KernelEra.V2_6_32, KernelEra.V6_1];

    public static LinuxKernel<TestEntry> Create(KernelEra era, ulong memoryBytes = 32 << 20, Recorder? recorder = null, string mmu = "tree")
    {
        AddressLayout layout = new()
        {
            StackTop = 256 << 20,
            TaskSize = 256 << 20,
            UnmappedBase = 64 << 20,
            MmapTop = 256 << 20,
            MmapGapMin = 1 << 20,
            DynamicBase = 32 << 20,
            StackRandomMask = 0xff,
            MmapRandomMask = 0xf,
            AlignsStack = true,
            BrkRandomBytes = 1 << 16,
        };
        AbiProfile wide = new() { Abi = Wide, Layout = layout, Platform = "test" };
        AbiProfile narrow = new() { Abi = Narrow, Layout = layout with { StackTop = 16 << 20, TaskSize = 16 << 20, UnmappedBase = 5 << 20, MmapTop = 16 << 20, DynamicBase = 8 << 20 } };
        KernelProfile profile = new()
        {
            Era = era,
            Mmu = mmu,
            Tree = TestTrees.Growing,
            NewDepth = 4,
            MaxDepth = 4,
            Moves = Moves(era),
            StackTopMax = 256 << 20,
            Abis = [wide, narrow],
        };
        return new LinuxKernel<TestEntry>(profile, new PhysicalMemory(memoryBytes), recorder);
    }

    /// <summary>An address space that is not an execve's: two levels at first, and a layout set by hand.</summary>
    public static PagedAddressSpace NewSpace(LinuxKernel kernel, ulong stackLimitBytes = 1 << 20)
    {
        PageTables<TestEntry>.TryCreate(TestTrees.Growing, kernel.Frames, 2, null, out PageTables<TestEntry> tables);
        return new PagedAddressSpace(tables, kernel.PageCache, kernel.Profile, kernel.ZeroPage, stackLimitBytes, null)
        {
            TaskSize = 256 << 20,
            TopDown = true,
            MmapBase = new VirtualAddress(192 << 20),
            UnmappedBase = new VirtualAddress(64 << 20),
            StartBrk = new VirtualAddress(0x123450),
            BrkEnd = new VirtualAddress(0x123450),
        };
    }

    private static MoveRules Moves(KernelEra era) => era.LimitsByPosition
        ? new MoveRules { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true }
        : new MoveRules { MaxPiecePages = 64, FlushesEachPage = true };
}
