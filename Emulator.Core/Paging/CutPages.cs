using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>Pieces cut from pages one after the other; a page goes back when all pieces cut from it have, and it is not the one being cut.</summary>
/// <remarks>Source: arch/powerpc/mm/pgtable-frag.c and arch/powerpc/mm/book3s64/pgtable.c, v6.1.</remarks>
internal sealed class CutPages(FrameAllocator frames, int tableBytes) : ITablePieces
{
    private readonly Dictionary<ulong, int> _live = [];     // page number -> pieces in use, uncut ones of the current page included
    private PhysicalAddress _page;
    private int _cut;

    private int PiecesPerPage => frames.PageBytes / tableBytes;

    public bool TryAllocate(FrameUse owner, out PhysicalAddress table, out bool tookPage)
    {
        tookPage = _cut == 0;
        if (tookPage)
        {
            if (!frames.TryAllocate(0, owner, out _page))
            {
                table = default;
                return false;
            }
            _live[_page.Value >> frames.PageShift] = PiecesPerPage;
        }
        table = _page + (ulong)(_cut * tableBytes);
        _cut = (_cut + 1) % PiecesPerPage;
        return true;
    }

    public void Free(PhysicalAddress table, out bool gavePage) => gavePage = Drop(table.Value >> frames.PageShift, 1);

    public void GiveBack()
    {
        if (_cut != 0)
            Drop(_page.Value >> frames.PageShift, PiecesPerPage - _cut);
        _cut = 0;
    }

    private bool Drop(ulong page, int pieces)
    {
        if ((_live[page] -= pieces) > 0)
            return false;
        _live.Remove(page);
        frames.Release(new PhysicalAddress(page << frames.PageShift));
        return true;
    }
}
