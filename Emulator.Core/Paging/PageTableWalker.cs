using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>
/// The hardware's eye: translates by reading guest memory, knowing only a root register, control registers and the shape.
/// The only walker there is.
/// </summary>
public static class PageTableWalker<TCodec>
    where TCodec : struct, IPageTableEntryCodec
{
    /// <summary>Walks the tree for one access, setting accessed and dirty bits where the machine does.</summary>
    /// <param name="memory">Guest memory.</param>
    /// <param name="tree">Shape.</param>
    /// <param name="rootRegister">CR3, ASCE, or what the machine calls it.</param>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="trace">Takes one <see cref="TraceEventKind.WalkStep"/> an entry.</param>
    /// <param name="found">The translation, when there is one.</param>
    /// <param name="fault">Why not, when there is none. A fault leaves the leaf entry as it was.</param>
    public static bool TryWalk<TTrace>(PhysicalMemory memory, PageTableGeometry tree, ulong rootRegister, VirtualAddress va,
        AccessKind access, in MmuControls controls, in TTrace trace, out Translation found, out PageFault fault)
        where TTrace : struct, ITrace
    {
        PhysicalAddress table = TCodec.DecodeRoot(rootRegister, tree, controls, out int depth);
        int level = depth - 1;
        ulong entry = 0;
        if (depth == 0)   // a root without tables: virtual addresses are real addresses
        {
            found = new Translation(new PhysicalAddress(va.Value), 0, 0);
            fault = default;
            return true;
        }
        if (!TCodec.Reaches(rootRegister, tree, depth, va, out FaultKind kind))
        {
            level = kind == FaultKind.OutOfReach ? depth : level;
            goto Fault;
        }
        ulong rights = TCodec.InitialRights(rootRegister, controls);
        for (; level >= 0; level--)
        {
            ref readonly PageTableLevel shape = ref tree[level];
            PhysicalAddress at = table + shape.OffsetOf(va);
            if (!memory.TryReadEntry(at, shape.EntryBytes, TCodec.EntryOrder, out entry))
            {
                kind = FaultKind.OutsideStorage;
                goto Fault;
            }
            if (TTrace.IsActive)
                trace.Record(new TraceEvent(TraceEventKind.WalkStep, level, va, at, entry, entry));
            switch (TCodec.Examine(entry, level, va, controls, ref rights))
            {
                case EntryKind.Table:
                    if (TCodec.HardwareUpdatesEntries)
                    {
                        ulong marked = TCodec.MarkUsed(entry, leaf: false, access);
                        if (marked != entry)
                            memory.WriteEntry(at, shape.EntryBytes, TCodec.EntryOrder, marked);
                    }
                    table = TCodec.TargetOf(entry, level);
                    continue;
                case EntryKind.Leaf:
                    if (!TCodec.Permits(rights, access, controls))
                    {
                        kind = FaultKind.Protection;
                        goto Fault;
                    }
                    if (TCodec.HardwareUpdatesEntries)
                    {
                        ulong marked = TCodec.MarkUsed(entry, leaf: true, access);
                        if (marked != entry)
                            memory.WriteEntry(at, shape.EntryBytes, TCodec.EntryOrder, entry = marked);
                    }
                    found = new Translation(TCodec.LeafTarget(entry, level) + (va.Value & (shape.EntrySpan - 1)), level, entry);
                    fault = default;
                    return true;
                case EntryKind.Absent:
                    kind = FaultKind.Absent;
                    goto Fault;
                case EntryKind.BeyondNextTable:
                    kind = FaultKind.Absent;
                    level--;
                    goto Fault;
                default:
                    kind = FaultKind.Malformed;
                    goto Fault;
            }
        }
    Fault:
        found = default;
        fault = new PageFault(va, access, kind, level, entry);
        return false;
    }
}
