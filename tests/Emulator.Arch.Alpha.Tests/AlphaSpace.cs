using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.ReferenceWalkers;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>A tree of the product's mapper in memory of its own, seen by the product's walker and by the reference walker.</summary>
internal sealed class AlphaSpace : IDisposable
{
    public const int PageBytes = 8192;
    public const PageFlags Young = PageFlags.Read | PageFlags.Execute | PageFlags.Accessed;
    public const PageFlags Written = Young | PageFlags.Write | PageFlags.Dirty;

    public static readonly MmuControls User = new(AlphaEntry.UserMode, 0), Kernel = new(0, 0);
    public static readonly AccessKind[] Accesses = [AccessKind.Read, AccessKind.Write, AccessKind.Fetch];

    private readonly AlphaReferenceWalker _reference;
    private readonly HashSet<PhysicalAddress> _dataFrames = [];

    public AlphaSpace(ulong memoryBytes = 64 << 20)
    {
        Memory = new PhysicalMemory(memoryBytes);
        Frames = new FrameAllocator(Memory, pageShift: 13);
        Tables = NewTree();
        _reference = new AlphaReferenceWalker(Read);
    }

    public PhysicalMemory Memory { get; }

    public FrameAllocator Frames { get; }

    public PageTables<AlphaEntry> Tables { get; }

    /// <summary>Frames given out by <see cref="NewFrame"/>.</summary>
    public IReadOnlyCollection<PhysicalAddress> DataFrames => _dataFrames;

    public static TlbShape Shape(string name) => new(name, 128, 128, TlbReplacement.RoundRobin);

    public PageTables<AlphaEntry> NewTree()
    {
        Assert.True(PageTables<AlphaEntry>.TryCreate(AlphaTrees.ThreeLevel, Frames, depth: 3, recorder: null, out PageTables<AlphaEntry> tables));
        return tables;
    }

    public TlbModel NewTlbs(in MmuControls controls) =>
        NewTlbs(Tables, new ArchitecturalTlb(Shape("DTB"), 13), new ArchitecturalTlb(Shape("ITB"), 13), asn: 1, controls);

    public static TlbModel NewTlbs(PageTables tables, ArchitecturalTlb dtb, ArchitecturalTlb itb, int asn, in MmuControls controls)
    {
        TlbModel model = new(dtb, itb, new PalcodeRefill(tables, dtb, asn), controls, asn);
        tables.Flushed = model.Flush;
        return model;
    }

    public PhysicalAddress NewFrame()
    {
        Assert.True(Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
        _dataFrames.Add(frame);
        return frame;
    }

    public PhysicalAddress Map(ulong va, PageFlags flags)
    {
        PhysicalAddress frame = NewFrame();
        Assert.True(Tables.TryMap(new VirtualAddress(va), frame, flags));
        return frame;
    }

    /// <summary>Where the entry of a level for an address lies; tables above it must be there.</summary>
    public PhysicalAddress At(ulong va, int level)
    {
        PhysicalAddress table = Tables.Root;
        for (int above = 2; above > level; above--)
            table = new PhysicalAddress(Read(table.Value + IndexOf(va, above) * 8)!.Value >> 32 << 13);
        return table + IndexOf(va, level) * 8;
    }

    public void Write(PhysicalAddress at, ulong entry) => BinaryPrimitives.WriteUInt64LittleEndian(Memory.Slice(at, 8), entry);

    public ulong? Read(ulong at) =>
        Memory.Contains(new PhysicalAddress(at), 8) ? BinaryPrimitives.ReadUInt64LittleEndian(Memory.Slice(new PhysicalAddress(at), 8)) : null;

    public AlphaWalk Reference(ulong va, AccessKind access, in MmuControls controls) => _reference.Walk(Tables.Root.Value >> 13, va,
        access switch { AccessKind.Write => AlphaAccessType.Write, AccessKind.Fetch => AlphaAccessType.InstructionFetch, _ => AlphaAccessType.Read },
        user: controls == User);

    public bool Walk(ulong va, AccessKind access, in MmuControls controls, out Translation found, out PageFault fault) =>
        PageTableWalker<AlphaEntry>.TryWalk(Memory, AlphaTrees.ThreeLevel, Tables.RootRegister, new VirtualAddress(va), access, controls, default(NoTrace), out found, out fault);

    /// <summary>What an answer of the product says in the reference walker's terms: a physical address, or MMCSR.</summary>
    public static string Say(bool translated, PhysicalAddress found, in PageFault fault, in MmuControls controls) =>
        translated ? $"{found.Value:x}" : $"{(AlphaFault)AlphaEntry.Describe(fault, controls).Code}";

    public static string Say(AlphaWalk walk) => walk.TableOutsideStorage ? "outside" : walk.Fault is { } fault ? $"{fault}" : $"{walk.PhysicalAddress:x}";

    public void Dispose()
    {
        Frames.Dispose();
        Memory.Dispose();
    }

    private static ulong IndexOf(ulong va, int level) => va >> (13 + 10 * level) & 1023;
}
