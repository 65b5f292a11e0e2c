using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// Pages shared by tables smaller than a page: pages with a free piece first, the lowest free piece first.
/// </summary>
/// <remarks>Source: <c>page_table_alloc()</c> and <c>page_table_free()</c>, arch/s390/mm (pgtable.c in v2.6.32, pgalloc.c in v6.1).</remarks>
internal sealed class FragmentList(FrameAllocator frames, int tableBytes)
{
    private readonly Dictionary<ulong, uint> _used = [];       // page number -> mask of used pieces
    private readonly LinkedList<ulong> _withRoom = [];

    private uint Full => (uint)((1UL << (frames.PageBytes / tableBytes)) - 1);

    public bool TryAllocate(FrameUse owner, out PhysicalAddress table, out bool tookPage)
    {
        tookPage = false;
        if (_withRoom.First is not { } node)
        {
            if (!frames.TryAllocate(0, owner, out PhysicalAddress page))
            {
                table = default;
                return false;
            }
            tookPage = true;
            node = _withRoom.AddFirst(page.Value >> frames.PageShift);
            _used[node.Value] = 0;
        }
        uint mask = _used[node.Value];
        int piece = System.Numerics.BitOperations.TrailingZeroCount(~mask);
        _used[node.Value] = mask |= 1u << piece;
        if (mask == Full)
            _withRoom.Remove(node);
        table = new PhysicalAddress((node.Value << frames.PageShift) + (ulong)(piece * tableBytes));
        return true;
    }

    public void Free(PhysicalAddress table, out bool gavePage)
    {
        ulong page = table.Value >> frames.PageShift;
        int piece = (int)(table.Value & (ulong)(frames.PageBytes - 1)) / tableBytes;
        uint before = _used[page], mask = before & ~(1u << piece);
        gavePage = mask == 0;
        if (gavePage)
        {
            _used.Remove(page);
            _withRoom.Remove(page);
            frames.Release(new PhysicalAddress(page << frames.PageShift));
            return;
        }
        _used[page] = mask;
        if (before == Full)
            _withRoom.AddFirst(page);
    }
}
