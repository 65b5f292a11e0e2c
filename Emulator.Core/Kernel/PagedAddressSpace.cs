using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Kernel;

/// <summary>An address space behind an MMU: areas, and one page-table tree that faults fill.</summary>
/// <remarks>
/// Source: mm/mmap.c, mm/memory.c, mm/mprotect.c, mm/mremap.c, mm/madvise.c and kernel/fork.c of v2.6.32 and v6.1. Swap, reverse
/// maps and migration of pages only with a <see cref="MemoryPressure"/>. Not modelled: huge pages, locked memory, fork of an address space under such pressure.
/// </remarks>
public sealed class PagedAddressSpace : AddressSpace
{
    private const int RssEventsThreshold = 64;      // TASK_RSS_EVENTS_THRESH
    private const int MaxAreas = 65530;             // DEFAULT_MAX_MAP_COUNT
    private const AreaFlags Rights = AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute;

    private readonly PageTables _tables;
    private readonly MoveRules _moveRules;
    private readonly PhysicalAddress _zeroPage;
    private readonly int _maxDepth;
    private readonly Recorder? _recorder;
    private readonly bool _cachesRssPerTask;
    private long _faultsSinceSync, _uncounted;

    // Where a search for room begins, and how far from there not even a page is free: a program with many mappings asks again and again.
    private (VirtualAddress From, VirtualAddress To) _full;

    /// <summary>Makes an address space that maps nothing.</summary>
    /// <param name="tables">An empty tree; the address space owns it.</param>
    /// <param name="pageCache">Pages of files.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="zeroPage">The frame of zeros that reads of untouched memory share.</param>
    /// <param name="stackLimitBytes">RLIMIT_STACK.</param>
    /// <param name="recorder">Takes events, if anybody watches.</param>
    public PagedAddressSpace(PageTables tables, PageCache pageCache, KernelProfile profile, PhysicalAddress zeroPage, ulong stackLimitBytes, Recorder? recorder)
        : base(tables.Frames, pageCache, profile.Era, stackLimitBytes)
    {
        _tables = tables;
        _moveRules = profile.Moves;
        _zeroPage = zeroPage;
        _maxDepth = profile.MaxDepth;
        _cachesRssPerTask = profile.CachesRssPerTask;
        _recorder = recorder;
    }

    /// <inheritdoc/>
    public override PageTables Tables => _tables;

    /// <summary>Takes care of pages when memory runs out; null, as usual, where nobody does.</summary>
    public MemoryPressure? Pressure { get; init; }

    /// <summary>Faults that had to wait for a page to be read from swap.</summary>
    public long MajorFaults { get; private set; }

    /// <summary>Bytes by which the stack's area is longer than it ever will be, while it moves: <c>total_vm</c> does not have them.</summary>
    public ulong ExtendedBytes { get; private set; }

    /// <summary>Told between two steps of a move of the stack.</summary>
    public Action<ShiftStep, long>? Shifting { get; set; }

    /// <summary>Entries rewritten by protection changes.</summary>
    public long ProtectedEntries { get; private set; }

    /// <summary>Range flushes after protection changes; those of moves and of freed tables are counted with the tables.</summary>
    public long ProtectionFlushes { get; private set; }

    /// <summary>Starts the account of argument pages: the address space belongs to an execve that may still fail.</summary>
    public void BeginArguments() => FrameOwner = FrameUse.Argument;

