using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Kernel;

/// <summary>
/// What happens when memory runs out: anonymous pages that are on the LRU lists go to swap, oldest first; when none can go, the
/// OOM killer chooses a task. Without it, as usual, an allocation that finds no frame is refused at once.
/// </summary>
/// <remarks>
/// Source: <c>shrink_page_list()</c>, mm/vmscan.c; <c>try_to_unmap_one()</c>, mm/rmap.c; <c>select_bad_process()</c>, mm/oom_kill.c; v2.6.32 and v6.1. Pages
/// without an entry that leads to them, as the staged way's, page tables and pages of pointers are on no list and stay. Not
/// modelled: watermarks, zones, kswapd, active and inactive lists with their second chance (all pages are equally old), pages of
/// files, time; of the killer, what it makes of CPU time, niceness, children and privileges.
/// </remarks>
public sealed class MemoryPressure
{
    /// <summary>Pages that one call of reclaim takes (SWAP_CLUSTER_MAX).</summary>
    public const int PagesAtOnce = 32;

    private readonly FrameAllocator _frames;
    private readonly KernelEra _era;
    private readonly Recorder? _recorder;
    private readonly LinkedList<AnonymousPage> _oldestFirst = new();
    private readonly Dictionary<PhysicalAddress, LinkedListNode<AnonymousPage>> _byFrame = [];
    private readonly List<OtherTask> _others = [];
    private readonly List<OomKill> _kills = [];

    /// <summary>Puts other tasks into memory and waits for it to run out.</summary>
    /// <param name="frames">Memory.</param>
    /// <param name="era">The kernel's rules.</param>
    /// <param name="swap">Where pages go; null where there is no swap.</param>
    /// <param name="otherTasks">Pages of each other task, oldest task first.</param>
    /// <param name="recorder">Takes events, if anybody watches.</param>
    /// <exception cref="InsufficientMemoryException">The other tasks alone do not fit.</exception>
    public MemoryPressure(FrameAllocator frames, KernelEra era, SwapArea? swap, IReadOnlyList<long> otherTasks, Recorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(otherTasks);
        _frames = frames;
        _era = era;
        _recorder = recorder;
        Swap = swap;
        Migration = new PageMigration(this, frames, era);
        for (int i = 0; i < otherTasks.Count; i++)
            Settle(new OtherTask(i + 1, otherTasks[i]));
        frames.RanOut = GiveBackSomething;
    }

    /// <summary>Where pages go; null where there is no swap.</summary>
    public SwapArea? Swap { get; }

    /// <summary>Pages on their way from one frame to another.</summary>
    public PageMigration Migration { get; }

    /// <summary>The other tasks, oldest first.</summary>
    public IReadOnlyList<OtherTask> OtherTasks => _others;

    /// <summary>What the OOM killer did, in order.</summary>
    public IReadOnlyList<OomKill> Kills => _kills;

    /// <summary>Whether it chose the task that calls execve.</summary>
    public bool CallerIsKilled { get; private set; }

    /// <summary>Pages of the execve's address space that were written to swap.</summary>
    public long SwappedOut { get; private set; }

    /// <summary>Pages of other tasks that were written to swap.</summary>
    public long OthersSwappedOut { get; private set; }

    /// <summary>Pages that were read from swap.</summary>
    public long SwappedIn { get; private set; }

    /// <summary>What the OOM killer sees of the task that calls execve, in pages.</summary>
    public Func<long>? CallerPoints { get; set; }

    /// <summary>A frame that the kernel is writing to and holds a reference of: no reclaim, no migration.</summary>
    public PhysicalAddress? Pinned { get; set; }

    /// <summary>Tries to write pages to swap (<c>shrink_page_list()</c>).</summary>
    /// <param name="wanted">How many.</param>
    /// <returns>How many went. Fewer when swap is full, or when no entry was found where a page should be mapped: such a page stays.</returns>
    public int SwapOut(int wanted)
    {
        int done = 0;
        LinkedListNode<AnonymousPage>? next = _oldestFirst.First;
        while (next is { } node && done < wanted && Swap is { } swap && swap.Used < swap.Slots)
        {
            next = node.Next;
            AnonymousPage page = node.Value;
            if (page.IsLocked || page.Frame == Pinned || _frames.References(page.Frame) != 1)
                continue;
            done += page.Task is { } task ? SwapOutOther(page, task, swap) : SwapOutOwn(page, swap);
        }
        return done;
    }

    /// <summary>The page of an address space with an index; null when it is not in memory, or on no list.</summary>
    public AnonymousPage? Find(PagedAddressSpace space, ulong index) => PagesOf(space).FirstOrDefault(page => page.Index == index);

    /// <summary>Pages of an address space, the one with the highest index first.</summary>
    public IReadOnlyList<AnonymousPage> PagesOf(PagedAddressSpace space) =>
        [.. _oldestFirst.Where(page => page.Space == space).OrderByDescending(page => page.Index)];

