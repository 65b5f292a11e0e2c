using Emulator.Contract;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Core.Tests.Paging;

public sealed class GrowingPageTablesTests() : PageTableContract<TestEntry>(TestTrees.Growing, default)
{
    protected override int BitsTold(int level) => 64;       // entries of the same level have 4 bytes here, 8 in the fixed tree
}

public sealed class FixedPageTablesTests() : PageTableContract<TestEntry>(TestTrees.Fixed, default);

public sealed class PageTablesTests : IDisposable
{
    private const PageFlags ReadWrite = PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty;
    private static readonly MoveRules Earlier = new() { MaxPiecePages = 64, FlushesEachPage = true };
    private static readonly MoveRules Later = new() { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true };

    private readonly PhysicalMemory _memory = new(16 << 20);
    private readonly FrameAllocator _frames;

    public PageTablesTests() => _frames = new FrameAllocator(_memory, 12);

    [Fact]
    public void Leaf_tables_share_a_page_the_lowest_free_piece_first()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Growing, 4);
        List<PhysicalAddress> leafTables = [];
        for (ulong i = 0; i < 33; i++)
        {
            Assert.True(tables.TryMap(new VirtualAddress(i << 16), Frame(1), ReadWrite));
            leafTables.Add(LeafTable(tables, i));
        }
        // 32 tables of 128 bytes fill a page, the 33rd begins another.
        for (int i = 0; i < 32; i++)
            Assert.Equal(leafTables[0] + (ulong)(i * 128), leafTables[i]);
        Assert.Equal(0ul, leafTables[32].Value % 4096);
        Assert.Equal(2, tables.FragmentPages[0]);

        Free(tables, 7);
        Free(tables, 3);
        Assert.True(tables.TryMap(new VirtualAddress(40ul << 16), Frame(1), ReadWrite));
        Assert.True(tables.TryMap(new VirtualAddress(41ul << 16), Frame(1), ReadWrite));

        // The full page came back to the head of the list when its first piece was freed; its lowest free piece goes first.
        Assert.Equal(leafTables[3], LeafTable(tables, 40));
        Assert.Equal(leafTables[7], LeafTable(tables, 41));
        Assert.Equal(2, tables.FragmentPages[0]);
    }

    [Fact]
    public void A_shared_page_goes_back_with_its_last_table()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Growing, 3);
        long free = _frames.FreeFrames;
        ulong bytes = tables.TableBytes;
        Assert.True(tables.TryMap(default, Frame(1), ReadWrite));
        Assert.True(tables.TryMap(new VirtualAddress(1 << 16), Frame(1), ReadWrite));
        Assert.Equal(bytes + 2 * 4096, tables.TableBytes);   // a lower table, and one page for two leaf tables

        Free(tables, 0);
        Assert.Equal(bytes + 2 * 4096, tables.TableBytes);
        Free(tables, 1);
        Assert.Equal(bytes + 4096, tables.TableBytes);
        Assert.Equal(1, tables.FreeRange(default, new VirtualAddress(4096), default, default));

        Assert.Equal(bytes, tables.TableBytes);
        Assert.Equal(free, _frames.FreeFrames);
    }

    [Fact]
    public void An_old_kernel_moves_pieces_of_64_pages_and_flushes_each_page()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Fixed, 3);
        for (ulong page = 0; page < 512; page++)
            Assert.True(tables.TryMap(new VirtualAddress(0x400000 + (page << 12)), Frame(page + 1), ReadWrite));

        Assert.Equal(512ul << 12, tables.Move(new VirtualAddress(0x400000), new VirtualAddress(0x100000), 512ul << 12, Earlier));

        // 2 MiB moved to 1 MiB above a table boundary: 64 pages at a time, and both table ends are multiples of 64 pages.
        Assert.Equal(new MoveCounts(Pte: 512, Pmd: 0, Pud: 0, PieceCalls: 8), tables.Moves);
        Assert.Equal(512, tables.Flushes.Page);
    }

    [Fact]
    public void A_new_kernel_hangs_whole_tables_elsewhere_when_both_places_are_aligned()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Fixed, 3);
        for (ulong page = 0; page < 512; page += 7)
            Assert.True(tables.TryMap(new VirtualAddress(0x400000 + (page << 12)), Frame(page + 1), ReadWrite));
        PhysicalAddress table = LeafTable(tables, 2);
        long built = tables.Allocated.Total;

        tables.Move(new VirtualAddress(0x400000), new VirtualAddress(0x200000), 512ul << 12, Later);

        Assert.Equal(new MoveCounts(Pte: 0, Pmd: 1, Pud: 0, PieceCalls: 0), tables.Moves);
        Assert.Equal(table, LeafTable(tables, 1));
        Assert.Equal(built, tables.Allocated.Total);
        Assert.Equal(1, tables.Flushes.Range);
    }

    [Fact]
    public void A_new_kernel_hangs_a_whole_middle_table_elsewhere()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Fixed, 3);
        Assert.True(tables.TryMap(new VirtualAddress(0x3000000), Frame(9), ReadWrite));     // a middle table covers 16 MiB

        tables.Move(new VirtualAddress(0x3000000), new VirtualAddress(0x1000000), 0x1000000, Later);

        Assert.Equal(new MoveCounts(Pte: 0, Pmd: 0, Pud: 1, PieceCalls: 0), tables.Moves);
        Assert.True(tables.TryFind(new VirtualAddress(0x1000000), out LeafView leaf));
        Assert.Equal(Frame(9), leaf.Target);
        Assert.False(tables.TryFind(new VirtualAddress(0x3000000), out _));
    }

    [Fact]
    public void A_table_that_is_in_the_way_is_filled_entry_by_entry()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Fixed, 3);
        Assert.True(tables.TryMap(new VirtualAddress(0x400000), Frame(1), ReadWrite));
        Assert.True(tables.TryMap(new VirtualAddress(0x3ff000), Frame(2), ReadWrite));      // in the table at the new place

        tables.Move(new VirtualAddress(0x400000), new VirtualAddress(0x200000), 0x1ff000, Later);

        Assert.Equal(new MoveCounts(Pte: 1, Pmd: 0, Pud: 0, PieceCalls: 1), tables.Moves);
        Assert.True(tables.TryFind(new VirtualAddress(0x3ff000), out LeafView kept));
        Assert.Equal(Frame(2), kept.Target);
    }

    [Fact]
    public void Tables_that_reach_below_the_floor_or_above_the_ceiling_stay()
    {
        PageTables<TestEntry> tables = NewTree(TestTrees.Fixed, 3);
        VirtualAddress low = new(0x1ff000), middle = new(0x200000), high = new(0x400000);
        foreach (VirtualAddress page in (VirtualAddress[])[low, middle, high])
            Assert.True(tables.TryMap(page, Frame(1), ReadWrite));
        Assert.True(tables.TryUnmap(middle, out _));

        Assert.Equal(0, tables.FreeRange(middle, middle + 4096, new VirtualAddress(0x201000), high));
        Assert.Equal(0, tables.FreeRange(middle, middle + 4096, low + 4096, new VirtualAddress(0x3ff000)));
        Assert.Equal(1, tables.FreeRange(middle, middle + 4096, low + 4096, high));

        Assert.True(tables.TryFind(low, out _));
        Assert.True(tables.TryFind(high, out _));
    }

    [Fact]
    public void Events_tell_every_table_and_entry()
    {
        Recorder recorder = new();
        Assert.True(PageTables<TestEntry>.TryCreate(TestTrees.Growing, _frames, 3, recorder, out PageTables<TestEntry> tables));
        VirtualAddress page = new(0x1234000);

        Assert.True(tables.TryMap(page, Frame(3), ReadWrite));
        Assert.True(tables.TryUnmap(page, out _));
        tables.Destroy();

        // Top, lower and leaf table; two table entries, the page, and its end.
        TraceEventKind[] kinds = [.. recorder.Events.ToArray().Select(happened => happened.Kind)];
        Assert.Equal(3, kinds.Count(kind => kind == TraceEventKind.TableBuilt));
        Assert.Equal(4, kinds.Count(kind => kind == TraceEventKind.EntryWritten));
        Assert.Equal(3, kinds.Count(kind => kind == TraceEventKind.TableFreed));
        TraceEvent unmapped = recorder.Events.ToArray().Last(happened => happened.Kind == TraceEventKind.EntryWritten);
        Assert.Equal((page, TestEntry.Leaf(Frame(3), ReadWrite, 0), TestEntry.Empty(0)), (unmapped.Address, unmapped.Before, unmapped.After));
    }

    [Fact]
    public void A_depth_that_the_shape_does_not_have_is_an_exception()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PageTables<TestEntry>.TryCreate(TestTrees.Growing, _frames, 1, null, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => PageTables<TestEntry>.TryCreate(TestTrees.Growing, _frames, 5, null, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => NewTree(TestTrees.Growing, 3).Shrink(1));
    }

    public void Dispose()
    {
        _frames.Dispose();
        _memory.Dispose();
    }

    private static PhysicalAddress Frame(ulong number) => new(number << 12);

    private PageTables<TestEntry> NewTree(PageTableGeometry tree, int depth)
    {
        Assert.True(PageTables<TestEntry>.TryCreate(tree, _frames, depth, null, out PageTables<TestEntry> tables));
        return tables;
    }

    private static PhysicalAddress LeafTable(PageTables<TestEntry> tables, ulong index) =>
        tables.Tables().Single(table => table.Level == 0 && table.Start.Value == index << tables.Tree[0].TableShift).At;

    private static void Free(PageTables<TestEntry> tables, ulong index)
    {
        VirtualAddress start = new(index << 16);
        Assert.True(tables.TryUnmap(start, out _));
        Assert.Equal(1, tables.FreeRange(start, start + 4096, start, start + (1 << 16)));    // its leaf table, and nothing that reaches further
    }
}
