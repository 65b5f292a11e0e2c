using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// A page-table tree in guest memory, seen by the kernel that builds it. This base knows no entry format; there is one
/// virtual call a page, none inside a page.
/// </summary>
public abstract class PageTables
{
    private readonly long[] _allocated = new long[5], _freed = new long[5];

    private protected PageTables(PageTableGeometry tree, FrameAllocator frames)
    {
        Tree = tree;
        Frames = frames;
    }

    /// <summary>The shape.</summary>
    public PageTableGeometry Tree { get; }

    /// <summary>Where tables come from.</summary>
    public FrameAllocator Frames { get; }

    /// <summary>Levels of the tree now.</summary>
    public int Depth { get; private protected set; }

    /// <summary>The top table.</summary>
    public PhysicalAddress Root { get; private protected set; }

    /// <summary>The number that a CPU would be given to walk this tree (CR3, ASCE).</summary>
    public abstract ulong RootRegister { get; }

    /// <summary>Tables allocated since the beginning, named by their place when allocated.</summary>
    public TableCounts Allocated => Counts(_allocated);

    /// <summary>Tables freed since the beginning.</summary>
    public TableCounts Freed => Counts(_freed);

    /// <summary>Tables in the tree now, by level from the leaf.</summary>
    public IReadOnlyList<long> LiveByLevel => Live;

    /// <summary>Memory that tables take now, in bytes: whole blocks, and whole pages where tables share them.</summary>
    public ulong TableBytes { get; private protected set; }

    /// <summary>Largest <see cref="TableBytes"/> so far.</summary>
    public ulong PeakTableBytes { get; private protected set; }

    /// <summary>Pages taken for tables that share pages, by level from the leaf.</summary>
    public IReadOnlyList<long> FragmentPages => FragmentPagesTaken;

    /// <summary>What moves have done so far.</summary>
    public MoveCounts Moves { get; private protected set; }

    /// <summary>Flushes that were called for so far.</summary>
    public FlushCounts Flushes { get; private protected set; }

    private protected long[] FragmentPagesTaken { get; } = new long[FrameAllocator.MaxTableLevels];

    private protected long[] Live { get; } = new long[FrameAllocator.MaxTableLevels];

    /// <summary>How swap entries look here. Null, as usual, where none are written: no entry is taken for one then.</summary>
    public SwapEntryFormat? SwapEntries { get; set; }

    /// <summary>Told of every flush: who keeps copies of entries (a CPU, a TLB model, a TSB, a hash table) forgets them then. Several may listen.</summary>
    public Action<Tracing.FlushKind, VirtualAddress>? Flushed { get; set; }

    /// <summary>Told before a leaf entry that is not empty is replaced, moved or removed: page, place and entry.</summary>
    public Action<VirtualAddress, PhysicalAddress, ulong>? Replacing { get; set; }

    /// <summary>Told after each piece of a move, with its number: between two of them the locks of the tables are free.</summary>
    public Action<long>? PieceMoved { get; set; }

    /// <summary>Told when the tree is destroyed, before its tables go: who keeps memory for it (a TSB, a hash table) gives that back.</summary>
    public Action? Destroying { get; set; }

    /// <summary>Counts a flush and tells it to whoever watches.</summary>
    public abstract void Flush(Tracing.FlushKind kind, VirtualAddress from);

    /// <summary>Finds the leaf that maps <paramref name="va"/>: one software walk.</summary>
    /// <returns>False when the kernel finds nothing there.</returns>
    public abstract bool TryFind(VirtualAddress va, out LeafView leaf);

    /// <summary>Maps a page, building missing tables.</summary>
    /// <returns>False when a table could not be allocated (ENOMEM to the guest); tables built so far stay.</returns>
    public abstract bool TryMap(VirtualAddress va, PhysicalAddress frame, PageFlags flags);

    /// <summary>Maps a large page at <paramref name="level"/>, building missing tables above it.</summary>
    /// <returns>False when a table could not be allocated, or a table hangs where the leaf should be.</returns>
    public abstract bool TryMapLarge(VirtualAddress va, PhysicalAddress frame, PageFlags flags, int level);

    /// <summary>Rewrites the flags of a mapped page. No effect where nothing is mapped.</summary>
    public abstract void Protect(VirtualAddress va, PageFlags flags);

    /// <summary>The swap entry that stands for a page. All other members find nothing at such an address, except for <see cref="Move"/>, which moves these entries too.</summary>
    /// <returns>False when there is none.</returns>
    public abstract bool TryFindSwap(VirtualAddress va, out SwapEntry swap);

    /// <summary>The next address from <paramref name="from"/> on, below <paramref name="end"/>, that has a swap entry.</summary>
    /// <returns>False when there is none.</returns>
    public abstract bool TryNextSwap(VirtualAddress from, VirtualAddress end, out VirtualAddress at, out SwapEntry swap);

    /// <summary>Writes a swap entry where a page is mapped, or where one stands already. The caller flushes.</summary>
    /// <param name="va">The page.</param>
    /// <param name="swap">What the entry says.</param>
    /// <param name="exclusive">Whether the page was nobody else's.</param>
    public abstract void WriteSwap(VirtualAddress va, SwapEntry swap, bool exclusive);

    /// <summary>Empties the entry of a page that is elsewhere; its tables stay.</summary>
    public abstract void ClearSwap(VirtualAddress va);

    /// <summary>Takes the leaf out; its tables stay.</summary>
    /// <returns>False when nothing was mapped.</returns>
    public abstract bool TryUnmap(VirtualAddress va, out LeafView was);