    /// <inheritdoc/>
    public override void AdoptArguments()
    {
        if (FrameOwner == FrameUse.Argument)
        {
            VirtualAddress from = default;
            while (_tables.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out LeafView leaf))
            {
                if (Frames.OwnerOf(leaf.Target) == FrameUse.Argument)
                    Frames.ChangeOwner(leaf.Target, FrameUse.Anonymous);
                from = leaf.Address + PageBytes;
            }
        }
        base.AdoptArguments();
        SyncRss();      // exec_mmap()
    }

    /// <inheritdoc/>
    public override Errno Map(in MapRequest request, out VirtualAddress at)
    {
        at = default;
        if (request.Bytes == 0 || request.Offset % PageBytes != 0)
            return Errno.EINVAL;
        if (!TryRoundUp(request.Bytes, out ulong bytes) || bytes > TaskSize)
            return Errno.ENOMEM;
        if (request.Offset + bytes < request.Offset)
            return Errno.EOVERFLOW;
        bool fixedPlace = (request.Flags & (MapFlags.Fixed | MapFlags.FixedNoReplace)) != 0;
        if (fixedPlace)
        {
            at = request.Address;
            if (at.Value > TaskSize - bytes)
                return Errno.ENOMEM;
            if (at.Value % PageBytes != 0)
                return Errno.EINVAL;
            if (request.Flags.HasFlag(MapFlags.FixedNoReplace) && Overlaps(at, at + bytes))
                return Errno.EEXIST;
        }
        else if (FindRoom(request.Address, bytes, request.File is null && !request.Flags.HasFlag(MapFlags.Shared) ? 0 : FileAlignMask, request.Offset, out at) is var full && full.Failed())
        {
            return full;
        }
        if (AreaList.Count >= MaxAreas || bytes > AddressLimitBytes || (AddressLimitBytes != ulong.MaxValue && MappedBytes > AddressLimitBytes - bytes))
            return Errno.ENOMEM;
        if (EnsureReach(at + (bytes - 1)) is var reach && reach.Failed())
            return reach;
        if (Overlaps(at, at + bytes))
            UnmapAreas(at, at + bytes);

        GuestFile? file = request.File;
        if (file is null && request.Flags.HasFlag(MapFlags.Shared))
        {
            file = new SharedMemory(PageCache, bytes);
            Keep(file);
        }
        AddMerged(at, at + bytes, FlagsFor(request), file, file is null ? at.Value >> PageShift : request.Offset >> PageShift);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno Unmap(VirtualAddress start, ulong bytes)
    {
        if (start.Value % PageBytes != 0 || bytes == 0 || start.Value > TaskSize || bytes > TaskSize - start.Value)
            return Errno.EINVAL;
        TryRoundUp(bytes, out ulong rounded);
        UnmapAreas(start, start + rounded);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno MapBreak(VirtualAddress start, ulong bytes, AreaFlags extra)
    {
        if (!TryRoundUp(bytes, out ulong rounded))
            return Errno.ENOMEM;
        if (rounded == 0)
            return Errno.None;
        if (start.Value > TaskSize || rounded > TaskSize - start.Value)
            return Errno.ENOMEM;
        if (EnsureReach(start + (rounded - 1)) is var reach && reach.Failed())
            return reach;
        if (Overlaps(start, start + rounded))
            UnmapAreas(start, start + rounded);
        AddMerged(start, start + rounded, AreaFlags.Read | AreaFlags.Write | AreaFlags.Account | BreakFlags | extra, null, start.Value >> PageShift);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override VirtualAddress SetBreak(VirtualAddress wanted)
    {
        if (wanted < StartBrk)
            return BrkEnd;
        VirtualAddress oldEnd = BrkEnd.AlignUp(PageBytes), newEnd = wanted.AlignUp(PageBytes);
        if (newEnd == oldEnd)
            return BrkEnd = wanted;
        if (wanted <= BrkEnd)
        {
            UnmapAreas(newEnd, oldEnd);
            return BrkEnd = wanted;
        }
        // find_vma_intersection(mm, oldbrk, newbrk + PAGE_SIZE) in v2.6.32, vm_start_gap() of the next area in v6.1.
        bool refused = wanted.Value > TaskSize || wanted - StartBrk > DataLimitBytes || (AddressLimitBytes != ulong.MaxValue && MappedBytes + (newEnd - oldEnd) > AddressLimitBytes)
            || AreaList.Count >= MaxAreas || (Find(oldEnd) is { } next && newEnd + PageBytes > GuardedStart(next));
        return refused || MapBreak(oldEnd, newEnd - oldEnd, AreaFlags.None).Failed() ? BrkEnd : BrkEnd = wanted;
    }

    /// <inheritdoc/>
    public override Errno Protect(VirtualAddress start, ulong bytes, AreaFlags protection)
    {
        if (start.Value % PageBytes != 0 || !TryRoundUp(bytes, out ulong rounded))
            return Errno.EINVAL;
        VirtualAddress end = start + rounded, at = start;
        while (at < end)
        {
            if (Find(at) is not { } area || area.Start > at)
                return Errno.ENOMEM;
            if (protection.HasFlag(AreaFlags.Write) && area.Flags.HasFlag(AreaFlags.DeniesWrite))
                return Errno.EACCES;
            if (AreaList.Count >= MaxAreas)
                return Errno.ENOMEM;
            area = SplitOut(area, at, end < area.End ? end : area.End);
            AreaFlags flags = (area.Flags & ~Rights) | protection;
            if (protection.HasFlag(AreaFlags.Write) && (area.Flags & (AreaFlags.Write | AreaFlags.Shared)) == 0)
                flags |= AreaFlags.Account;     // mprotect_fixup(): memory that may become the program's own is charged from now on
            ProtectArea(area, flags);
            at = area.End;
            MergeAround(area);
        }
        return Errno.None;
    }

    /// <summary>Gives an area new flags and rewrites the entries of its pages (<c>mprotect_fixup()</c>); nothing happens when the flags are the same.</summary>
    public void ProtectArea(VirtualMemoryArea area, AreaFlags flags)
    {
        if (area.Flags == flags && !(Era.TracksSoftDirty && area.Flags.HasFlag(AreaFlags.IncompleteSetup)))
            return;
        area.Flags = flags;
        long changed = 0;
        VirtualAddress from = area.Start;
        while (_tables.TryNextLeaf(from, area.End, out LeafView leaf))
        {
            bool keepsWrite = flags.HasFlag(AreaFlags.Write) && (flags.HasFlag(AreaFlags.Shared) || (Era.MoveKeepsWritable && leaf.Flags.HasFlag(PageFlags.Write) && IsOwn(leaf)));
            _tables.Protect(leaf.Address, PageProtection(flags, keepsWrite) | (leaf.Flags & (PageFlags.Accessed | PageFlags.Dirty | PageFlags.Special)) | (_moveRules.ProtectionTrapsNextStore ? PageFlags.TrapStore : 0));
            changed++;
            from = leaf.Address + PageBytes;
        }
        ProtectMigrating(area);
        ProtectedEntries += changed;
        _recorder?.Record(new TraceEvent(TraceEventKind.AreaProtected, 0, area.Start, default, After: area.End.Value, Detail: (ulong)changed));
        if (changed == 0 && Era.MoveKeepsWritable)
            return;     // v6.1 flushes only what changed
        ProtectionFlushes++;
        _recorder?.Record(new TraceEvent(TraceEventKind.Flush, 0, area.Start, default, After: 1, Detail: (ulong)FlushKind.Range));
        _tables.Flushed?.Invoke(FlushKind.Range, area.Start);
    }

    /// <inheritdoc/>
    public override Errno Remap(VirtualAddress start, ulong oldBytes, ulong newBytes, bool mayMove, VirtualAddress? target, out VirtualAddress at)
    {
        at = start;
        if (start.Value % PageBytes != 0 || newBytes == 0 || !TryRoundUp(oldBytes, out ulong oldLength) || !TryRoundUp(newBytes, out ulong newLength))
            return Errno.EINVAL;
        if (target is { } wish)
        {
            if (wish.Value % PageBytes != 0 || newLength > TaskSize || wish.Value > TaskSize - newLength || (wish < start + oldLength && start < wish + newLength))
                return Errno.EINVAL;
            UnmapAreas(wish, wish + newLength);
        }
        if (oldLength >= newLength)
        {
            if (oldLength > newLength)
                UnmapAreas(start + newLength, start + oldLength);
            if (target is null || target == start)
                return Errno.None;
            oldLength = newLength;
        }
        if (Find(start) is not { } area || area.Start > start || start + oldLength > area.End)
            return Errno.EFAULT;
        VirtualAddress end = start + newLength;
        if (target is null && start + oldLength == area.End && end.Value <= TaskSize && !Overlaps(area.End, end) && !EnsureReach(end - 1).Failed())
        {
            area.End = end;
            MergeAround(area);
            return Errno.None;
        }
        if (!mayMove || AreaList.Count >= MaxAreas - 3)
            return Errno.ENOMEM;
        if (target is null)
        {
            if (FindRoom(default, newLength, out VirtualAddress room) is var full && full.Failed())
                return full;
            target = room;
        }
        if (EnsureReach(target.Value + (newLength - 1)) is var reach && reach.Failed())
            return reach;
        Errno error = MoveArea(area, start, oldLength, target.Value, newLength);
        at = error.Failed() ? start : target.Value;
        return error;
    }

    /// <summary>Moves a part of an area with its pages (<c>move_vma()</c>).</summary>
    private Errno MoveArea(VirtualMemoryArea area, VirtualAddress start, ulong oldLength, VirtualAddress target, ulong newLength)
    {
        VirtualMemoryArea piece = area.Piece(start, start + oldLength, PageShift);
        piece.Start = target;
        piece.End = target + newLength;
        Insert(piece);
        ulong moved = _tables.Move(start, target, oldLength, _moveRules);
        if (moved < oldLength)
        {
            // Back they go, which needs no table; the new area goes instead of the old one.
            _tables.Move(target, start, moved, _moveRules);
            UnmapAreas(target, target + newLength);
            return Errno.ENOMEM;
        }
        UnmapAreas(start, start + oldLength);
        MergeAround(piece);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno Discard(VirtualAddress start, ulong bytes) => OverAreas(start, bytes, (area, from, to) =>
    {
        if (area.Flags.HasFlag(AreaFlags.Special))
            return;
        WriteBack(area, from, to);
        ZapPages(from, to);
        _tables.Flush(FlushKind.Range, from);
    });

    /// <inheritdoc/>
    public override Errno Advise(VirtualAddress start, ulong bytes, AreaFlags set, AreaFlags clear) => OverAreas(start, bytes, (area, from, to) =>
    {
        AreaFlags flags = (area.Flags & ~clear) | set;
        if (flags == area.Flags || AreaList.Count >= MaxAreas)
            return;
        area = SplitOut(area, from, to);
        area.Flags = flags;
        MergeAround(area);
    });

    /// <inheritdoc/>
    public override Errno Synchronize(VirtualAddress start, ulong bytes) => OverAreas(start, bytes, WriteBack);

    /// <inheritdoc/>
    public override Errno CopyTo(AddressSpace child)
    {
        if (child is not PagedAddressSpace other || Pressure is not null)
            return Errno.ENOSYS;
        CopyBooksTo(child);
        if (!other.TryTakeDepth(_tables.Depth))
            return Errno.ENOMEM;
        bool copied = true;
        foreach (VirtualMemoryArea area in AreaList)
        {
            if (area.Flags.HasFlag(AreaFlags.NotForked))
                continue;
            VirtualMemoryArea copy = area.Piece(area.Start, area.End, PageShift);
            copy.HasAnonymous &= !area.Flags.HasFlag(AreaFlags.WipedOnFork);
            other.AreaList.Add(copy);
            if (copy.HasAnonymous && !(copied = _tables.TryCopy(other._tables, area.Start, area.End, leaf => other.Share(leaf))))
                break;
        }
        _tables.Flush(FlushKind.Full, default);     // dup_mmap(): flush_tlb_mm(oldmm)
        return copied ? Errno.None : Errno.ENOMEM;
    }

    /// <summary>Whatever a page of a private area is, neither parent nor child may write to it alone from now on (<c>copy_one_pte()</c>).</summary>
    private (PageFlags Here, PageFlags There) Share(in LeafView leaf)
    {
        Frames.AddReference(leaf.Target);
        if (!leaf.Flags.HasFlag(PageFlags.Special))
        {
            bool file = Frames.OwnerOf(leaf.Target) == FrameUse.File;
            FilePages += file ? 1 : 0;
            AnonymousPages += file ? 0 : 1;
        }
        PageFlags here = leaf.Flags & ~(PageFlags.Write | PageFlags.TrapStore);
        return (here, here & ~PageFlags.Accessed);
    }

    /// <summary>A child's tree is as deep as its parent's (s390: <c>init_new_context()</c> in v6.1, <c>arch_dup_mmap()</c> in v2.6.32).</summary>
    private bool TryTakeDepth(int depth)
    {
        ReduceDepth(depth);
        return _tables.Depth == depth || _tables.TryGrow(depth);
    }

    /// <inheritdoc/>
    public override Errno InsertStack(VirtualAddress start, VirtualAddress end, AreaFlags flags, out VirtualMemoryArea area)
    {
        area = new VirtualMemoryArea { Start = start, End = end, Flags = flags, PageOffset = start.Value >> PageShift };
        if (start >= end || Overlaps(start, end))      // more bytes than there are addresses below the end
            return Errno.ENOMEM;
        Insert(area);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno ExpandStack(VirtualMemoryArea area, VirtualAddress address)
    {
        VirtualAddress start = PageStart(address);
        if (start >= area.Start)
            return Errno.None;
        int index = AreaList.IndexOf(area);
        if (Era.StackGuardPages > 0 && index > 0)
        {
            VirtualMemoryArea below = AreaList[index - 1];
            bool guarded = !below.Flags.HasFlag(AreaFlags.GrowsDown) && (below.Flags & (AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute)) != 0;
            if (guarded && (start < below.End || start - below.End < Era.StackGuardPages << PageShift))
                return Errno.ENOMEM;
        }
        if (index > 0 && start < AreaList[index - 1].End)
            return Errno.ENOMEM;
        ulong grow = (area.Start - start) >> PageShift;
        if (area.End - start > StackLimitBytes || grow > area.PageOffset)
            return Errno.ENOMEM;
        area.Start = start;
        area.PageOffset -= grow;
        return Errno.None;
    }

    /// <summary>Moves the stack area with its pages down to end at <paramref name="newEnd"/> (<c>shift_arg_pages()</c>, fs/exec.c).</summary>
    /// <returns>
    /// EFAULT when another area is in the way, ENOMEM when tables ran out: the tree is then half moved. A bug of the kernel when
    /// the area is longer than there are addresses below its new end.
    /// </returns>
    public Errno ShiftStack(VirtualMemoryArea area, VirtualAddress newEnd)
    {
        VirtualAddress oldStart = area.Start, oldEnd = area.End;
        ulong shift = oldEnd - newEnd, length = area.Bytes;
        VirtualAddress newStart = oldStart - shift;
        if (newStart > newEnd)
            return Oops.Hit(new KernelBug("shift_arg_pages()", "fs/exec.c", "new_start > new_end"));
        if (Find(newStart) != area)
            return Errno.EFAULT;
        int index = AreaList.IndexOf(area);
        VirtualAddress ceiling = index + 1 < AreaList.Count ? AreaList[index + 1].Start : default;
        area.Start = newStart;      // page offset stays: address, offset and index disagree from here to the end
        ExtendedBytes = shift;
        Shifting?.Invoke(ShiftStep.Extended, 0);
        _tables.PieceMoved = Shifting is null ? null : piece => Shifting(ShiftStep.PieceMoved, piece);
        ulong moved = _tables.Move(oldStart, newStart, length, _moveRules);
        _tables.PieceMoved = null;
        if (moved < length)
            return Errno.ENOMEM;
        Shifting?.Invoke(ShiftStep.Moved, 0);
        int freed = newEnd > oldStart
            ? _tables.FreeRange(newEnd, oldEnd, newEnd, ceiling)
            : _tables.FreeRange(oldStart, oldEnd, newEnd, ceiling);
        if ((freed > 0 && _moveRules.FlushesAfterFreeing) || _moveRules.FlushesWholeAfterMove)
            _tables.Flush(FlushKind.Full, oldStart);
        Shifting?.Invoke(ShiftStep.Freed, 0);
        area.End = newEnd;
        _full = default;
        ExtendedBytes = 0;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno InsertArgumentPage(VirtualMemoryArea stack, VirtualAddress va, PhysicalAddress frame)
    {
        if (EnsureReach(va).Failed() || !_tables.TryMap(va, frame, OwnPage(stack.Flags)))
            return Errno.ENOMEM;
        if (Frames.OwnerOf(frame) != FrameUse.Anonymous)
            Frames.ChangeOwner(frame, FrameUse.Anonymous);
        stack.HasAnonymous = true;
        AnonymousPages++;
        Pressure?.Add(this, stack, va, frame);
        Filled(va, frame);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno MapSpecial(string name, VirtualAddress at, IReadOnlyList<PhysicalAddress> frames, AreaFlags flags)
    {
        ulong bytes = (ulong)frames.Count << PageShift;
        if (Overlaps(at, at + bytes))
            return Errno.EINVAL;
        Insert(new VirtualMemoryArea { Start = at, End = at + bytes, Flags = flags | AreaFlags.Special, SpecialName = name, SpecialFrames = frames });
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno FindRoom(VirtualAddress hint, ulong bytes, ulong alignMask, ulong offset, out VirtualAddress at)
    {
        at = hint.AlignUp(PageBytes);
        if (bytes > TaskSize)
            return Errno.ENOMEM;
        bool acrossWindow = MapWindow != 0 && at.Value > MapWindow != at.Value + bytes > MapWindow;     // mmap_address_hint_valid(), arch/x86/mm/mmap.c
        if (at.Value != 0 && at.Value <= TaskSize - bytes && !acrossWindow && (Find(at) is not { } next || at + bytes <= GuardedStart(next)))
            return Errno.None;
        VirtualAddress top = MapWindow != 0 && hint.Value > MapWindow ? MmapBase + (TaskSize - MapWindow) : MmapBase;
        if (TopDown && TryRoomBelow(top, bytes, alignMask, offset, out at))
            return Errno.None;
        return TryRoomAbove(TopDown ? UnmappedBase : MmapBase, bytes, alignMask, offset, out at) ? Errno.None : Errno.ENOMEM;
    }

    /// <inheritdoc/>
    public override Errno GetPage(VirtualAddress va, bool write, out PhysicalAddress frame)
    {
        if (_tables.TryFind(va, out LeafView leaf) && (leaf.Flags & (write ? PageFlags.Write | PageFlags.TrapStore : PageFlags.Read)) == (write ? PageFlags.Write : PageFlags.Read))
        {
            frame = leaf.Target + (PageStart(va) - leaf.Address);
            return Errno.None;
        }
        frame = default;
        Errno error = HandleFault(va, write ? AccessKind.Write : AccessKind.Read);
        if (error.Failed())
            return error;
        if (!_tables.TryFind(va, out leaf))
            return Errno.EFAULT;
        frame = leaf.Target;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override bool TryPeek(VirtualAddress va, out PhysicalAddress frame)
    {
        bool there = _tables.TryFind(va, out LeafView leaf);
        frame = there ? leaf.Target + (PageStart(va) - leaf.Address) : default;
        return there;
    }

    /// <inheritdoc/>
    public override Errno HandleFault(VirtualAddress va, AccessKind access)
    {
        if (Find(va) is not { } area)
            return Errno.EFAULT;
        if (va < area.Start && (!area.Flags.HasFlag(AreaFlags.GrowsDown) || ExpandStack(area, va).Failed()))
            return Errno.EFAULT;
        AreaFlags needed = access switch { AccessKind.Write => AreaFlags.Write, AccessKind.Fetch => AreaFlags.Execute, _ => AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute };
        if ((area.Flags & needed) == 0)
            return Errno.EFAULT;
        Faults++;
        if (_cachesRssPerTask && _faultsSinceSync++ > RssEventsThreshold)
            SyncRss();
        _recorder?.Record(new TraceEvent(TraceEventKind.Fault, 0, va, default, Detail: (ulong)access));
        if (EnsureReach(va).Failed())
            return Errno.ENOMEM;
        VirtualAddress page = PageStart(va);
        bool write = access == AccessKind.Write;
        if (_tables.TryFind(page, out LeafView leaf))
        {
            if (write && (leaf.Flags & (PageFlags.Write | PageFlags.TrapStore)) != PageFlags.Write)
                return Unshare(area, leaf);
            MarkUsed(leaf, write);
            return Errno.None;
        }
        if (_tables.TryFindSwap(page, out SwapEntry swap))
            return FaultSwapped(area, page, swap, write);
        if (area.SpecialName is not null)
            return FaultSpecial(area, page);
        return area.File is null ? FaultAnonymous(area, page, write) : FaultFile(area, page, write);
    }

    /// <summary>Makes sure that the tree has enough levels to map <paramref name="last"/>; trees of variable depth grow.</summary>
    /// <remarks>Source: <c>check_asce_limit()</c> and <c>crst_table_upgrade()</c>, s390, v6.1.</remarks>
    public Errno EnsureReach(VirtualAddress last)
    {
        if (_tables.Tree.Reaches(last, _tables.Depth))
            return Errno.None;
        int depth = _tables.Depth;
        while (depth < _maxDepth && last > _tables.Tree.LastAddress(depth))
            depth++;
        if (!_tables.Tree.Reaches(last, depth) || !_tables.TryGrow(depth))
            return Errno.ENOMEM;
        return Errno.None;
    }

    /// <summary>Takes levels off the top of the tree (s390: <c>crst_table_downgrade()</c>).</summary>
    /// <remarks>
    /// v2.6.32 forgets what was mapped above the new limit, tables and pages; here such pages are unmapped first, so that no
    /// frame is lost. The programs that this matters for (a 31-bit ELF with segments above 2 GiB) cannot reach them either way.
    /// </remarks>
    public void ReduceDepth(int depth)
    {
        if (_tables.Depth <= depth)
            return;
        VirtualAddress limit = _tables.Tree.LastAddress(depth) + 1, end = _tables.Tree.LastAddress(_tables.Depth);
        ZapPages(limit, end);
        _tables.FreeRange(limit, end, limit, default);
        _tables.Flush(FlushKind.Full, default);
        _tables.Shrink(depth);
    }

    /// <inheritdoc/>
    public override void Destroy()
    {
        foreach (VirtualMemoryArea area in AreaList)
            WriteBack(area, area.Start, area.End);
        ZapPages(default, new VirtualAddress(ulong.MaxValue));
        AreaList.Clear();
        _full = default;
        _tables.Destroy();
        base.Destroy();
    }

    /// <summary>sync_mm_rss(): the task's own count is added to the address space.</summary>
    private void SyncRss()
    {
        AnonymousPages += _uncounted;
        _uncounted = _faultsSinceSync = 0;
    }

    /// <summary>One anonymous page more or less, by a fault of the running task (<c>add_mm_counter_fast()</c>).</summary>
    private void CountAnonymous(int change)
    {
        if (_cachesRssPerTask && FrameOwner != FrameUse.Argument)
            _uncounted += change;
        else
            AnonymousPages += change;
    }

    // ---- faults -----------------------------------------------------------------------------------------------------

    private Errno FaultAnonymous(VirtualMemoryArea area, VirtualAddress page, bool write)
    {
        if (!write && !area.Flags.HasFlag(AreaFlags.Shared))
        {
            Frames.AddReference(_zeroPage);
            return MapOrRelease(page, _zeroPage, PageProtection(area.Flags, write: false) | PageFlags.Accessed | PageFlags.Special);
        }
        if (!Frames.TryAllocate(0, FrameOwner, out PhysicalAddress frame))
            return Errno.ENOMEM;
        area.HasAnonymous = true;
        Errno error = MapOrRelease(page, frame, OwnPage(area.Flags));
        if (!error.Failed())
            CountNew(area, page, frame);
        return error;
    }

    /// <summary>One page of the program's own more.</summary>
    private void CountNew(VirtualMemoryArea area, VirtualAddress page, PhysicalAddress frame)
    {
        CountAnonymous(1);
        Pressure?.Add(this, area, page, frame);
    }

    private Errno FaultFile(VirtualMemoryArea area, VirtualAddress page, bool write)
    {
        long index = (long)(area.PageOffset + ((page - area.Start) >> PageShift));
        if (PageCache.Get(area.File!, index, out PhysicalAddress cached) is var error && error.Failed())
            return error;
        if (write && !area.Flags.HasFlag(AreaFlags.Shared))
            return CopyInto(area, page, cached);
        Frames.AddReference(cached);
        PageFlags flags = PageProtection(area.Flags, write && area.Flags.HasFlag(AreaFlags.Shared)) | PageFlags.Accessed | (write ? PageFlags.Dirty : 0);
        Errno mapped = MapOrRelease(page, cached, flags);
        FilePages += mapped.Failed() ? 0 : 1;
        return mapped;
    }

    // ---- pages that are elsewhere -----------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override bool TryReadAfterFault(VirtualAddress page, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_tables.TryFind(page, out LeafView leaf))
        {
            bytes = Memory.Slice(leaf.Target, (int)PageBytes);
            return (leaf.Flags & (PageFlags.Read | PageFlags.Accessed)) == PageFlags.Read;      // alpha, sparc64, s390 v6.1: an old page traps
        }
        if (!_tables.TryFindSwap(page, out SwapEntry swap))
            return false;
        if (!_tables.SwapEntries!.IsMigration(swap))
            bytes = Pressure!.Swap!.Read(swap.Offset);
        else if (Pressure!.Migration.TryPeek(swap, out PhysicalAddress frame))
            bytes = Memory.Slice(frame, (int)PageBytes);
        else
            return false;
        return true;
    }

    /// <summary>A page that was written to swap is mapped no more (<c>try_to_unmap_one()</c>).</summary>
    internal void ToSwap(VirtualAddress page, SwapEntry swap)
    {
        _tables.WriteSwap(page, swap, exclusive: true);
        _tables.Flush(FlushKind.Page, page);
        AnonymousPages--;
        SwappedPages++;
    }

    /// <summary>A page that is going to another frame is not mapped meanwhile (<c>try_to_unmap_one()</c> with <c>TTU_MIGRATION</c>).</summary>
    internal void ToMigration(in LeafView leaf, ulong frameNumber)
    {
        SwapEntryFormat format = _tables.SwapEntries!;
        int type = leaf.Flags.HasFlag(PageFlags.Write) ? format.MigrationWriteType : format.MigrationReadType;
        _tables.WriteSwap(leaf.Address, new SwapEntry(type, frameNumber), exclusive: false);
        _tables.Flush(FlushKind.Page, leaf.Address);
    }

    /// <summary>It is mapped again, old and clean (<c>remove_migration_pte()</c>).</summary>
    internal void FromMigration(VirtualMemoryArea area, VirtualAddress page, PhysicalAddress frame, SwapEntry was) =>
        _ = _tables.TryMap(page, frame, PageProtection(area.Flags, was.Type == _tables.SwapEntries!.MigrationWriteType));    // its table is there

    /// <summary>A change of protection takes the right to write from pages that are on their way (<c>change_pte_range()</c>).</summary>
    private void ProtectMigrating(VirtualMemoryArea area)
    {
        if (Pressure is null)
            return;
        SwapEntryFormat format = _tables.SwapEntries!;
        VirtualAddress from = area.Start;
        while (_tables.TryNextSwap(from, area.End, out VirtualAddress at, out SwapEntry swap))
        {
            if (swap.Type == format.MigrationWriteType)
                _tables.WriteSwap(at, swap with { Type = format.MigrationReadType }, exclusive: false);
            from = at + PageBytes;
        }
    }

    /// <summary>An access to a page that is elsewhere (<c>do_swap_page()</c>).</summary>
    private Errno FaultSwapped(VirtualMemoryArea area, VirtualAddress page, SwapEntry swap, bool write)
    {
        if (_tables.SwapEntries!.IsMigration(swap))
            return WaitForMigration(area, page, swap, write);
        if (!Frames.TryAllocate(0, FrameOwner, zero: false, out PhysicalAddress frame))
            return Errno.ENOMEM;
        Pressure!.Swap!.Read(swap.Offset).CopyTo(Memory.Slice(frame, (int)PageBytes));
        Pressure.Swap.Free(swap.Offset);
        Pressure.CountSwapIn();
        MajorFaults++;
        SwappedPages--;
        _recorder?.Record(new TraceEvent(TraceEventKind.SwappedIn, 0, page, frame, Detail: swap.Offset));
        // A load gets the page without the right to write; the first store takes it alone then (do_wp_page()).
        Errno error = MapOrRelease(page, frame, write ? OwnPage(area.Flags) : PageProtection(area.Flags, write: false) | PageFlags.Accessed);
        if (!error.Failed())
            CountNew(area, page, frame);
        return error;
    }

    private Errno WaitForMigration(VirtualMemoryArea area, VirtualAddress page, SwapEntry swap, bool write)
    {
        // migration_entry_to_page(): "Any use of migration entries may only occur while the corresponding page is locked".
        if (!Pressure!.Migration.TryWait(swap))
            return Oops.Hit(new KernelBug("migration_entry_to_page()", "include/linux/swapops.h", "!PageLocked(p)"));
        if (_tables.TryFindSwap(page, out SwapEntry still))
            return FaultSwapped(area, page, still, write);
        return !_tables.TryFind(page, out LeafView leaf) ? Errno.EFAULT
            : write && (leaf.Flags & (PageFlags.Write | PageFlags.TrapStore)) != PageFlags.Write ? Unshare(area, leaf) : Errno.None;
    }

    private void ZapSwapped(VirtualAddress start, VirtualAddress end)
    {
        VirtualAddress from = start;
        while (_tables.TryNextSwap(from, end, out VirtualAddress at, out SwapEntry swap))
        {
            _tables.ClearSwap(at);
            if (_tables.SwapEntries!.IsMigration(swap))
            {
                Pressure!.Migration.Forget(swap);
                AnonymousPages--;
            }
            else
            {
                Pressure!.Swap!.Free(swap.Offset);
                SwappedPages--;
            }
            from = at + PageBytes;
            if (from < at)
                return;
        }
    }

    private Errno FaultSpecial(VirtualMemoryArea area, VirtualAddress page)
    {
        PhysicalAddress frame = area.SpecialFrames[(int)((page - area.Start) >> PageShift)];
        Frames.AddReference(frame);
        return MapOrRelease(page, frame, PageProtection(area.Flags, write: false) | PageFlags.Accessed | PageFlags.Special);
    }

    /// <summary>
    /// The end of <c>handle_pte_fault()</c>: a page that is there and allowed becomes young, and dirty if the access was a store.
    /// Machines that keep these bits in software trap for them (alpha, sparc64; s390 v6.1).
    /// </summary>
    private void MarkUsed(LeafView leaf, bool write)
    {
        PageFlags used = leaf.Flags | PageFlags.Accessed | (write ? PageFlags.Dirty : 0);
        if (used == leaf.Flags)
            return;
        _tables.Protect(leaf.Address, used);
        _tables.Flush(FlushKind.Page, leaf.Address);
    }

    /// <summary>A store to a page that is mapped read-only (<c>do_wp_page()</c>): use it alone, or copy it.</summary>
    private Errno Unshare(VirtualMemoryArea area, LeafView leaf)
    {
        if (area.Flags.HasFlag(AreaFlags.Shared) || IsOwn(leaf))
        {
            _tables.Protect(leaf.Address, OwnPage(area.Flags));
            _tables.Flush(FlushKind.Page, leaf.Address);
            return Errno.None;
        }
        bool wasAnonymous = Frames.OwnerOf(leaf.Target) == FrameUse.Anonymous;
        bool wasFile = Frames.OwnerOf(leaf.Target) == FrameUse.File;
        Errno error = CopyInto(area, leaf.Address, leaf.Target);
        if (error.Failed())
            return error;
        if (wasAnonymous)
            CountAnonymous(-1);
        FilePages -= wasFile ? 1 : 0;
        Pressure?.Remove(leaf.Target);
        Frames.Release(leaf.Target);
        _tables.Flush(FlushKind.Page, leaf.Address);
        return Errno.None;
    }

    private Errno CopyInto(VirtualMemoryArea area, VirtualAddress page, PhysicalAddress from)
    {
        if (!Frames.TryAllocate(0, FrameOwner, zero: false, out PhysicalAddress copy))
            return Errno.ENOMEM;
        area.HasAnonymous = true;
        Memory.Slice(from, (int)PageBytes).CopyTo(Memory.Slice(copy, (int)PageBytes));
        Errno error = MapOrRelease(page, copy, OwnPage(area.Flags));
        if (!error.Failed())
            CountNew(area, page, copy);
        return error;
    }

    private Errno MapOrRelease(VirtualAddress page, PhysicalAddress frame, PageFlags flags)
    {
        if (!_tables.TryMap(page, frame, flags))
        {
            Frames.Release(frame);
            return Errno.ENOMEM;
        }
        Filled(page, frame);
        return Errno.None;
    }

    private void Filled(VirtualAddress page, PhysicalAddress frame) => _recorder?.Record(new TraceEvent(TraceEventKind.FrameFilled, 0, page, frame));

    private bool IsOwn(in LeafView leaf) => !leaf.Flags.HasFlag(PageFlags.Special)
        && Frames.OwnerOf(leaf.Target) is FrameUse.Anonymous or FrameUse.Argument && Frames.References(leaf.Target) == 1;

    /// <summary>Protection of a page in an area (<c>protection_map[]</c>); a private page is writable only when it is the program's own.</summary>
    private static PageFlags PageProtection(AreaFlags flags, bool write)
    {
        PageFlags page = (flags & (AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute)) != 0 ? PageFlags.Read : PageFlags.None;
        page |= flags.HasFlag(AreaFlags.Execute) ? PageFlags.Execute : 0;
        return page | (write ? PageFlags.Write : 0);
    }

    private static PageFlags OwnPage(AreaFlags flags) =>
        PageProtection(flags, flags.HasFlag(AreaFlags.Write)) | PageFlags.Accessed | (flags.HasFlag(AreaFlags.Write) ? PageFlags.Dirty : 0);

    // ---- areas ------------------------------------------------------------------------------------------------------

    private void UnmapAreas(VirtualAddress start, VirtualAddress end)
    {
        for (int index = IndexAbove(start); index < AreaList.Count && AreaList[index].Start < end; index = IndexAbove(start))
        {
            VirtualMemoryArea area = AreaList[index];
            area = SplitOut(area, area.Start > start ? area.Start : start, area.End < end ? area.End : end);
            index = IndexAbove(area.Start);
            AreaList.RemoveAt(index);
            _full = default;
            WriteBack(area, area.Start, area.End);
            ZapPages(area.Start, area.End);
            if (area.File is SharedMemory shared && !AreaList.Exists(other => other.File == shared))
                Forget(shared);
            VirtualAddress floor = index > 0 ? AreaList[index - 1].End : default;
            VirtualAddress ceiling = index < AreaList.Count ? AreaList[index].Start : default;
            _tables.FreeRange(area.Start, area.End, floor, ceiling);
            _tables.Flush(FlushKind.Full, area.Start);
        }
    }

    /// <summary>Does something to every area in a range, from low addresses to high.</summary>
    private Errno OverAreas(VirtualAddress start, ulong bytes, Action<VirtualMemoryArea, VirtualAddress, VirtualAddress> act)
    {
        if (start.Value % PageBytes != 0 || !TryRoundUp(bytes, out ulong rounded) || start.Value + rounded < start.Value)
            return Errno.EINVAL;
        VirtualAddress end = start + rounded, at = start;
        bool gap = false;
        while (at < end)
        {
            if (Find(at) is not { } area || area.Start >= end)
                return Errno.ENOMEM;
            gap |= area.Start > at;
            VirtualAddress from = area.Start > at ? area.Start : at, to = area.End < end ? area.End : end;
            act(area, from, to);
            at = to;
        }
        return gap ? Errno.ENOMEM : Errno.None;
    }

    /// <summary>Stores through shared mappings reach the file, and the entries are clean afterwards.</summary>
    private void WriteBack(VirtualMemoryArea area, VirtualAddress start, VirtualAddress end)
    {
        if (area.File is not { } file || (area.Flags & (AreaFlags.Shared | AreaFlags.DeniesWrite)) != AreaFlags.Shared || file is SharedMemory)
            return;
        VirtualAddress from = start;
        while (_tables.TryNextLeaf(from, end, out LeafView leaf))
        {
            long offset = (long)(area.PageOffset + ((leaf.Address - area.Start) >> PageShift)) << PageShift;
            if (leaf.Flags.HasFlag(PageFlags.Dirty) && offset < file.Length)
            {
                file.WriteBack(offset, Memory.Slice(leaf.Target, (int)Math.Min((long)PageBytes, file.Length - offset)));
                _tables.Protect(leaf.Address, leaf.Flags & ~(PageFlags.Dirty | PageFlags.Write));
                _tables.Flush(FlushKind.Page, leaf.Address);
            }
            from = leaf.Address + PageBytes;
        }
    }

    private static AreaFlags FlagsFor(in MapRequest request)
    {
        AreaFlags flags = request.Protection | (request.Flags.HasFlag(MapFlags.Shared) ? AreaFlags.Shared : 0);
        flags |= request.Flags.HasFlag(MapFlags.GrowsDown) ? AreaFlags.GrowsDown : 0;
        flags |= (request.Flags & (MapFlags.Shared | MapFlags.ReadOnlyFile)) == (MapFlags.Shared | MapFlags.ReadOnlyFile) ? AreaFlags.DeniesWrite : 0;
        if (request.Flags.HasFlag(MapFlags.NoReserve))
            return flags | AreaFlags.NoReserve;
        return flags | ((flags & (AreaFlags.Write | AreaFlags.Shared)) == AreaFlags.Write ? AreaFlags.Account : 0);
    }

    private void ZapPages(VirtualAddress start, VirtualAddress end)
    {
        VirtualAddress from = start;
        while (_tables.TryNextLeaf(from, end, out LeafView leaf))
        {
            _tables.TryUnmap(leaf.Address, out _);
            FrameUse owner = Frames.OwnerOf(leaf.Target);
            if (!leaf.Flags.HasFlag(PageFlags.Special) && owner is FrameUse.Anonymous or FrameUse.Argument)
                AnonymousPages--;
            else if (owner == FrameUse.File)
                FilePages--;
            Pressure?.Remove(leaf.Target);
            Frames.Release(leaf.Target);
            VirtualAddress next = leaf.Address + PageBytes;
            if (next < leaf.Address)
                break;
            from = next;
        }
        if (Pressure is not null)
            ZapSwapped(start, end);
    }

    /// <summary>Splits an area so that [<paramref name="start"/>, <paramref name="end"/>), which lies inside, is one of its own.</summary>
    private VirtualMemoryArea SplitOut(VirtualMemoryArea area, VirtualAddress start, VirtualAddress end)
    {
        if (end < area.End)
        {
            VirtualMemoryArea rest = area.Piece(end, area.End, PageShift);
            area.End = end;         // first, or the rest would be sorted in before this one
            Insert(rest);
        }
        if (start > area.Start)
        {
            VirtualMemoryArea upper = area.Piece(start, area.End, PageShift);
            area.End = start;
            Insert(upper);
            return upper;
        }
        return area;
    }

    private void AddMerged(VirtualAddress start, VirtualAddress end, AreaFlags flags, GuestFile? file, ulong pageOffset)
    {
        VirtualMemoryArea area = new() { Start = start, End = end, Flags = flags, File = file, PageOffset = pageOffset };
        Insert(area);
        MergeAround(area);
    }

    private void MergeAround(VirtualMemoryArea area)
    {
        int index = IndexAbove(area.Start);
        if (AreaList[index] != area)
            index = AreaList.IndexOf(area);     // while a stack moves, areas may overlap
        if (index > 0 && CanFollow(AreaList[index - 1], area))
        {
            AreaList[index - 1].End = area.End;
            AreaList[index - 1].HasAnonymous |= area.HasAnonymous;
            AreaList.RemoveAt(index--);
            area = AreaList[index];
        }
        if (index + 1 < AreaList.Count && CanFollow(area, AreaList[index + 1]))
        {
            area.End = AreaList[index + 1].End;
            area.HasAnonymous |= AreaList[index + 1].HasAnonymous;
            AreaList.RemoveAt(index + 1);
        }
    }

    private bool CanFollow(VirtualMemoryArea area, VirtualMemoryArea next) =>
        area.End == next.Start && AreAlike(next, area.Flags, area.File) && area.SpecialName is null && !area.Flags.HasFlag(AreaFlags.GrowsDown)
        && area.PageOffset + (area.Bytes >> PageShift) == next.PageOffset;

    private VirtualAddress GuardedStart(VirtualMemoryArea area)
    {
        ulong gap = area.Flags.HasFlag(AreaFlags.GrowsDown) ? Era.StackGuardPages << PageShift : 0;
        return area.Start.Value > gap ? area.Start - gap : default;
    }

    private bool TryRoomBelow(VirtualAddress top, ulong bytes, ulong alignMask, ulong offset, out VirtualAddress at)
    {
        at = default;
        if (bytes + alignMask < bytes)
            return false;
        bool isFull = true;
        VirtualAddress high = _full.From == top ? _full.To : top;
        for (int index = _full.From == top ? Math.Min(IndexAbove(high - 1), AreaList.Count - 1) : AreaList.Count - 1; ; index--)
        {
            VirtualAddress low = index >= 0 ? AreaList[index].End : new VirtualAddress(PageBytes);
            isFull &= low >= high;
            if (isFull)
                _full = (top, index >= 0 && GuardedStart(AreaList[index]) < high ? GuardedStart(AreaList[index]) : high);
            if (low < high && high - low >= bytes + alignMask)      // room for the worst case of alignment: vm_unmapped_area()
            {
                at = high - bytes;
                at -= (at.Value - offset) & alignMask;
                return true;
            }
            if (index < 0)
                return false;
            VirtualAddress below = GuardedStart(AreaList[index]);
            high = below < high ? below : high;
        }
    }

    private bool TryRoomAbove(VirtualAddress bottom, ulong bytes, ulong alignMask, ulong offset, out VirtualAddress at)
    {
        at = default;
        if (bytes + alignMask < bytes)
            return false;
        bool isFull = true;
        VirtualAddress low = _full.From == bottom ? _full.To : bottom;
        for (int index = IndexAbove(low); ; index++)
        {
            VirtualAddress high = index < AreaList.Count ? GuardedStart(AreaList[index]) : new VirtualAddress(TaskSize);
            isFull &= low >= high;
            if (isFull)
                _full = (bottom, index < AreaList.Count && AreaList[index].End > low ? AreaList[index].End : low);
            if (low < high && high - low >= bytes + alignMask)
            {
                at = low + ((offset - low.Value) & alignMask);
                return true;
            }
            if (index == AreaList.Count)
                return false;
            if (AreaList[index].End > low)
                low = AreaList[index].End;
        }
    }
}
