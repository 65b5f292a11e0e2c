using System.Collections.Immutable;
using System.Numerics;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>The kernel's hand: builds, moves and frees trees of one entry format. The only mapper there is.</summary>
/// <remarks>
/// Events go to a recorder when there is one: one test a page, which costs nothing beside the page itself; the walker,
/// where it would cost, takes its trace as a type parameter.
/// </remarks>
public sealed class PageTables<TCodec> : PageTables
    where TCodec : struct, IPageTableEntryCodec
{
    private const ulong NoTag = ulong.MaxValue;

    private readonly Recorder? _recorder;
    private readonly ITablePieces?[] _pieces;
    private ulong _leafTag = NoTag;             // the last leaf table found: sequential pages need no walk
    private PhysicalAddress _leafTable;

    private PageTables(PageTableGeometry tree, FrameAllocator frames, Recorder? recorder)
        : base(tree, frames)
    {
        _recorder = recorder;
        _pieces = new ITablePieces?[tree.MaxDepth];
        for (int level = 0; level < tree.MaxDepth; level++)
        {
            int bytes = tree[level].TableBytes;
            _pieces[level] = tree[level].Sharing switch
            {
                TableSharing.Fragments => new FragmentList(frames, bytes),
                TableSharing.Slab when bytes < frames.PageBytes => new FragmentList(frames, bytes),
                TableSharing.Cut when bytes < frames.PageBytes => new CutPages(frames, bytes),
                _ => null,
            };
        }
    }

    /// <inheritdoc/>
    public override ulong RootRegister => TCodec.RootRegister(Root, Depth);

    /// <summary>Makes a tree that maps nothing: one top table.</summary>
    /// <returns>False when the top table could not be allocated.</returns>
    public static bool TryCreate(PageTableGeometry tree, FrameAllocator frames, int depth, Recorder? recorder, out PageTables<TCodec> tables)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, tree.MinDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, tree.MaxDepth);
        tables = new PageTables<TCodec>(tree, frames, recorder) { Depth = depth };
        if (!tables.TryAllocateTable(depth - 1, default, out PhysicalAddress root))
            return false;
        tables.Root = root;
        if (TCodec.SelfMapIndex >= 0)
            tables.Write(root + (ulong)(TCodec.SelfMapIndex * tree[depth - 1].EntryBytes), depth - 1, new VirtualAddress((ulong)TCodec.SelfMapIndex << tree[depth - 1].Shift), TCodec.SelfMap(root));
        return true;
    }

    /// <inheritdoc/>
    public override void Flush(FlushKind kind, VirtualAddress from)
    {
        Flushes = Flushes.Plus(kind);
        _recorder?.Record(new TraceEvent(TraceEventKind.Flush, 0, from, default, Detail: (ulong)kind));
        Flushed?.Invoke(kind, from);
    }

    /// <inheritdoc/>
    public override bool TryFind(VirtualAddress va, out LeafView leaf)
    {
        leaf = default;
        if (!Tree.Reaches(va, Depth))
            return false;
        if (va.Value >> Tree[0].TableShift != _leafTag)
        {
            PhysicalAddress table = Root;
            for (int level = Depth - 1; level > 0; level--)
            {
                PhysicalAddress at = table + Tree[level].OffsetOf(va);
                ulong entry = Read(at, level);
                if (TCodec.IsEmpty(entry, level))
                    return false;
                if (TCodec.IsLeaf(entry, level))
                {
                    leaf = View(va.AlignDown(Tree[level].EntrySpan), level, at, entry);
                    return true;
                }
                table = TCodec.TargetOf(entry, level);
            }
            Remember(va, table);
        }
        PhysicalAddress slot = _leafTable + Tree[0].OffsetOf(va);
        ulong found = Read(slot, 0);
        if (IsVacant(found, 0))
            return false;
        leaf = View(va.AlignDown(Tree[0].EntrySpan), 0, slot, found);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryMap(VirtualAddress va, PhysicalAddress frame, PageFlags flags)
    {
        if (!TryLeafTable(va, out PhysicalAddress table))
            return false;
        Write(table + Tree[0].OffsetOf(va), 0, va, TCodec.Leaf(frame, flags, 0));
        return true;
    }

    /// <inheritdoc/>
    public override bool TryMapLarge(VirtualAddress va, PhysicalAddress frame, PageFlags flags, int level)
    {
        if (!TryTable(va, level, out PhysicalAddress table))
            return false;
        PhysicalAddress at = table + Tree[level].OffsetOf(va);
        ulong before = Read(at, level);
        if (!TCodec.IsEmpty(before, level) && !TCodec.IsLeaf(before, level))
            return false;
        Write(at, level, va, TCodec.Leaf(frame, flags, level));
        return true;
    }

    /// <inheritdoc/>
    public override void Protect(VirtualAddress va, PageFlags flags)
    {
        if (TryFind(va, out LeafView leaf))
            Write(leaf.At, leaf.Level, leaf.Address, TCodec.Leaf(leaf.Target, flags, leaf.Level));
    }

    /// <inheritdoc/>
    public override bool TryUnmap(VirtualAddress va, out LeafView was)
    {
        if (!TryFind(va, out was))
            return false;
        Write(was.At, was.Level, was.Address, TCodec.Empty(was.Level));
        return true;
    }

    /// <inheritdoc/>
    public override bool TryNextLeaf(VirtualAddress from, VirtualAddress end, out LeafView leaf) => TryNext(from, end, swapped: false, out leaf);

    /// <summary>The next entry that maps a page, or the next that stands for one that is elsewhere.</summary>
    private bool TryNext(VirtualAddress from, VirtualAddress end, bool swapped, out LeafView leaf)
    {
        leaf = default;
        VirtualAddress last = Tree.LastAddress(Depth);
        VirtualAddress va = from.AlignDown(1UL << Tree.PageShift);
        while ((va = Tree.SkipHole(va, Depth)) < end && va <= last)
        {
            PhysicalAddress table = Root;
            int level = Depth - 1;
            while (true)
            {
                PhysicalAddress at = table + Tree[level].OffsetOf(va);
                ulong entry = Read(at, level);
                if (!IsWanted(entry, level, swapped) || IsSelfMap(level, Tree[level].IndexOf(va)))
                    break;
                if (level == 0 || TCodec.IsLeaf(entry, level))
                {
                    leaf = View(va.AlignDown(Tree[level].EntrySpan), level, at, entry);
                    return true;
                }
                table = TCodec.TargetOf(entry, level--);
            }
            VirtualAddress next = va.AlignDown(Tree[level].EntrySpan) + Tree[level].EntrySpan;
            if (level == 0)   // stay in this table: no walk per empty slot
            {
                VirtualAddress tableEnd = Tree[0].TableStart(va) + (1UL << Tree[0].TableShift);
                while (next < tableEnd && next < end && !IsWanted(Read(table + Tree[0].OffsetOf(next), 0), 0, swapped))
                    next += Tree[0].EntrySpan;
            }
            if (next <= va)
                return false;   // wrapped at the top of a 64-bit space
            va = next;
        }
        return false;
    }

    /// <inheritdoc/>
    public override bool TryFindSwap(VirtualAddress va, out SwapEntry swap)
    {
        swap = default;
        if (SwapEntries is null || !Tree.Reaches(va, Depth) || !TryFindTable(va, 0, out PhysicalAddress table))
            return false;
        ulong entry = Read(table + Tree[0].OffsetOf(va), 0);
        if (!IsSwap(entry))
            return false;
        swap = SwapEntries.Decode(entry);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryNextSwap(VirtualAddress from, VirtualAddress end, out VirtualAddress at, out SwapEntry swap)
    {
        (at, swap) = (default, default);
        if (SwapEntries is null || !TryNext(from, end, swapped: true, out LeafView leaf))
            return false;
        (at, swap) = (leaf.Address, SwapEntries.Decode(leaf.Entry));
        return true;
    }

    /// <inheritdoc/>
    public override void WriteSwap(VirtualAddress va, SwapEntry swap, bool exclusive)
    {
        if (SwapEntries is null || !TryFindTable(va, 0, out PhysicalAddress table))
            throw new InvalidOperationException($"there is no entry for a swapped page at {va}: no page table, or no format of swap entries");
        Write(table + Tree[0].OffsetOf(va), 0, va, SwapEntries.Encode(swap, exclusive));
    }

    /// <inheritdoc/>
    public override void ClearSwap(VirtualAddress va)
    {
        if (TryFindSwap(va, out _) && TryFindTable(va, 0, out PhysicalAddress table))
            Write(table + Tree[0].OffsetOf(va), 0, va, TCodec.Empty(0));
    }

    /// <inheritdoc/>
    public override ulong Move(VirtualAddress from, VirtualAddress to, ulong length, MoveRules rules)
    {
        ulong pmd = 1UL << Tree[0].TableShift, done = 0;
        while (done < length)
        {
            VirtualAddress old = from + done, target = to + done;
            ulong extent = Math.Min(pmd - (old.Value & (pmd - 1)), length - done);
            if (rules.MaxPiecePages == 0)
            {
                // v6.1: first try whole middle tables, then whole page tables; both boundaries cut before anything else.
                if (Depth > 2 && MovePud(old, target, length - done, rules) is { } middle)
                {
                    if (middle == 0)
                        break;
                    done += middle;
                    continue;
                }
                extent = Math.Min(extent, pmd - (target.Value & (pmd - 1)));
            }
            if (!TryFindTable(old, 0, out PhysicalAddress oldTable))
            {
                done += extent;
                continue;
            }
            if (rules.RehangsPmd && extent == pmd)
            {
                if (!TryTable(target, 1, out PhysicalAddress newPmd))
                    break;
                if (TryRehang(old, target, newPmd, 1))
                {
                    Moves = Moves with { Pmd = Moves.Pmd + 1 };
                    if (rules.FlushesEachPiece)
                        Flush(FlushKind.Range, old);
                    done += extent;
                    continue;
                }
            }
            if (!TryLeafTable(target, out PhysicalAddress newTable))
                break;
            if (rules.MaxPiecePages != 0)
            {
                extent = Math.Min(extent, pmd - (target.Value & (pmd - 1)));
                extent = Math.Min(extent, (ulong)rules.MaxPiecePages << Tree.PageShift);
            }
            MoveEntries(old, oldTable, target, newTable, extent, rules);
            done += extent;
        }
        return done;
    }

    /// <inheritdoc/>
    public override bool TryCopy(PageTables child, VirtualAddress start, VirtualAddress end, Func<LeafView, (PageFlags Here, PageFlags There)> share)
    {
        ArgumentNullException.ThrowIfNull(share);
        if (child is not PageTables<TCodec> other || other.Depth != Depth)
            throw new ArgumentException($"entries are copied between trees of one format and depth, here {Depth} levels", nameof(child));
        return start >= end || CopyBelow(other, Root, Depth - 1, start.Value, end.Value, share);
    }

    /// <inheritdoc/>
    public override int FreeRange(VirtualAddress start, VirtualAddress end, VirtualAddress floor, VirtualAddress ceiling)
    {
        ulong pmdMask = ~((1UL << Tree[0].TableShift) - 1);
        ulong address = start.Value & pmdMask, limit = end.Value, top = ceiling.Value;
        if (address < floor.Value)
        {
            address += ~pmdMask + 1;
            if (address == 0)
                return 0;
        }
        if (top != 0)
        {
            top &= pmdMask;
            if (top == 0)
                return 0;
        }
        if (limit - 1 > top - 1)
            limit -= ~pmdMask + 1;
        if (address > limit - 1)
            return 0;
        _leafTag = NoTag;
        return FreeBelow(Root, Depth - 1, address, limit, floor.Value, top);
    }

    /// <inheritdoc/>
    public override bool TryGrow(int depth)
    {
        while (Depth < depth)
        {
            if (!TryAllocateTable(Depth, default, out PhysicalAddress top, depthNow: Depth + 1))
                return false;
            Write(top, Depth, default, TCodec.Table(Root, Depth));
            Root = top;
            Depth++;
            _recorder?.Record(new TraceEvent(TraceEventKind.RootGrown, Depth - 1, default, Root, After: RootRegister));
        }
        return true;
    }

    /// <inheritdoc/>
    public override void Shrink(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, Tree.MinDepth);
        while (Depth > depth)
        {
            ulong entry = Read(Root, Depth - 1);
            PhysicalAddress below;
            if (TCodec.IsEmpty(entry, Depth - 1))
            {
                if (!TryAllocateTable(Depth - 2, default, out below))   // a tree that maps nothing low still needs a top
                    return;
            }
            else
            {
                below = TCodec.TargetOf(entry, Depth - 1);
            }
            FreeTable(Root, Depth - 1, default);
            Root = below;
            Depth--;
            _leafTag = NoTag;
            _recorder?.Record(new TraceEvent(TraceEventKind.RootShrunk, Depth - 1, default, Root, After: RootRegister));
        }
    }

    /// <inheritdoc/>
    public override void Destroy()
    {
        Destroying?.Invoke();
        _leafTag = NoTag;
        DestroyBelow(Root, Depth - 1, default);
        FreeTable(Root, Depth - 1, default);
        foreach (ITablePieces? pieces in _pieces)
            pieces?.GiveBack();
        Root = default;
    }

    /// <inheritdoc/>
    public override IEnumerable<TableView> Tables() => TablesFrom(Root, Depth - 1, default);

    /// <inheritdoc/>
    public override IEnumerable<EntryView> Entries(TableView table)
    {
        int level = table.Level;
        for (int index = 0; index < Tree[level].Entries; index++)
        {
            PhysicalAddress at = table.At + (ulong)(index * Tree[level].EntryBytes);
            ulong entry = Read(at, level);
            if (TCodec.IsEmpty(entry, level))
                continue;
            bool leaf = level == 0 || TCodec.IsLeaf(entry, level);
            VirtualAddress address = table.Start + ((ulong)index << Tree[level].Shift);
            yield return new EntryView(index, address, at, entry, leaf, leaf ? TCodec.LeafTarget(entry, level) : TCodec.TargetOf(entry, level),
                leaf ? TCodec.FlagsOf(entry) : PageFlags.None);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TraceEvent> Steps(VirtualAddress va, AccessKind access, in MmuControls controls,
        out Translation found, out PageFault fault, out bool translated)
    {
        Recorder steps = new();
        translated = PageTableWalker<TCodec>.TryWalk(Frames.Memory, Tree, RootRegister, va, access, controls, new Recording(steps), out found, out fault);
        return steps.Events.ToArray();
    }

    /// <inheritdoc/>
    public override ImmutableArray<EntryLayout> Layouts(int level) => level == 0 && SwapEntries is not null ? SwapEntries.With(TCodec.Layouts(0), TCodec.Empty(0)) : TCodec.Layouts(level);

    /// <inheritdoc/>
    public override string Explain(ulong entry, int level) => level == 0 && IsSwap(entry) ? SwapEntries!.Explain(entry) : base.Explain(entry, level);

    /// <inheritdoc/>
    public override HardwareFault Describe(in PageFault fault, in MmuControls controls) => TCodec.Describe(fault, controls);

    // ---- paths ------------------------------------------------------------------------------------------------------

    private bool TryLeafTable(VirtualAddress va, out PhysicalAddress table)
    {
        if (va.Value >> Tree[0].TableShift == _leafTag)
        {
            table = _leafTable;
            return true;
        }
        if (!TryTable(va, 0, out table))
            return false;
        Remember(va, table);
        return true;
    }

    private void Remember(VirtualAddress va, PhysicalAddress table)
    {
        _leafTag = va.Value >> Tree[0].TableShift;
        _leafTable = table;
    }

    /// <summary>The table of <paramref name="level"/> on the path to <paramref name="va"/>, built if missing.</summary>
    private bool TryTable(VirtualAddress va, int level, out PhysicalAddress table)
    {
        table = Root;
        for (int upper = Depth - 1; upper > level; upper--)
        {
            PhysicalAddress at = table + Tree[upper].OffsetOf(va);
            ulong entry = Read(at, upper);
            if (!TCodec.IsEmpty(entry, upper))
            {
                if (TCodec.IsLeaf(entry, upper))
                    return false;
                table = TCodec.TargetOf(entry, upper);
                continue;
            }
            if (!TryAllocateTable(upper - 1, va, out table))
                return false;
            Write(at, upper, va, TCodec.Table(table, upper));
        }
        return true;
    }

    private bool TryFindTable(VirtualAddress va, int level, out PhysicalAddress table)
    {
        table = Root;
        for (int upper = Depth - 1; upper > level; upper--)
        {
            ulong entry = Read(table + Tree[upper].OffsetOf(va), upper);
            if (TCodec.IsEmpty(entry, upper) || TCodec.IsLeaf(entry, upper))
                return false;
            table = TCodec.TargetOf(entry, upper);
        }
        return true;
    }

    // ---- moving -----------------------------------------------------------------------------------------------------

    /// <summary>The PUD stage of v6.1: null to go on with page tables, 0 on ENOMEM, else the bytes dealt with.</summary>
    private ulong? MovePud(VirtualAddress old, VirtualAddress target, ulong left, MoveRules rules)
    {
        ulong pud = 1UL << Tree[1].TableShift;
        ulong extent = Math.Min(Math.Min(pud - (old.Value & (pud - 1)), left), pud - (target.Value & (pud - 1)));
        if (!TryFindTable(old, 1, out _))
            return extent;
        if (!TryTable(target, 2, out PhysicalAddress newPud))
            return 0;
        if (!rules.RehangsPud || extent != pud || !TryRehang(old, target, newPud, 2))
            return null;
        Moves = Moves with { Pud = Moves.Pud + 1 };
        if (rules.FlushesEachPiece)
            Flush(FlushKind.Range, old);
        return extent;
    }

    /// <summary>Takes the table below an entry of <paramref name="level"/> out of the old path and hangs it into the new one, if that is free.</summary>
    private bool TryRehang(VirtualAddress old, VirtualAddress target, PhysicalAddress newParent, int level)
    {
        PhysicalAddress newAt = newParent + Tree[level].OffsetOf(target);
        if (!TCodec.IsEmpty(Read(newAt, level), level) || !TryFindTable(old, level, out PhysicalAddress oldParent))
            return false;
        PhysicalAddress oldAt = oldParent + Tree[level].OffsetOf(old);
        ulong entry = Read(oldAt, level);
        _leafTag = NoTag;
        Write(oldAt, level, old, TCodec.Empty(level));
        Write(newAt, level, target, entry);
        _recorder?.Record(new TraceEvent(TraceEventKind.TableMoved, level - 1, target, TCodec.TargetOf(entry, level), Detail: old.Value));
        return true;
    }

    private void MoveEntries(VirtualAddress old, PhysicalAddress oldTable, VirtualAddress target, PhysicalAddress newTable, ulong extent, MoveRules rules)
    {
        ulong step = 1UL << Tree.PageShift;
        long moved = 0, present = 0;
        for (ulong offset = 0; offset < extent; offset += step)
        {
            PhysicalAddress oldAt = oldTable + Tree[0].OffsetOf(old + offset);
            ulong entry = Read(oldAt, 0);
            if (TCodec.IsEmpty(entry, 0))
                continue;
            PhysicalAddress newAt = newTable + Tree[0].OffsetOf(target + offset);
            Replacing?.Invoke(old + offset, oldAt, entry);
            ulong written = TCodec.AtNewPlace(entry, 0);
            WriteRaw(oldAt, 0, TCodec.Empty(0));
            WriteRaw(newAt, 0, written);
            _recorder?.Record(new TraceEvent(TraceEventKind.EntryMoved, 0, target + offset, newAt, entry, written, (old + offset).Value));
            bool isPresent = !IsSwap(entry);        // pte_present() in sun4u's move_pte(), and in move_ptes() of v6.1
            if (rules.FlushesEachPage && (isPresent || rules.FlushesAbsentPages))
                Flush(FlushKind.Page, old + offset);
            if (isPresent && ((old.Value ^ target.Value) & rules.CacheColourMask) != 0)
                Flush(FlushKind.DcachePage, old + offset);
            moved++;
            present += isPresent ? 1 : 0;
        }
        if (rules.FlushesEachPiece && present > 0)
            Flush(FlushKind.Range, old);
        Moves = Moves with { Pte = Moves.Pte + moved, PieceCalls = Moves.PieceCalls + 1 };
        _recorder?.Record(new TraceEvent(TraceEventKind.PieceMoved, 0, target, newTable, Before: old.Value, After: extent, Detail: (ulong)moved));
        PieceMoved?.Invoke(Moves.PieceCalls);
    }

    // ---- copying ----------------------------------------------------------------------------------------------------

    private bool CopyBelow(PageTables<TCodec> child, PhysicalAddress table, int level, ulong address, ulong end, Func<LeafView, (PageFlags Here, PageFlags There)> share)
    {
        ulong span = Tree[level].EntrySpan;
        while (true)
        {
            ulong next = (address + span) & ~(span - 1);
            if (next - 1 > end - 1)
                next = end;
            VirtualAddress va = new(address);
            PhysicalAddress at = table + Tree[level].OffsetOf(va);
            ulong entry = Read(at, level);
            if (!TCodec.IsEmpty(entry, level) && !IsSelfMap(level, Tree[level].IndexOf(va)))
            {
                if (level == 0)
                    CopyLeaf(child, View(va, 0, at, entry), share);
                else if (!child.TryTable(va, level - 1, out _) || !CopyBelow(child, TCodec.TargetOf(entry, level), level - 1, address, next, share))
                    return false;
            }
            if (next == end)
                return true;
            address = next;
        }
    }

    private void CopyLeaf(PageTables<TCodec> child, in LeafView leaf, Func<LeafView, (PageFlags Here, PageFlags There)> share)
    {
        (PageFlags here, PageFlags there) = share(leaf);
        if (here != leaf.Flags)
            Write(leaf.At, 0, leaf.Address, TCodec.Leaf(leaf.Target, here, 0));
        _ = child.TryMap(leaf.Address, leaf.Target, there);     // its page table is there
    }

    // ---- freeing ----------------------------------------------------------------------------------------------------

    private int FreeBelow(PhysicalAddress table, int level, ulong address, ulong end, ulong floor, ulong ceiling)
    {
        int freed = 0;
        ulong span = Tree[level].EntrySpan;
        while (true)
        {
            ulong next = (address + span) & ~(span - 1);
            if (next - 1 > end - 1)
                next = end;
            PhysicalAddress at = table + Tree[level].OffsetOf(new VirtualAddress(address));
            ulong entry = Read(at, level);
            if (!TCodec.IsEmpty(entry, level) && !TCodec.IsLeaf(entry, level))
            {
                PhysicalAddress child = TCodec.TargetOf(entry, level);
                if (level > 1)
                    freed += FreeBelow(child, level - 1, address, next, floor, ceiling);
                if (level == 1 || CoversOnly(address & ~(span - 1), next, span, floor, ceiling))
                {
                    Write(at, level, new VirtualAddress(address), TCodec.Empty(level));
                    // A former top table may hang in here although nothing is mapped below it (TryGrow); no range leads to it.
                    DestroyBelow(child, level - 1, new VirtualAddress(address & ~(span - 1)));
                    FreeTable(child, level - 1, new VirtualAddress(address & ~(span - 1)));
                    freed++;
                }
            }
            if (next == end)
                return freed;
            address = next;
        }
    }

    /// <summary>The floor and ceiling test of <c>free_pmd_range()</c> and its siblings.</summary>
    private static bool CoversOnly(ulong start, ulong end, ulong span, ulong floor, ulong ceiling)
    {
        if (start < floor)
            return false;
        if (ceiling != 0)
        {
            ceiling &= ~(span - 1);
            if (ceiling == 0)
                return false;
        }
        return end - 1 <= ceiling - 1;
    }

    private void DestroyBelow(PhysicalAddress table, int level, VirtualAddress start)
    {
        if (level == 0)
            return;
        for (int index = 0; index < Tree[level].Entries; index++)
        {
            PhysicalAddress at = table + (ulong)(index * Tree[level].EntryBytes);
            ulong entry = Read(at, level);
            if (TCodec.IsEmpty(entry, level) || TCodec.IsLeaf(entry, level) || IsSelfMap(level, index))
                continue;
            VirtualAddress va = start + ((ulong)index << Tree[level].Shift);
            PhysicalAddress child = TCodec.TargetOf(entry, level);
            DestroyBelow(child, level - 1, va);
            FreeTable(child, level - 1, va);
        }
    }

    private IEnumerable<TableView> TablesFrom(PhysicalAddress table, int level, VirtualAddress start)
    {
        int used = 0, first = 0, last = 0;
        for (int index = 0; index < Tree[level].Entries; index++)
        {
            if (TCodec.IsEmpty(Read(table + (ulong)(index * Tree[level].EntryBytes), level), level) || IsSelfMap(level, index))
                continue;
            first = used++ == 0 ? index : first;
            last = index;
        }
        VirtualAddress Address(int index) => Tree.Extend(start + ((ulong)index << Tree[level].Shift), Depth);
        yield return new TableView(level, start, table, used, Address(first), Address(last));
        if (level == 0 || used == 0)
            yield break;
        for (int index = first; index <= last; index++)
        {
            ulong entry = Read(table + (ulong)(index * Tree[level].EntryBytes), level);
            if (TCodec.IsEmpty(entry, level) || TCodec.IsLeaf(entry, level) || IsSelfMap(level, index))
                continue;
            foreach (TableView below in TablesFrom(TCodec.TargetOf(entry, level), level - 1, Address(index)))
                yield return below;
        }
    }

    // ---- tables and entries -----------------------------------------------------------------------------------------

    private bool TryAllocateTable(int level, VirtualAddress va, out PhysicalAddress table, int depthNow = 0)
    {
        int bytes = Tree[level].TableBytes;
        ulong bytesBefore = TableBytes;
        if (_pieces[level] is { } pieces)
        {
            if (!pieces.TryAllocate(FrameAllocator.TableOwner(level), out table, out bool tookPage))
                return false;
            FragmentPagesTaken[level] += tookPage && Tree[level].Sharing != TableSharing.Slab ? 1 : 0;
            TableBytes += PieceBytes(level, tookPage);
        }
        else
        {
            int order = OrderOf(bytes);
            if (!Frames.TryAllocate(order, FrameAllocator.TableOwner(level), zero: TCodec.Empty(level) == 0, out table))
                return false;
            FragmentPagesTaken[level] += Tree[level].Sharing == TableSharing.Cut ? 1 : 0;
            TableBytes += (ulong)Frames.PageBytes << order;
        }
        if (TCodec.Empty(level) != 0 || _pieces[level] is not null)
            Frames.Memory.FillEntries(table, bytes, Tree[level].EntryBytes, TCodec.EntryOrder, TCodec.Empty(level));
        PeakTableBytes = Math.Max(PeakTableBytes, TableBytes);
        Live[level]++;
        CountAllocated(level, depthNow == 0 ? Depth : depthNow);
        _recorder?.Record(new TraceEvent(TraceEventKind.TableBuilt, level, Tree[level].TableStart(va), table, Detail: TableBytes - bytesBefore));
        return true;
    }

    private void FreeTable(PhysicalAddress table, int level, VirtualAddress va)
    {
        ulong bytesBefore = TableBytes;
        if (_pieces[level] is { } pieces)
        {
            pieces.Free(table, out bool gavePage);
            TableBytes -= PieceBytes(level, gavePage);
        }
        else
        {
            Frames.Release(table);
            TableBytes -= (ulong)Frames.PageBytes << OrderOf(Tree[level].TableBytes);
        }
        Live[level]--;
        CountFreed(level, Depth);
        _recorder?.Record(new TraceEvent(TraceEventKind.TableFreed, level, Tree[level].TableStart(va), table, Detail: bytesBefore - TableBytes));
    }

    /// <summary>What a piece adds to the memory of tables: a whole page with its first piece, or itself where pages serve others too.</summary>
    private ulong PieceBytes(int level, bool wholePage) =>
        Tree[level].Sharing == TableSharing.Fragments ? (wholePage ? (ulong)Frames.PageBytes : 0) : (ulong)Tree[level].TableBytes;

    /// <summary>Whether nothing is mapped by a leaf slot: it is empty, or its page is elsewhere.</summary>
    private bool IsVacant(ulong entry, int level) => TCodec.IsEmpty(entry, level) || (level == 0 && SwapEntries is not null && SwapEntries.Matches(entry));

    /// <summary>Whether a search for pages, here or elsewhere, ends at an entry or goes on below it.</summary>
    private bool IsWanted(ulong entry, int level, bool swapped) => swapped
        ? level == 0 ? IsSwap(entry) : !TCodec.IsEmpty(entry, level) && !TCodec.IsLeaf(entry, level)
        : !IsVacant(entry, level);

    private bool IsSwap(ulong entry) => SwapEntries is not null && !TCodec.IsEmpty(entry, 0) && SwapEntries.Matches(entry);

    private bool IsSelfMap(int level, int index) => level == Depth - 1 && index == TCodec.SelfMapIndex;

    private int OrderOf(int bytes) => Math.Max(0, BitOperations.Log2((uint)bytes - 1) + 1 - Frames.PageShift);

    private static LeafView View(VirtualAddress va, int level, PhysicalAddress at, ulong entry) =>
        new(va, level, at, entry, TCodec.LeafTarget(entry, level), TCodec.FlagsOf(entry));

    private ulong Read(PhysicalAddress at, int level) => Frames.Memory.ReadEntry(at, Tree[level].EntryBytes, TCodec.EntryOrder);

    private void WriteRaw(PhysicalAddress at, int level, ulong entry) => Frames.Memory.WriteEntry(at, Tree[level].EntryBytes, TCodec.EntryOrder, entry);

    private void Write(PhysicalAddress at, int level, VirtualAddress va, ulong entry)
    {
        if (Replacing is not null && Read(at, level) is ulong before && !TCodec.IsEmpty(before, level) && TCodec.IsLeaf(before, level))
            Replacing(va.AlignDown(Tree[level].EntrySpan), at, before);
        if (_recorder is not null)
        {
            ulong old = Read(at, level);
            ulong swap = level > 0 ? 0 : (IsSwap(entry) ? 1ul : 0) | (IsSwap(old) ? 2ul : 0);
            _recorder.Record(new TraceEvent(TraceEventKind.EntryWritten, level, va.AlignDown(Tree[level].EntrySpan), at, old, entry, swap));
        }
        WriteRaw(at, level, entry);
    }
}
