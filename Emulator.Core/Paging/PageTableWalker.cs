using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>
/// The hardware's eye: translates by reading guest memory, knowing only a root register, control registers and the shape.
/// The only walker there is; <see cref="PlainWalk{TCodec}"/> is its shortcut.
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
        Unsafe.SkipInit(out found);
        fault = default;
        MmuControls registers = controls;   // a copy that nothing can alias stays in registers
        PhysicalAddress table = TCodec.DecodeRoot(rootRegister, tree, registers, out int depth);
        if (depth == 0)   // a root without tables: virtual addresses are real addresses
        {
            found = new Translation(new PhysicalAddress(va.Value), 0, 0);
            return true;
        }
        if (!TCodec.Reaches(rootRegister, tree, depth, va, out FaultKind unreached))
            return Fail(va, access, unreached, unreached == FaultKind.OutOfReach ? depth : depth - 1, 0, out found, out fault);
        ulong rights = TCodec.InitialRights(rootRegister, registers), entry;
        int level = depth - 1;
        foreach (ref readonly EntrySelector selector in tree.UpperSelectors(depth))
        {
            PhysicalAddress at = table + selector.OffsetOf(va);
            if (!memory.TryReadEntry(at, selector.EntryBytes, TCodec.EntryOrder, out entry))
                return Fail(va, access, FaultKind.OutsideStorage, level, 0, out found, out fault);
            if (TTrace.IsActive)
                trace.Record(new TraceEvent(TraceEventKind.WalkStep, level, va, at, entry, entry));
            EntryKind kind = TCodec.Examine(entry, level, va, registers, ref rights);
            if (kind != EntryKind.Table)
                return EndAbove(memory, tree, va, access, registers, kind, level, at, entry, rights, out found, out fault);
            if (TCodec.HardwareUpdatesEntries)
            {
                ulong marked = TCodec.MarkUsed(entry, leaf: false, access);
                if (marked != entry)
                    memory.WriteEntry(at, selector.EntryBytes, TCodec.EntryOrder, marked);
            }
            table = TCodec.TargetOf(entry, level);
            level--;
        }

        // Level 0 is apart from the loop: all that depends on the level is constant here.
        EntrySelector last = tree.LeafSelector;
        PhysicalAddress leafAt = table + last.OffsetOf(va);
        if (!memory.TryReadEntry(leafAt, last.EntryBytes, TCodec.EntryOrder, out entry))
            return Fail(va, access, FaultKind.OutsideStorage, 0, 0, out found, out fault);
        if (TTrace.IsActive)
            trace.Record(new TraceEvent(TraceEventKind.WalkStep, 0, va, leafAt, entry, entry));
        EntryKind leaf = TCodec.Examine(entry, 0, va, registers, ref rights);
        if (leaf != EntryKind.Leaf)
            return Fail(va, access, leaf == EntryKind.Absent ? FaultKind.Absent : FaultKind.Malformed, 0, entry, out found, out fault);
        if (!TCodec.Permits(rights, access, registers))
            return Deny(va, access, 0, entry, rights, out found, out fault);
        if (TCodec.HardwareUpdatesEntries)
        {
            ulong marked = TCodec.MarkUsed(entry, leaf: true, access);
            if (marked != entry)
                memory.WriteEntry(leafAt, last.EntryBytes, TCodec.EntryOrder, entry = marked);
        }
        found = new Translation(TCodec.LeafTarget(entry, 0) + (va.Value & tree.OffsetMask), 0, entry);
        return true;
    }

    /// <summary>A walk that ends above level 0: at a large page, or at a fault.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // keeps the loop's values in registers
    private static bool EndAbove(PhysicalMemory memory, PageTableGeometry tree, VirtualAddress va, AccessKind access, MmuControls controls,
        EntryKind kind, int level, PhysicalAddress at, ulong entry, ulong rights, out Translation found, out PageFault fault)
    {
        if (kind == EntryKind.BeyondNextTable)
            return Fail(va, access, FaultKind.Absent, level - 1, entry, out found, out fault);
        if (kind != EntryKind.Leaf)
            return Fail(va, access, kind == EntryKind.Absent ? FaultKind.Absent : FaultKind.Malformed, level, entry, out found, out fault);
        if (!TCodec.Permits(rights, access, controls))
            return Deny(va, access, level, entry, rights, out found, out fault);
        if (TCodec.HardwareUpdatesEntries)
        {
            ulong marked = TCodec.MarkUsed(entry, leaf: true, access);
            if (marked != entry)
                memory.WriteEntry(at, tree[level].EntryBytes, TCodec.EntryOrder, entry = marked);
        }
        found = new Translation(TCodec.LeafTarget(entry, level) + (va.Value & (tree[level].EntrySpan - 1)), level, entry);
        fault = default;
        return true;
    }

    private static bool Deny(VirtualAddress va, AccessKind access, int level, ulong entry, ulong rights, out Translation found, out PageFault fault)
    {
        Fail(va, access, FaultKind.Protection, level, entry, out found, out fault);
        fault = fault with { Rights = rights };
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // as EndAbove
    private static bool Fail(VirtualAddress va, AccessKind access, FaultKind kind, int level, ulong entry, out Translation found, out PageFault fault)
    {
        found = default;
        fault = new PageFault(va, access, kind, level, entry);
        return false;
    }
}
