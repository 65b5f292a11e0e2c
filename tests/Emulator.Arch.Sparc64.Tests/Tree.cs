using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.ReferenceWalkers;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>A tree of one format in memory of its own, the walker, and the reference that looks at the same memory.</summary>
internal sealed class Tree<TLeaf, TUpper> : IDisposable
    where TLeaf : struct, ITranslationTableEntry
    where TUpper : struct, ISparc64Upper
{
    private readonly PhysicalMemory _memory;

    public Tree(PageTableGeometry shape, ulong memoryBytes = 16 << 20)
    {
        _memory = new PhysicalMemory(memoryBytes);
        Frames = new FrameAllocator(_memory, shape.PageShift);
        if (!PageTables<Sparc64Entry<TLeaf, TUpper>>.TryCreate(shape, Frames, shape.MaxDepth, null, out PageTables<Sparc64Entry<TLeaf, TUpper>> tables))
            throw new InvalidOperationException("no frame for the top table");
        Tables = tables;
        Reference = new Sparc64ReferenceWalker(
            (at, bytes) => _memory.TryReadEntry(new PhysicalAddress(at), bytes, ByteOrder.BigEndian, out ulong value) ? value : null,
            TLeaf.IsSun4v ? Sparc64Mmu.Sun4v : Sparc64Mmu.Sun4u,
            shape.MaxDepth == 3 ? Sparc64Kernel.V2632 : Sparc64Kernel.V61);
    }

    public static IReadOnlyList<AccessKind> Accesses { get; } = [AccessKind.Read, AccessKind.Write, AccessKind.Fetch];

    public FrameAllocator Frames { get; }

    public PageTables<Sparc64Entry<TLeaf, TUpper>> Tables { get; }

    public Sparc64ReferenceWalker Reference { get; }

    public PhysicalMemory Memory => _memory;

    public static MmuControls Controls(bool user) => new(user ? Sparc64Entry<TLeaf, TUpper>.UserMode : 0, 0);

    public static Sparc64AccessType Type(AccessKind access) => access switch
    {
        AccessKind.Write => Sparc64AccessType.Store,
        AccessKind.Fetch => Sparc64AccessType.Fetch,
        _ => Sparc64AccessType.Load,
    };

    /// <summary>Puts any bits where the leaf of an address is; tables are built.</summary>
    public PhysicalAddress SetLeaf(VirtualAddress va, ulong entry)
    {
        if (!Tables.TryMap(va, default, PageFlags.Read) || !Tables.TryFind(va, out LeafView leaf))
            throw new InvalidOperationException("memory of the test is too small");
        WriteEntry(leaf.At, 8, entry);
        return leaf.At;
    }

    public void WriteEntry(PhysicalAddress at, int bytes, ulong entry) => _memory.WriteEntry(at, bytes, ByteOrder.BigEndian, entry);

    /// <summary>What the walker says, in the reference's words: "ok address", "trap type" or "outside memory".</summary>
    public string Walk(VirtualAddress va, AccessKind access, bool user)
    {
        MmuControls controls = Controls(user);
        bool translated = PageTableWalker<Sparc64Entry<TLeaf, TUpper>>.TryWalk(_memory, Tables.Tree, Tables.RootRegister, va, access, controls,
            default(NoTrace), out Translation found, out PageFault fault);
        return translated ? Ok(found.Address.Value) : Words(fault, controls);
    }

    public static string Words(in PageFault fault, in MmuControls controls) => fault.Kind == FaultKind.OutsideStorage
        ? "outside memory"
        : $"trap {Sparc64Entry<TLeaf, TUpper>.Describe(fault, controls).Vector:x2}";

    public static string Words(Sparc64Walk walk) => walk.OutsideMemory ? "outside memory"
        : walk.TrapType is int trap ? $"trap {trap:x2}" : Ok(walk.PhysicalAddress!.Value);

    public static string Ok(ulong address) => $"ok {address:x}";

    public void Dispose()
    {
        Frames.Dispose();
        _memory.Dispose();
    }
}
