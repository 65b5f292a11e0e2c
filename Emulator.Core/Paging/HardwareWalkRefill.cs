using Emulator.Core.Memory;
using Emulator.Core.Tracing;

namespace Emulator.Core.Paging;

/// <summary>Hardware walks the tree itself, one memory reference a level.</summary>
public sealed class HardwareWalkRefill<TCodec>(PageTables tables) : ITlbRefill
    where TCodec : struct, IPageTableEntryCodec
{
    /// <summary>Memory references before the top table is known, each walk (ppc64 radix: the process table); usually a register says.</summary>
    public int RootReferences { get; init; }

    /// <inheritdoc/>
    public string Name => "hardware walk";

    /// <inheritdoc/>
    public bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost)
    {
        PageTableGeometry tree = tables.Tree;
        bool translated = PageTableWalker<TCodec>.TryWalk(tables.Frames.Memory, tree, tables.RootRegister, va, access, controls, default(NoTrace), out Translation walk, out fault);
        int lowest = translated ? walk.Level : Math.Min(fault.Level, tables.Depth - 1);
        cost = cost with { MemoryReferences = cost.MemoryReferences + RootReferences + tables.Depth - lowest };
        found = default;
        if (!translated)
            return false;
        ulong offset = va.Value & (tree[walk.Level].EntrySpan - 1);
        // One access is proved; another kind walks again, as a clean page's first store must.
        found = new TlbTranslation(va - offset, walk.Address - offset, tree[walk.Level].Shift,
            Reads: access == AccessKind.Read, Writes: access == AccessKind.Write, Fetches: access == AccessKind.Fetch);
        return true;
    }

    /// <inheritdoc/>
    public void Flush(VirtualAddress va)
    {
        // Nothing between the tree and the TLB is modelled: no paging-structure caches.
    }

    /// <inheritdoc/>
    public void FlushAll()
    {
    }
}