    /// <summary>The next address from <paramref name="from"/> on, below <paramref name="end"/>, that has a leaf.</summary>
    /// <returns>False when there is none. Absent tables are skipped whole.</returns>
    public abstract bool TryNextLeaf(VirtualAddress from, VirtualAddress end, out LeafView leaf);

    /// <summary>
    /// Moves the entries of [<paramref name="from"/>, +<paramref name="length"/>) to <paramref name="to"/>; frames stay where
    /// they are.
    /// </summary>
    /// <param name="from">First address; page-aligned.</param>
    /// <param name="to">Where it goes; page-aligned, lower than <paramref name="from"/> when the ranges overlap.</param>
    /// <param name="length">Bytes; a multiple of the page size.</param>
    /// <param name="rules">How this kernel cuts pieces and flushes.</param>
    /// <returns>
    /// Bytes moved. Less than <paramref name="length"/> when a table could not be allocated: the tree is then half moved and
    /// only fit to be destroyed ("on failure we rely on process cleanup").
    /// </returns>
    /// <remarks>
    /// Source: <c>move_page_tables()</c>, mm/mremap.c, v2.6.32 and v6.1. Not modelled: rmap locks and notifiers, which take
    /// time but no tables.
    /// </remarks>
    public abstract ulong Move(VirtualAddress from, VirtualAddress to, ulong length, MoveRules rules);

    /// <summary>Copies the entries of a range into another tree of the same format: tables as they are met, from low addresses to high.</summary>
    /// <param name="child">The other tree; as deep as this one.</param>
    /// <param name="start">First address; page-aligned.</param>
    /// <param name="end">First address behind the range.</param>
    /// <param name="share">Is asked for every leaf what it shall be here and there from now on.</param>
    /// <returns>False when a table could not be allocated; what was copied so far stays, and was asked for.</returns>
    /// <remarks>
    /// Source: <c>copy_page_range()</c>, mm/memory.c, v2.6.32 and v6.1: a page table of the parent is matched by one of the child even if it
    /// has no entry in the range.
    /// </remarks>
    public abstract bool TryCopy(PageTables child, VirtualAddress start, VirtualAddress end, Func<LeafView, (PageFlags Here, PageFlags There)> share);

    /// <summary>Frees the page tables of a range that maps nothing any more.</summary>
    /// <param name="start">First address.</param>
    /// <param name="end">First address behind the range.</param>
    /// <param name="floor">Tables that also cover addresses below this stay.</param>
    /// <param name="ceiling">Tables that also cover addresses from here on stay; 0 for none.</param>
    /// <returns>Number of tables freed.</returns>
    /// <remarks>Source: <c>free_pgd_range()</c>, mm/memory.c, v2.6.32 and v6.1 (the same rules). Data pages are never freed here.</remarks>
    public abstract int FreeRange(VirtualAddress start, VirtualAddress end, VirtualAddress floor, VirtualAddress ceiling);

    /// <summary>Adds levels on top until the tree has <paramref name="depth"/>; the old top becomes entry 0 of the new one.</summary>
    /// <returns>False when a table could not be allocated; the tree keeps the depth it reached.</returns>
    /// <remarks>Source: <c>crst_table_upgrade()</c>, arch/s390/mm/pgtable.c in v2.6.32, pgalloc.c in v6.1.</remarks>
    public abstract bool TryGrow(int depth);

    /// <summary>Takes levels off the top until the tree has <paramref name="depth"/>; only entry 0 of each top survives.</summary>
    /// <remarks>Source: <c>crst_table_downgrade()</c>, arch/s390/mm/pgtable.c, v2.6.32.</remarks>
    public abstract void Shrink(int depth);

    /// <summary>Frees all tables, the top included. Leaves must have been taken out before, or their frames are lost.</summary>
    public abstract void Destroy();

    /// <summary>All tables, top first, depth first, in ascending order of address.</summary>
    public abstract IEnumerable<TableView> Tables();

    /// <summary>The entries of a table that are not empty, in ascending order.</summary>
    public abstract IEnumerable<EntryView> Entries(TableView table);

    /// <summary>The walk that hardware would do, entry by entry, for people: one step a level, with the entry read.</summary>
    public abstract IReadOnlyList<Tracing.TraceEvent> Steps(VirtualAddress va, AccessKind access, in MmuControls controls,
        out Translation found, out PageFault fault, out bool translated);

    /// <summary>Bits of an entry in words.</summary>
    public virtual string Explain(ulong entry, int level) => EntryLayout.Of(Layouts(level), entry).Line(entry);

    /// <summary>How entries of a level are read bit by bit.</summary>
    public abstract ImmutableArray<EntryLayout> Layouts(int level);

    /// <summary>A fault in the machine's own words.</summary>
    public abstract HardwareFault Describe(in PageFault fault, in MmuControls controls);

    /// <summary>Bytes of page tables as /proc counts them: levels below the top, page tables only in 2.6.32.</summary>
    /// <param name="levels">How many levels from the leaf the kernel's accounting covers (1 in 2.6.32, 3 in 6.1).</param>
    public ulong AccountedBytes(int levels)
    {
        ulong bytes = 0;
        for (int level = 0; level < Math.Min(levels, Depth - 1); level++)
            bytes += (ulong)Live[level] * (uint)Tree[level].ProcBytes;
        return bytes;
    }

    private protected void CountAllocated(int level, int depth) => _allocated[NameIndex(level, depth)]++;

    private protected void CountFreed(int level, int depth) => _freed[NameIndex(level, depth)]++;

    private static int NameIndex(int level, int depth) => level == depth - 1 ? 4 : level;

    private static TableCounts Counts(long[] byName) => new(byName[4], byName[3], byName[2], byName[1], byName[0]);
}
