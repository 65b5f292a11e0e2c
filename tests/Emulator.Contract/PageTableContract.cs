using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Contract;

/// <summary>What every plugin promises about its page tables; a plugin proves it by deriving one sealed class.</summary>
/// <param name="tree">The shape.</param>
/// <param name="controls">Control registers as they are while a program runs.</param>
public abstract class PageTableContract<TCodec>(PageTableGeometry tree, MmuControls controls) : IDisposable
    where TCodec : struct, IPageTableEntryCodec
{
    private const PageFlags ReadWrite = PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty;

    private readonly PhysicalMemory _memory = new(64 << 20);
    private FrameAllocator? _frames;

    private static readonly MoveRules Earlier = new() { MaxPiecePages = 64, FlushesEachPage = true };
    private static readonly MoveRules Later = new() { RehangsPmd = true, RehangsPud = true, FlushesEachPiece = true };

    private FrameAllocator Frames => _frames ??= new FrameAllocator(_memory, tree.PageShift);

    private ulong PageBytes => (ulong)tree.PageBytes;

    private IEnumerable<int> Depths => Enumerable.Range(tree.MinDepth, tree.MaxDepth - tree.MinDepth + 1);

    [Fact]
    public void The_walker_finds_what_the_mapper_wrote_at_every_depth()
    {
        foreach (int depth in Depths)
        {
            PageTables<TCodec> tables = NewTree(depth);
            foreach (VirtualAddress page in Corners(depth))
            {
                PhysicalAddress frame = NewFrame();
                foreach (PageFlags flags in WalkableFlags())
                {
                    Assert.True(tables.TryMap(page, frame, flags));
                    AssertWalks(tables, page + 5, frame + 5, 0, flags);
                }
            }
        }
    }

    [Fact]
    public void The_walker_finds_large_pages_wherever_the_machine_has_them()
    {
        PageTables<TCodec> tables = NewTree(tree.MaxDepth);
        for (int level = 1; level < tree.MaxDepth; level++)
        {
            PhysicalAddress frame = new(tree[level].EntrySpan);     // may lie beyond this memory; a walk does not touch it
            ulong rights = TCodec.InitialRights(tables.RootRegister, controls);
            if (TCodec.Examine(TCodec.Leaf(frame, ReadWrite, level), level, default, controls, ref rights) != EntryKind.Leaf)
                continue;       // no such page on this machine, or under these controls
            VirtualAddress va = new(UserAddress((ulong)level << tree[level].Shift, tree.MaxDepth));

            Assert.True(tables.TryMapLarge(va, frame, ReadWrite, level));

            AssertWalks(tables, va + 12345, frame + 12345, level, ReadWrite);
            Assert.True(tables.TryFind(va + 12345, out LeafView leaf));
            Assert.Equal((va, level, frame), (leaf.Address, leaf.Level, leaf.Target));
            Assert.False(tables.TryMap(va, frame, ReadWrite), "a page was mapped through a large page");
            Assert.True(tables.TryUnmap(va, out _));
            Assert.False(Walks(tables, va, AccessKind.Read, out _, out _));
        }
    }

    [Fact]
    public void An_empty_entry_is_empty_to_the_kernel_and_to_the_hardware()
    {
        for (int level = 0; level < tree.MaxDepth; level++)
        {
            ulong empty = TCodec.Empty(level), rights = TCodec.InitialRights(0, controls);

            Assert.True(TCodec.IsEmpty(empty, level));
            Assert.Equal(EntryKind.Absent, TCodec.Examine(empty, level, default, controls, ref rights));
            Assert.Equal(Clip(empty, level), empty);
        }
    }

    [Fact]
    public void Entries_are_told_bit_by_bit()
    {
        for (int level = 0; level < tree.MaxDepth; level++)
        {
            Assert.Equal(0ul, TCodec.Layouts(level)[^1].Mask);      // fits all
            foreach (EntryLayout format in TCodec.Layouts(level))
            {
                int next = BitsTold(level) - 1;       // every bit is told of, once, from the top down
                foreach (EntryField field in format.Fields)
                {
                    Assert.Equal(next, field.High);
                    Assert.InRange(field.Low, 0, field.High);
                    next = field.Low - 1;
                    Assert.NotEqual("", field.Name);
                    Assert.All(field.Meanings, meaning => Assert.NotEqual("", meaning));
                    int values = 1 << Math.Min(field.High - field.Low + 1, 30);
                    Assert.True(field.Meanings.Length == 1 || field.Meanings.Length == values, $"{field.Name} has {values} values and {field.Meanings.Length} meanings");
                    Assert.True(field.Words.IsEmpty || field.Words.Length == values, $"{field.Name} has {values} values and {field.Words.Length} words");
                }
                Assert.Equal(-1, next);
            }
            Assert.StartsWith("empty", EntryLayout.Of(TCodec.Layouts(level), TCodec.Empty(level)).Line(TCodec.Empty(level)), StringComparison.Ordinal);
        }
        PhysicalAddress target = new(0x123 * PageBytes);
        for (int level = 1; level < tree.MaxDepth; level++)
            Assert.Equal((target, TCodec.Table(target, level)), Read(TCodec.Table(target, level), level, "table"));
        for (int bits = 0; bits < 64; bits++)
        {
            ulong entry = TCodec.Leaf(target, (PageFlags)bits, 0);
            (PhysicalAddress told, ulong whole) = Read(entry, 0, TCodec.FlagsOf(entry) == PageFlags.None ? "" : "page");
            Assert.Equal((target, entry), (told, whole));
        }

        (PhysicalAddress Target, ulong Entry) Read(ulong entry, int level, string name)
        {
            EntryLayout layout = EntryLayout.Of(TCodec.Layouts(level), entry);
            EntryField address = Assert.Single(layout.Fields, field => field.AddressShift is not null);
            ulong whole = 0;
            foreach (EntryField field in layout.Fields)
                whole |= field.ValueOf(entry) << field.Low;
            PhysicalAddress at = new(address.ValueOf(entry) << address.AddressShift!.Value);
            Assert.Contains(name, layout.Name, StringComparison.Ordinal);
            Assert.StartsWith($"{at} {layout.Name}", layout.Line(entry), StringComparison.Ordinal);
            return (at, whole);
        }
    }

    [Fact]
    public void Table_entries_are_tables_to_the_kernel_and_to_the_hardware()
    {
        for (int level = 1; level < tree.MaxDepth; level++)
        {
            PhysicalAddress table = new(0x123 * PageBytes);
            ulong entry = TCodec.Table(table, level), rights = TCodec.InitialRights(TCodec.RootRegister(table, tree.MaxDepth), controls);

            Assert.False(TCodec.IsEmpty(entry, level));
            Assert.False(TCodec.IsLeaf(entry, level));
            Assert.Equal(table, TCodec.TargetOf(entry, level));
            Assert.Equal(EntryKind.Table, TCodec.Examine(entry, level, default, controls, ref rights));
        }
    }

    [Fact]
    public void Leaves_keep_the_frame_and_what_may_be_done_with_it()
    {
        PhysicalAddress frame = new(0x321 * PageBytes);
        for (int bits = 0; bits < 64; bits++)
        {
            PageFlags flags = (PageFlags)bits;
            ulong entry = TCodec.Leaf(frame, flags, 0);

            Assert.False(TCodec.IsEmpty(entry, 0));
            Assert.True(TCodec.IsLeaf(entry, 0));
            // PROT_NONE hides the rest of the entry on some machines, but never makes more of it than was said.
            PageFlags kept = TCodec.FlagsOf(entry);
            bool none = (flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0;
            if (none || flags.HasFlag(PageFlags.Read) || flags.HasFlag(PageFlags.Write))    // some machines can execute what nobody may read
                Assert.Equal(!none, kept.HasFlag(PageFlags.Read));
            if (none)
                continue;
            Assert.Equal(frame, TCodec.LeafTarget(entry, 0));
            Assert.Equal(flags.HasFlag(PageFlags.Write), kept.HasFlag(PageFlags.Write));
            Assert.False(kept.HasFlag(PageFlags.Special) && !flags.HasFlag(PageFlags.Special));     // not every kernel has a bit for it
            // Storing again what was read changes nothing: fork, mprotect and mremap depend on it.
            Assert.Equal(entry, TCodec.Leaf(frame, kept | (flags & (PageFlags.Accessed | PageFlags.Dirty)), 0));
        }
    }

    [Fact]
    public void The_root_register_says_where_the_tree_is_and_how_deep()
    {
        foreach (int depth in Depths)
        {
            PageTables<TCodec> tables = NewTree(depth);

            PhysicalAddress root = TCodec.DecodeRoot(tables.RootRegister, tree, controls, out int found);

            Assert.Equal((tables.Root, depth), (root, found));
        }
    }

    [Fact]
    public void An_address_beyond_the_tree_is_out_of_reach()
    {
        foreach (int depth in Depths)
        {
            ulong beyond = tree.LastAddress(depth).Value + 1;
            if (beyond == 0)
                continue;
            PageTables<TCodec> tables = NewTree(depth);
            Assert.True(tables.TryMap(default, NewFrame(), ReadWrite));

            Assert.False(Walks(tables, new VirtualAddress(beyond), AccessKind.Read, out _, out PageFault fault));

            Assert.Equal((FaultKind.OutOfReach, depth), (fault.Kind, fault.Level));
            Assert.False(tables.TryFind(new VirtualAddress(beyond), out _));
            Assert.NotEmpty(TCodec.Describe(fault, controls).Name);
        }
    }

    [Fact]
    public void Random_mappings_are_found_as_in_a_dictionary_and_keep_no_table_too_many() => SeededRuns.Run(12, random =>
    {
        int depth = random.Next(tree.MinDepth, tree.MaxDepth + 1);
        FrameBooks books = new(Frames);
        PageTables<TCodec> tables = NewTree(depth);
        SortedDictionary<ulong, (PhysicalAddress Frame, PageFlags Flags)> model = [];
        for (int step = 0; step < 400; step++)
        {
            VirtualAddress page = RandomPage(random, depth, model.Keys);
            switch (random.Next(5))
            {
                case 0 or 1:
                    PageFlags flags = RandomFlags(random);
                    PhysicalAddress frame = new((ulong)random.Next(1, 1 << 20) * PageBytes);
                    Assert.True(tables.TryMap(page, frame, flags));
                    model[page.Value] = (frame, flags);
                    break;
                case 2:
                    Assert.Equal(model.Remove(page.Value), tables.TryUnmap(page, out _));
                    FreeAround(tables, page, page + PageBytes, model.Keys);
                    break;
                case 3 when model.TryGetValue(page.Value, out (PhysicalAddress Frame, PageFlags Flags) old):
                    PageFlags changed = RandomFlags(random);
                    tables.Protect(page, changed);
                    model[page.Value] = (old.Frame, changed);
                    break;
                default:
                    Assert.Equal(model.TryGetValue(page.Value, out (PhysicalAddress Frame, PageFlags Flags) there), tables.TryFind(page + 17, out LeafView leaf));
                    if (leaf.Address == page && model.ContainsKey(page.Value))
                        Assert.Equal(there.Frame, leaf.Target);
                    Assert.Equal(model.ContainsKey(page.Value), Walks(tables, page + 17, AccessKind.Read, out Translation found, out _));
                    if (model.ContainsKey(page.Value))
                        Assert.Equal(there.Frame + 17, found.Address);
                    break;
            }
        }
        Assert.Equal(model.Keys, Leaves(tables).Select(leaf => leaf.Address.Value));
        AssertTablesAreThoseOf(tables, model.Keys);
        AssertBooks(tables);
        tables.Destroy();
        books.AssertBalanced("Destroy");
    });

    [Fact]
    public void A_move_carries_every_entry_and_leaves_no_table_behind() => SeededRuns.Run(40, random =>
    {
        MoveRules rules = random.Pick([Earlier, Later, Later with { RehangsPud = false }, new MoveRules()]);
        int depth = random.Next(tree.MinDepth, tree.MaxDepth + 1);
        FrameBooks books = new(Frames);
        PageTables<TCodec> tables = NewTree(depth);
        (VirtualAddress from, VirtualAddress to, ulong length) = RandomMove(random, depth);
        SortedDictionary<ulong, ulong> entries = [];
        for (int i = random.Next(1, 200); i > 0; i--)
        {
            VirtualAddress page = from + (ulong)random.NextInt64((long)(length / PageBytes)) * PageBytes;
            Assert.True(tables.TryMap(page, new PhysicalAddress((ulong)random.Next(1, 1 << 20) * PageBytes), RandomFlags(random)));
            Assert.True(tables.TryFind(page, out LeafView leaf));
            entries[page.Value] = leaf.Entry;
        }

        Assert.Equal(length, tables.Move(from, to, length, rules));

        // As shift_arg_pages() does it: nothing below the new end is touched, nothing lies above.
        VirtualAddress newEnd = to + length;
        tables.FreeRange(newEnd > from ? newEnd : from, from + length, newEnd, default);
        Assert.Equal(entries.Select(entry => (entry.Key - (from - to), entry.Value)), Leaves(tables).Select(leaf => (leaf.Address.Value, leaf.Entry)));
        AssertTablesAreThoseOf(tables, entries.Keys.Select(page => page - (from - to)), to, newEnd);
        AssertBooks(tables);
        Assert.True(tables.Moves.Pte + tables.Moves.Pmd * tree[0].Entries + tables.Moves.Pud * tree[0].Entries * (depth > 2 ? tree[1].Entries : 1) >= entries.Count);
        Assert.Equal(rules.FlushesEachPage ? tables.Moves.Pte : 0, tables.Flushes.Page);
        tables.Destroy();
        books.AssertBalanced("Destroy");
    });

    [Fact]
    public void A_tree_that_grows_and_shrinks_keeps_what_both_depths_reach()
    {
        if (tree.MinDepth == tree.MaxDepth)
        {
            Assert.Equal(tree.MaxDepth, NewTree(tree.MaxDepth).Depth);
            return;
        }
        FrameBooks books = new(Frames);
        PageTables<TCodec> tables = NewTree(tree.MinDepth);
        VirtualAddress low = tree.LastAddress(tree.MinDepth).AlignDown(PageBytes);
        PhysicalAddress frame = new(77 * PageBytes);
        Assert.True(tables.TryMap(low, frame, ReadWrite));
        for (int depth = tree.MinDepth + 1; depth <= tree.MaxDepth; depth++)
        {
            Assert.True(tables.TryGrow(depth));
            AssertWalks(tables, low, frame, 0, ReadWrite);
            AssertBooks(tables);
        }
        VirtualAddress high = new(UserAddress(tree.LastAddress(tree.MaxDepth).AlignDown(PageBytes).Value, tree.MaxDepth));
        Assert.True(tables.TryMap(high, frame, ReadWrite));
        AssertWalks(tables, high, frame, 0, ReadWrite);
        Assert.True(tables.TryUnmap(high, out _));
        FreeAround(tables, high, high + PageBytes, [low.Value]);
        for (int depth = tree.MaxDepth - 1; depth >= tree.MinDepth; depth--)
        {
            tables.Shrink(depth);
            AssertWalks(tables, low, frame, 0, ReadWrite);
            AssertBooks(tables);
        }
        tables.Destroy();
        books.AssertBalanced("Destroy");
    }

    [Fact]
    public void Running_out_of_frames_anywhere_loses_none()
    {
        foreach (int depth in Depths)
        {
            FrameBooks books = new(Frames);
            for (int nth = 1; ; nth++)
            {
                Frames.FailAt(nth);
                bool done = PageTables<TCodec>.TryCreate(tree, Frames, depth, null, out PageTables<TCodec> tables);
                if (done)
                {
                    foreach (VirtualAddress page in Corners(depth))
                        done &= tables.TryMap(page, new PhysicalAddress(5 * PageBytes), ReadWrite);
                    VirtualAddress last = new(UserAddress(tree.LastAddress(depth).AlignDown(PageBytes).Value, depth));
                    done &= tables.Move(last, last - (1UL << tree[0].TableShift), PageBytes, Earlier) == PageBytes;
                    if (depth < tree.MaxDepth)
                        done &= tables.TryGrow(tree.MaxDepth);
                    AssertBooks(tables);
                    tables.Destroy();
                }
                books.AssertBalanced($"failure {nth} at depth {depth}");
                if (done)
                    break;
            }
            Frames.FailAt(long.MaxValue / 2);
        }
    }

    public void Dispose()
    {
        _frames?.Dispose();
        _memory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An address as the kernel uses it for programs: below the half of a tree that hardware keeps for itself, if it does.</summary>
    protected virtual ulong UserAddress(ulong address, int depth) => address;

    /// <summary>Bits of an entry that its formats tell of; more than it has only where one level serves trees with entries of both sizes.</summary>
    protected virtual int BitsTold(int level) => tree[level].EntryBytes * 8;

    private PageTables<TCodec> NewTree(int depth)
    {
        Assert.True(PageTables<TCodec>.TryCreate(tree, Frames, depth, null, out PageTables<TCodec> tables));
        return tables;
    }

    private PhysicalAddress NewFrame()
    {
        Assert.True(Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
        return frame;
    }

    /// <summary>First and last pages of the tree and of its tables.</summary>
    private IEnumerable<VirtualAddress> Corners(int depth)
    {
        SortedSet<ulong> pages = [0, UserAddress(tree.LastAddress(depth).Value, depth) & ~(PageBytes - 1)];
        for (int level = 0; level < depth; level++)
        {
            ulong span = tree[level].EntrySpan;
            pages.Add(UserAddress(span, depth));
            pages.Add(UserAddress(span * (ulong)(tree[level].Entries / 2), depth));
            pages.Add(UserAddress(span - PageBytes, depth));
        }
        return pages.Select(page => new VirtualAddress(page));
    }

    private static IEnumerable<PageFlags> WalkableFlags()
    {
        PageFlags[] rights = [PageFlags.Read, PageFlags.Read | PageFlags.Write, PageFlags.Read | PageFlags.Execute, PageFlags.Read | PageFlags.Write | PageFlags.Execute];
        foreach (PageFlags right in rights)
        {
            yield return right | PageFlags.Accessed | PageFlags.Dirty;
            yield return right | PageFlags.Accessed | PageFlags.Special;
        }
    }

    private static PageFlags RandomFlags(Random random)
    {
        PageFlags flags = PageFlags.Read | PageFlags.Accessed;
        flags |= random.Chance(50) ? PageFlags.Write | PageFlags.Dirty : 0;
        return flags | (random.Chance(50) ? PageFlags.Execute : 0);
    }

    /// <summary>A page near a boundary of some table, or one that is mapped.</summary>
    private VirtualAddress RandomPage(Random random, int depth, SortedDictionary<ulong, (PhysicalAddress Frame, PageFlags Flags)>.KeyCollection mapped)
    {
        if (mapped.Count > 0 && random.Chance(50))
            return new VirtualAddress(mapped.ElementAt(random.Next(mapped.Count)));
        ulong address = 0;
        for (int level = 0; level < depth; level++)
            address |= (ulong)(random.Chance(60) ? 0 : random.Chance(50) ? tree[level].Entries - 1 : random.Next(tree[level].Entries)) << tree[level].Shift;
        return new VirtualAddress(UserAddress(address, depth));
    }

    /// <summary>A range and a lower place for it, with or without overlap, aligned alike or not.</summary>
    private (VirtualAddress From, VirtualAddress To, ulong Length) RandomMove(Random random, int depth)
    {
        ulong table = 1UL << tree[0].TableShift, reach = UserAddress(tree.LastAddress(depth).Value & ~(PageBytes - 1), depth);
        ulong unit = random.Chance(50) ? table : PageBytes;
        if (depth > 2 && random.Chance(30))
            unit = 1UL << tree[1].TableShift;
        ulong length = Math.Min(unit * (ulong)random.Next(1, 4) + (random.Chance(50) ? 0 : PageBytes), reach / 2) & ~(PageBytes - 1);
        ulong shift = random.Chance(50) ? (reach - length) / 2 / unit * unit : unit * (ulong)random.Next(1, 3) + (random.Chance(30) ? PageBytes : 0);
        shift = Math.Min(Math.Max(shift, PageBytes), reach - length) & ~(PageBytes - 1);
        ulong from = shift + (ulong)random.NextInt64((long)Math.Min((reach - length - shift) / PageBytes + 1, long.MaxValue / 2)) * PageBytes;
        from = random.Chance(50) ? Math.Max(from / table * table, shift) : from;
        return (new VirtualAddress(from), new VirtualAddress(from - shift), length);
    }

    /// <summary>Frees tables of a range that maps nothing, with the neighbouring mappings as floor and ceiling, as munmap does.</summary>
    private void FreeAround(PageTables<TCodec> tables, VirtualAddress start, VirtualAddress end, IEnumerable<ulong> mapped)
    {
        ulong floor = 0, ceiling = 0;
        foreach (ulong page in mapped)
        {
            if (page < start.Value)
                floor = Math.Max(floor, page + PageBytes);
            else if (page >= start.Value && page < end.Value)
                return;     // not empty: nobody would free it
            else if (ceiling == 0 || page < ceiling)
                ceiling = page;
        }
        tables.FreeRange(start, end, new VirtualAddress(floor), new VirtualAddress(ceiling));
    }

    private List<LeafView> Leaves(PageTables<TCodec> tables)
    {
        List<LeafView> leaves = [];
        VirtualAddress from = default;
        while (tables.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out LeafView leaf))
        {
            leaves.Add(leaf);
            from = leaf.Address + PageBytes;
            if (from.Value == 0)
                break;
        }
        return leaves;
    }

    private void AssertTablesAreThoseOf(PageTables<TCodec> tables, IEnumerable<ulong> pages) => AssertTablesAreThoseOf(tables, pages, default, default);

    /// <summary>The tables that the pages need, and besides them at most such as cover a part of a range (a move builds them piece by piece).</summary>
    private void AssertTablesAreThoseOf(PageTables<TCodec> tables, IEnumerable<ulong> pages, VirtualAddress start, VirtualAddress end)
    {
        SortedSet<(int Level, ulong Start)> expected = [(tables.Depth - 1, 0)], found = [];
        foreach (ulong page in pages)
        {
            for (int level = 0; level < tables.Depth; level++)
                expected.Add((level, tree[level].TableStart(new VirtualAddress(page)).Value));
        }
        foreach (TableView table in tables.Tables())
        {
            bool builtByMove = table.Used == 0 || table.Level > 0;
            if (builtByMove && table.Start < end && table.Start.Value + ((1UL << tree[table.Level].TableShift) - 1) >= start.Value)
                expected.Add((table.Level, table.Start.Value));
            Assert.True(found.Add((table.Level, table.Start.Value)));
        }
        Assert.Equal(expected, found);
    }

    /// <summary>Counters, allocator and the tree itself say the same.</summary>
    private void AssertBooks(PageTables<TCodec> tables)
    {
        long[] live = new long[FrameAllocator.MaxTableLevels];
        foreach (TableView table in tables.Tables())
            live[table.Level]++;
        Assert.Equal(live, tables.LiveByLevel);
        Assert.Equal(live.Sum(), tables.Allocated.Total - tables.Freed.Total);
        long frames = Enumerable.Range(0, FrameAllocator.MaxTableLevels).Sum(level => Frames.InUse(FrameAllocator.TableOwner(level)));
        Assert.True((ulong)frames * PageBytes >= tables.TableBytes, $"{frames} frames of tables for {tables.TableBytes} bytes of this tree");
        Assert.True(tables.PeakTableBytes >= tables.TableBytes);
    }

    private bool Walks(PageTables<TCodec> tables, VirtualAddress va, AccessKind access, out Translation found, out PageFault fault) =>
        PageTableWalker<TCodec>.TryWalk(_memory, tree, tables.RootRegister, va, access, controls, default(NoTrace), out found, out fault);

    private void AssertWalks(PageTables<TCodec> tables, VirtualAddress va, PhysicalAddress to, int level, PageFlags flags)
    {
        foreach (AccessKind access in Enum.GetValues<AccessKind>())
        {
            bool translated = Walks(tables, va, access, out Translation found, out PageFault fault);
            bool may = access switch
            {
                AccessKind.Write => flags.HasFlag(PageFlags.Write) && flags.HasFlag(PageFlags.Dirty) || (flags.HasFlag(PageFlags.Write) && translated),
                AccessKind.Fetch => flags.HasFlag(PageFlags.Execute) || translated,     // not every machine can forbid it
                _ => true,
            };
            Assert.True(translated == may, $"{access} of {va} mapped {flags} at depth {tables.Depth}: {(translated ? "done" : fault)}");
            if (translated)
                Assert.Equal((to, level), (found.Address, found.Level));
            else
                Assert.Equal(FaultKind.Protection, fault.Kind);
        }
    }

    /// <summary>The entry as it comes back from a table whose entries may be narrower than 64 bits.</summary>
    private ulong Clip(ulong entry, int level) => tree[level].EntryBytes == 4 ? (uint)entry : entry;
}
