using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// Pages shared by tables smaller than a page: pages with a free piece first, the lowest free piece first.
/// </summary>
/// <remarks>Source: <c>page_table_alloc()</c> and <c>page_table_free()</c>, arch/s390/mm (pgtable.c in v2.6.32, pgalloc.c in v6.1).</remarks>
internal sealed class FragmentList(FrameAllocator frames, int tableBytes) : ITablePieces
{
    private readonly Dictionary<ulong, SharedPage> _pages = [];     // by page number
    private readonly LinkedList<SharedPage> _withRoom = [];

    public bool TryAllocate(FrameUse owner, out PhysicalAddress table, out bool tookPage)
    {
        tookPage = false;
        if (_withRoom.First is not { } node)
        {
            if (!frames.TryAllocate(0, owner, out PhysicalAddress start))
            {
                table = default;
                return false;
            }
            tookPage = true;
            SharedPage fresh = new(start, frames.PageBytes / tableBytes);
            node = _withRoom.AddFirst(fresh);
            _pages.Add(start.Value >> frames.PageShift, fresh);
        }
        SharedPage page = node.Value;
        table = page.Start + (ulong)(page.Take() * tableBytes);
        if (page.IsFull)
            _withRoom.Remove(node);
        return true;
    }

    public void Free(PhysicalAddress table, out bool gavePage)
    {
        SharedPage page = _pages[table.Value >> frames.PageShift];
        bool wasFull = page.IsFull;
        page.Give((int)(table.Value & (ulong)(frames.PageBytes - 1)) / tableBytes);
        gavePage = page.Used == 0;
        if (gavePage)
        {
            _pages.Remove(page.Start.Value >> frames.PageShift);
            _withRoom.Remove(page);
            frames.Release(page.Start);
        }
        else if (wasFull)
        {
            _withRoom.AddFirst(page);
        }
    }

    public void GiveBack()
    {
        // Every piece was freed before, and the page with the last one.
    }

    private sealed class SharedPage(PhysicalAddress start, int pieces)
    {
        private readonly bool[] _taken = new bool[pieces];

        public PhysicalAddress Start => start;

        public int Used { get; private set; }

        public bool IsFull => Used == pieces;

        public int Take()
        {
            int piece = Array.IndexOf(_taken, false);
            _taken[piece] = true;
            Used++;
            return piece;
        }

        public void Give(int piece)
        {
            _taken[piece] = false;
            Used--;
        }
    }
}
