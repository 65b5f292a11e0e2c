using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>
/// The TLBs of a machine and what refills them for one address space: every access is counted as the machine would. Exact,
/// and only there when asked for.
/// </summary>
/// <remarks>Large pages sit in the set of the address that was used; machines that keep them apart are modelled by their common size.</remarks>
public sealed class TlbModel
{
    private readonly ArchitecturalTlb _data, _instruction;
    private readonly ITlbRefill _refill;
    private readonly MmuControls _controls;
    private readonly int _space;
    private TlbStatistics _fetches, _accesses;

    /// <summary>Puts a model together.</summary>
    /// <param name="data">The data TLB.</param>
    /// <param name="instruction">The instruction TLB; the same object where there is only one.</param>
    /// <param name="refill">Who refills.</param>
    /// <param name="controls">Control registers while the program runs.</param>
    /// <param name="space">Number of the address space.</param>
    public TlbModel(ArchitecturalTlb data, ArchitecturalTlb instruction, ITlbRefill refill, in MmuControls controls, int space)
    {
        _data = data;
        _instruction = instruction;
        _refill = refill;
        _controls = controls;
        _space = space;
    }

    /// <summary>Who refills.</summary>
    public ITlbRefill Refill => _refill;

    /// <summary>The TLB that data accesses go through.</summary>
    public TlbShape DataTlb => _data.Shape;

    /// <summary>The TLB that instruction fetches go through.</summary>
    public TlbShape InstructionTlb => _instruction.Shape;

    /// <summary>Whether that is one TLB for both.</summary>
    public bool IsUnified => _data == _instruction;

    /// <summary>What has happened so far.</summary>
    public TlbStatistics Statistics => DataStatistics + InstructionStatistics;

    /// <summary>What loads and stores have seen so far, with all evictions of their TLB, whoever caused them.</summary>
    public TlbStatistics DataStatistics => _accesses with { Evictions = _data.Evictions };

    /// <summary>What instruction fetches have seen so far, with the evictions of their TLB; of a TLB for both, the data's have them.</summary>
    public TlbStatistics InstructionStatistics => _fetches with { Evictions = IsUnified ? 0 : _instruction.Evictions };

    /// <summary>Makes one access.</summary>
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault)
    {
        ArchitecturalTlb tlb = access == AccessKind.Fetch ? _instruction : _data;
        ref TlbStatistics seen = ref access == AccessKind.Fetch ? ref _fetches : ref _accesses;
        if (tlb.TryUse(va, _space, access, out TlbTranslation held))
        {
            seen.Hits++;
            found = held.Frame + (va - held.Page);
            fault = default;
            return true;
        }
        found = default;
        if (held.RightsAreFinal)
        {
            fault = Deny(va, access, held, ref seen);
            return false;
        }
        if (_refill.Refuses(va, access, _controls, out fault))
        {
            seen.Denials++;
            return false;
        }
        seen.Misses++;
        RefillCost cost = seen.Cost;
        bool refilled = _refill.TryRefill(va, access, _controls, out TlbTranslation translation, out fault, ref cost);
        seen.Cost = cost;
        if (!refilled)
            return false;
        seen.Refills++;
        tlb.Fill(translation, _space);
        if (!translation.Permits(access))
        {
            fault = Deny(va, access, translation, ref seen);      // the access was made again
            return false;
        }
        found = translation.Frame + (va - translation.Page);
        return true;
    }

    /// <summary>The kernel is about to replace a leaf entry; the refill may have to follow it.</summary>
    public void Replacing(VirtualAddress va, PhysicalAddress at, ulong entry)
    {
        if (!_refill.Replacing(va, at, entry))
            return;
        _data.Flush(va, _space);
        _instruction.Flush(va, _space);
    }

    /// <summary>The kernel flushes: TLBs and the refill's own caches forget.</summary>
    public void Flush(FlushKind kind, VirtualAddress va)
    {
        if (kind == FlushKind.DcachePage)
            return;
        if (kind == FlushKind.Page)
        {
            _data.Flush(va, _space);
            _instruction.Flush(va, _space);
            _refill.Flush(va);
            return;
        }
        _data.FlushSpace(_space);
        _instruction.FlushSpace(_space);
        _refill.FlushAll();
    }

    private PageFault Deny(VirtualAddress va, AccessKind access, in TlbTranslation held, ref TlbStatistics seen)
    {
        seen.Denials++;
        RefillCost cost = seen.Cost;
        PageFault fault = _refill.Deny(va, access, held, ref cost);
        seen.Cost = cost;
        return fault;
    }
}
