using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Exec;

/// <summary>Lets another processor do at each point of an execve what was asked for: one interleaving of the many that are possible.</summary>
internal sealed class Interleaving
{
    private readonly LinuxKernel _kernel;
    private readonly BinaryParameters _bprm;
    private readonly IExecStrategy _way;
    private readonly ImmutableArray<Intervention> _wanted;
    private readonly InterventionResult?[] _results;
    private ulong _topIndex;        // of page 0
    private long _pages;

    /// <summary>Prepares it.</summary>
    /// <param name="kernel">The kernel, which needs a <see cref="MemoryPressure"/>.</param>
    /// <param name="bprm">The execve.</param>
    /// <param name="way">Where its pages are.</param>
    /// <param name="wanted">What is asked for.</param>
    public Interleaving(LinuxKernel kernel, BinaryParameters bprm, IExecStrategy way, ImmutableArray<Intervention> wanted)
    {
        _kernel = kernel;
        _bprm = bprm;
        _way = way;
        _wanted = wanted;
        _results = new InterventionResult?[wanted.Length];
    }

    /// <summary>What came of it, in the order in which it was asked for.</summary>
    public ImmutableArray<InterventionResult> Results =>
        [.. _wanted.Select((intervention, i) => _results[i] ?? new InterventionResult(intervention, PageOutcome.NeverReached))];

    private MemoryPressure Pressure => _kernel.Pressure!;

    private PagedAddressSpace Space => (PagedAddressSpace)_bprm.Space;

    /// <summary>The execve has come to a point.</summary>
    public void Reach(ExecPoint point)
    {
        NumberPages();
        for (int i = 0; i < _wanted.Length; i++)
        {
            if (_wanted[i].Point == point)
                _results[i] = Do(_wanted[i]);
        }
    }

    /// <summary>Finds out how many argument pages there are, and the index of the highest, as soon as these are known; neither changes afterwards.</summary>
    private void NumberPages()
    {
        if (_pages == 0)
            _pages = Math.Max(_way.WaitingPages(_bprm), (long)(_bprm.Stack?.Bytes ?? 0) >> Space.PageShift);
        if (_topIndex == 0 && _bprm.Stack is { } stack)
            _topIndex = stack.PageOffset + (stack.Bytes >> Space.PageShift) - 1;
    }

    private InterventionResult Do(Intervention intervention)
    {
        InterventionResult result = new(intervention, PageOutcome.Done);
        if (_bprm.Stack is { } stack)
            result = result with { AreaStart = stack.Start, AreaEnd = stack.End, AreaPageOffset = stack.PageOffset };
        if (intervention.Kind == InterventionKind.Reclaim)
        {
            int pages = Pressure.SwapOut(intervention.Number);
            result = result with { Pages = pages, Outcome = pages > 0 || intervention.Number == 0 ? PageOutcome.Done : PageOutcome.NotFound };
            Record(result, default);
            return result;
        }
        if (intervention.Number < _way.WaitingPages(_bprm))
            return result with { Outcome = PageOutcome.NotOnLru };
        if (intervention.Number >= _pages)
            return result with { Outcome = PageOutcome.NoPage };
        result = result with { Index = _topIndex - (ulong)intervention.Number };
        if (Pressure.Find(Space, result.Index) is not { } page)
            return result with { Outcome = PageOutcome.NoPage };

        PhysicalAddress frame = page.Frame;
        result = result with { EntryAt = EntryOf(page) };
        (PageOutcome outcome, VirtualAddress lookedAt) = Try(intervention.Kind, page);
        result = result with { Outcome = outcome, LookedAt = lookedAt == default ? null : lookedAt };
        Record(result, frame);
        return result;
    }

    private (PageOutcome Outcome, VirtualAddress LookedAt) Try(InterventionKind kind, AnonymousPage page)
    {
        VirtualAddress lookedAt;
        switch (kind)
        {
            case InterventionKind.Look:
                return (ReverseMap.TryFind(page, out lookedAt, out _) ? PageOutcome.Done : PageOutcome.NotFound, lookedAt);
            case InterventionKind.Remap:
                return (Pressure.Migration.Remap(page, out lookedAt), lookedAt);
            default:
                PageOutcome unmapped = Pressure.Migration.Unmap(page, out lookedAt);
                return unmapped != PageOutcome.Done || kind == InterventionKind.Unmap
                    ? (unmapped, lookedAt)
                    : (Pressure.Migration.Remap(page, out lookedAt), lookedAt);
        }
    }

    /// <summary>Where the entry for a page is, found without the reverse map: by looking everywhere.</summary>
    private VirtualAddress? EntryOf(AnonymousPage page)
    {
        PageTables tables = Space.Tables;
        VirtualAddress end = new(ulong.MaxValue), from = default;
        while (tables.TryNextLeaf(from, end, out LeafView leaf))
        {
            if (leaf.Target == page.Frame)
                return leaf.Address;
            from = leaf.Address + Space.PageBytes;
        }
        from = default;
        while (tables.TryNextSwap(from, end, out VirtualAddress at, out SwapEntry swap))
        {
            if (tables.SwapEntries!.IsMigration(swap) && swap.Offset == page.Frame.Value >> Space.PageShift)
                return at;
            from = at + Space.PageBytes;
        }
        return null;
    }

    private void Record(InterventionResult result, PhysicalAddress frame) =>
        _kernel.Recorder?.Record(new TraceEvent(TraceEventKind.ReverseWalk, 0, result.LookedAt ?? default, frame, result.Index, (ulong)result.Intervention.Kind, (ulong)result.Outcome));
}
