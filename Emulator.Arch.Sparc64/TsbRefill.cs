using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Sparc64;

/// <summary>
/// Software refills the TLB: the miss handler looks into the TSB at the place that the processor computed, else walks Linux's
/// tree by physical loads and puts what it finds into the TSB.
/// </summary>
/// <remarks>
/// <para>Source: arch/sparc/kernel/{dtlb_miss.S,itlb_miss.S,dtlb_prot.S,sun4v_tlb_miss.S,tsb.S}, arch/sparc/mm/{tsb.c,tlb.c,init_64.c,fault_64.c},
/// v2.6.32 and v6.1.</para>
/// <para>What the kernel does after a page fault, <c>update_mmu_cache()</c> for the page and <c>tsb_grow()</c> when too many are
/// resident, is done when the program comes back with its next miss; nothing can look into the TSB in between. Not modelled:
/// preloads by faults that the kernel takes on its own account (copying to user memory), huge pages, several CPUs.</para>
/// </remarks>
/// <typeparam name="TLeaf">sun4u or sun4v.</typeparam>
/// <typeparam name="TUpper">The era's pointers.</typeparam>
public sealed class TsbRefill<TLeaf, TUpper> : ITlbRefill, ITsbRefill
    where TLeaf : struct, ITranslationTableEntry
    where TUpper : struct, ISparc64Upper
{
    private readonly PageTables _tables;
    private readonly Func<long> _residentPages;
    private readonly TsbHandlerCost _handler;
    private Tsb? _tsb;
    private long _limitPages;
    private TsbStatistics _statistics;
    private PageFault? _faulted;

    /// <summary>Makes the refill of an address space, with the TSB that <c>init_new_context()</c> makes.</summary>
    /// <param name="tables">Its tree.</param>
    /// <param name="residentPages">Its RSS in pages, asked after each page fault.</param>
    /// <exception cref="InvalidOperationException">No frame is free for a TSB (ENOMEM of init_new_context()).</exception>
    public TsbRefill(PageTables tables, Func<long> residentPages)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _tables = tables;
        _residentPages = residentPages;
        _handler = TsbHandlerCost.Of(TLeaf.IsSun4v, later: tables.Tree.MaxDepth > 3);
        int sizeCode = Tsb.SizeFor(0, out _limitPages);
        if (!Tsb.TryCreate(tables.Frames, sizeCode, out _tsb))
            throw new InvalidOperationException("guest memory has no free frame for a TSB of 8192 bytes");
    }

    /// <inheritdoc/>
    public string Name => "TSB";

    /// <inheritdoc/>
    public Tsb Tsb => _tsb ?? throw new ObjectDisposedException("TSB");

    /// <inheritdoc/>
    public TsbStatistics Statistics => _statistics;

    /// <inheritdoc/>
    // The VA hole is an exception of its own: no handler looks anywhere.
    public bool Refuses(VirtualAddress va, AccessKind access, in MmuControls controls, out PageFault fault)
    {
        bool reached = Sparc64Entry<TLeaf, TUpper>.Reaches(_tables.RootRegister, _tables.Tree, _tables.Depth, va, out FaultKind hole);
        fault = reached ? default : new PageFault(va, access, hole, _tables.Depth, 0);
        return !reached;
    }

    /// <inheritdoc/>
    public bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost)
    {
        found = default;
        FinishFault();

        bool fetch = access == AccessKind.Fetch;
        if (Tsb.TryFind(va, out ulong entry))
        {
            _statistics.Hits++;
            if (fetch && !TLeaf.IsExecutable(entry))
            {
                Add(ref cost, _handler.HitFetchRefused);
                return Fault(va, access, FaultKind.Protection, 0, entry, out fault, ref cost);
            }
            Add(ref cost, fetch ? _handler.HitFetch : _handler.HitData);
        }
        else
        {
            _statistics.Misses++;
            Add(ref cost, _handler.ProbeMiss);
            Add(ref cost, _handler.BeforeWalk);
            bool walked = TryWalk(va, out entry, out PageFault end);
            Add(ref cost, _handler.Walk[walked ? _tables.Depth - 1 : _tables.Depth - 1 - end.Level]);
            if (!walked)
                return Fault(va, access, end.Kind, end.Level, end.Entry, out fault, ref cost);
            Add(ref cost, _handler.Store);
            _statistics.Stores++;
            _statistics.Conflicts += Tsb.Store(va, entry) ? 1 : 0;
            if (fetch && !TLeaf.IsExecutable(entry))
            {
                Add(ref cost, _handler.LoadFetchRefused);
                return Fault(va, access, FaultKind.Protection, 0, entry, out fault, ref cost);
            }
            Add(ref cost, fetch ? _handler.LoadFetch : _handler.LoadData);
        }
        found = Load(va, access, entry, controls);
        fault = default;
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>The TLB has an entry: a store without W is fast_data_access_protection, anything else an access exception. Both are page faults of the kernel.</remarks>
    public PageFault Deny(VirtualAddress va, AccessKind access, in TlbTranslation held, ref RefillCost cost)
    {
        if (access == AccessKind.Write && held.Reads)
            Add(ref cost, _handler.Protection);
        ulong entry = TryWalk(va, out ulong leaf, out PageFault end) ? leaf : end.Entry;   // what the kernel will look at
        PageFault fault = new(va, access, FaultKind.Protection, 0, entry);
        _faulted = fault;
        return fault;
    }

    /// <inheritdoc/>
    public void Flush(VirtualAddress va) => _statistics.Flushed += Tsb.Flush(va) ? 1 : 0;

    /// <summary>The kernel flushes a range or all: entries that are no longer what the tree says become invalid.</summary>
    /// <remarks>
    /// flush_tlb_range() and flush_tlb_mm() are empty: each changed leaf was put into a batch when it was changed
    /// (<c>tlb_batch_add()</c>), and flush_tsb_user() takes exactly those out. Here they are found by comparing.
    /// </remarks>
    public void FlushAll()
    {
        for (int index = 0; index < Tsb.Entries; index++)
        {
            if (Tsb.TryRead(index, out VirtualAddress page, out ulong entry) && (!TryWalk(page, out ulong leaf, out _) || leaf != entry))
                Flush(page);
        }
    }

    /// <summary>Gives the TSB's frames back (<c>destroy_context()</c>).</summary>
    public void Release()
    {
        if (_tsb is null)
            return;
        _tables.Frames.Release(_tsb.Base);
        _tsb = null;
    }

    /// <summary>What the kernel did after the last page fault, before the program went on.</summary>
    private void FinishFault()
    {
        if (_faulted is not { } fault)
            return;
        _faulted = null;
        if (TryWalk(fault.Address, out ulong entry, out _) && entry != fault.Entry)
        {
            _statistics.Preloads++;
            _statistics.Conflicts += Tsb.Store(fault.Address, entry) ? 1 : 0;
        }
        long resident = _residentPages();
        if (resident > _limitPages)
            Grow(resident);
    }

    private void Grow(long residentPages)
    {
        int sizeCode = Tsb.SizeFor(residentPages, out long limitPages);
        if (!Tsb.TryCreate(_tables.Frames, sizeCode, out Tsb? larger))
        {
            _limitPages = long.MaxValue;    // "under serious memory pressure so don't try to grow any more"
            return;
        }
        _limitPages = limitPages;
        Tsb.CopyTo(larger!);
        _tables.Frames.Release(Tsb.Base);
        _tsb = larger;
        _statistics.Growths++;
    }

    /// <summary>USER_PGTABLE_WALK_TL1: the miss handler's physical loads.</summary>
    private bool TryWalk(VirtualAddress va, out ulong entry, out PageFault end)
    {
        // No right is looked at here: a supervisor's load is allowed whatever the leaf says, but for its no-fault bit.
        bool walked = PageTableWalker<Sparc64Entry<TLeaf, TUpper>>.TryWalk(_tables.Frames.Memory, _tables.Tree, _tables.RootRegister, va,
            AccessKind.Read, default, default(NoTrace), out Translation walk, out end);
        bool valid = walked || end.Kind == FaultKind.Protection;
        entry = walked ? walk.Entry : valid ? end.Entry : 0;
        return valid;
    }

    /// <summary>What the TLB makes of an entry.</summary>
    private static TlbTranslation Load(VirtualAddress va, AccessKind access, ulong entry, in MmuControls controls)
    {
        int shift = TLeaf.PageShift(entry);
        ulong mask = (1UL << shift) - 1;
        bool fetch = access == AccessKind.Fetch;
        bool allowed = Sparc64Entry<TLeaf, TUpper>.Permits(entry, fetch ? AccessKind.Fetch : AccessKind.Read, controls);
        return new TlbTranslation(va.AlignDown(mask + 1), new PhysicalAddress(TLeaf.Frame(entry).Value & ~mask), shift,
            Reads: allowed && !fetch, Writes: allowed && !fetch && TLeaf.IsWritable(entry), Fetches: allowed && fetch, TLeaf.IsGlobal(entry))
        {
            RightsAreFinal = true,
            Entry = entry,
        };
    }

    private bool Fault(VirtualAddress va, AccessKind access, FaultKind kind, int level, ulong entry, out PageFault fault, ref RefillCost cost)
    {
        Add(ref cost, access == AccessKind.Fetch ? _handler.FaultFetch : _handler.FaultData);
        fault = new PageFault(va, access, kind, level, entry);
        _faulted = fault;
        return false;
    }

    private static void Add(ref RefillCost cost, RefillCost more) => cost = cost with
    {
        MemoryReferences = cost.MemoryReferences + more.MemoryReferences,
        Instructions = cost.Instructions + more.Instructions,
    };
}