    /// <summary>A page is mapped and goes on the LRU lists (<c>page_add_new_anon_rmap()</c>).</summary>
    internal void Add(PagedAddressSpace space, VirtualMemoryArea area, VirtualAddress at, PhysicalAddress frame) =>
        Add(new AnonymousPage(frame, space, area.PageOffset + ((at - area.Start) >> space.PageShift), null));

    /// <summary>A page is mapped no more.</summary>
    internal void Remove(PhysicalAddress frame)
    {
        if (_byFrame.Remove(frame, out LinkedListNode<AnonymousPage>? node))
            _oldestFirst.Remove(node);
    }

    /// <summary>A page lies in another frame now.</summary>
    internal void MoveTo(AnonymousPage page, PhysicalAddress frame)
    {
        _byFrame.Remove(page.Frame, out LinkedListNode<AnonymousPage>? node);
        page.Frame = frame;
        _byFrame.Add(frame, node!);
    }

    internal void CountSwapIn() => SwappedIn++;

    private void Settle(OtherTask task)
    {
        for (long page = 0; page < task.TotalPages; page++)
        {
            if (!_frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame))
                throw new InsufficientMemoryException($"other tasks with {_others.Sum(other => other.TotalPages) + task.TotalPages} pages leave no memory for an execve");
            Add(new AnonymousPage(frame, null, (ulong)page, task));
        }
        _others.Add(task);
    }

    private void Add(AnonymousPage page) => _byFrame.Add(page.Frame, _oldestFirst.AddLast(page));

    private int SwapOutOwn(AnonymousPage page, SwapArea swap)
    {
        if (!ReverseMap.TryFind(page, out _, out LeafView leaf))
            return 0;       // SWAP_AGAIN: it is still mapped somewhere
        swap.TryStore(_frames.Memory.Slice(page.Frame, _frames.PageBytes), out ulong slot);
        Record(TraceEventKind.SwappedOut, leaf.Address, page.Frame, slot);
        page.Space!.ToSwap(leaf.Address, new SwapEntry(0, slot));
        Remove(page.Frame);
        _frames.Release(page.Frame);
        SwappedOut++;
        return 1;
    }

    private int SwapOutOther(AnonymousPage page, OtherTask task, SwapArea swap)
    {
        swap.TryStore([], out ulong slot);
        Record(TraceEventKind.SwappedOut, default, page.Frame, slot);
        task.Slots.Add(slot);
        task.ResidentPages--;
        task.SwappedPages++;
        Remove(page.Frame);
        _frames.Release(page.Frame);
        OthersSwappedOut++;
        return 1;
    }

    /// <summary><c>__alloc_pages_slowpath()</c>: reclaim, and when that brings nothing, the OOM killer.</summary>
    private bool GiveBackSomething() => !CallerIsKilled && (SwapOut(PagesAtOnce) > 0 || Kill());

    /// <summary><c>out_of_memory()</c>: the task with most points, asked from the oldest to the youngest, which calls execve.</summary>
    private bool Kill()
    {
        long callerPoints = CallerPoints?.Invoke() ?? 0, most = -1;
        OtherTask? chosen = null;
        foreach (OtherTask task in _others.Where(task => !task.IsKilled))
        {
            long points = _era.OomCountsMemory ? task.ResidentPages + task.SwappedPages : task.TotalPages;
            if (points < most || (points == most && !_era.OomPrefersYounger))
                continue;
            (chosen, most) = (task, points);
        }
        if (chosen is null || callerPoints > most || (callerPoints == most && _era.OomPrefersYounger))
        {
            CallerIsKilled = true;
            _kills.Add(new OomKill(0, callerPoints, callerPoints, 0));
            _recorder?.Record(new TraceEvent(TraceEventKind.TaskKilled, 0, default, default, Before: (ulong)callerPoints));
            return false;
        }
        long freed = Exit(chosen);
        _kills.Add(new OomKill(chosen.Number, most, callerPoints, freed));
        _recorder?.Record(new TraceEvent(TraceEventKind.TaskKilled, 0, default, default, Before: (ulong)most, After: (ulong)freed, Detail: (ulong)chosen.Number));
        return true;
    }

    private long Exit(OtherTask task)
    {
        long freed = 0;
        foreach (AnonymousPage page in _oldestFirst.Where(page => page.Task == task).ToArray())
        {
            Remove(page.Frame);
            _frames.Release(page.Frame);
            freed++;
        }
        foreach (ulong slot in task.Slots)
            Swap!.Free(slot);
        task.Slots.Clear();
        (task.ResidentPages, task.SwappedPages, task.IsKilled) = (0, 0, true);
        return freed;
    }

    private void Record(TraceEventKind kind, VirtualAddress address, PhysicalAddress frame, ulong slot) =>
        _recorder?.Record(new TraceEvent(kind, 0, address, frame, Detail: slot));
}
