using Emulator.Arch.Amd64;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>The kernel's hand: pages mapped and unmapped one by one in an amd64 tree.</summary>
internal sealed class Maps : IDisposable
{
    private const PageFlags Flags = PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty;
    private static readonly VirtualAddress Start = new(0x7f00_0000_0000);

    private readonly PhysicalMemory _memory = new(64 << 20);
    private readonly FrameAllocator _frames;
    private readonly VirtualAddress[] _order;
    private readonly ulong[] _array;
    private PageTables _tables;

    public Maps(int pages, bool random)
    {
        _frames = new FrameAllocator(_memory, 12);
        _order = new VirtualAddress[pages];
        _array = new ulong[pages];
        for (int page = 0; page < pages; page++)
            _order[page] = Start + ((ulong)page << 12);
        if (random)
            new Random(1).Shuffle(_order);
        _tables = Create();
        Map();
    }

    public int Pages => _order.Length;

    public void NewTree()
    {
        _tables.Destroy();
        _tables = Create();
    }

    public void Map()
    {
        PhysicalAddress frame = new(0x10_0000);
        foreach (VirtualAddress va in _order)
        {
            if (!_tables.TryMap(va, frame, Flags))
                throw new InvalidOperationException("guest memory is full of tables");
        }
    }

    public void Unmap()
    {
        foreach (VirtualAddress va in _order)
        {
            if (!_tables.TryUnmap(va, out _))
                throw new InvalidOperationException("not mapped");
        }
    }

    /// <summary>The yardstick: one entry a page into an array, in the same order.</summary>
    public void RawStores()
    {
        foreach (VirtualAddress va in _order)
            _array[(va - Start) >> 12] = va.Value;
    }

    public void Dispose()
    {
        _frames.Dispose();
        _memory.Dispose();
    }

    private PageTables<Amd64Entry> Create() => PageTables<Amd64Entry>.TryCreate(Amd64Trees.FourLevel, _frames, 4, null, out PageTables<Amd64Entry> tables)
        ? tables
        : throw new InvalidOperationException("no frame for the top table");
}
