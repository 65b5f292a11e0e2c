using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// Who refills the TLB, and from what: a hardware walk, PALcode, a TSB with a miss handler, a hashed page table filled by the
/// kernel. One for each address space.
/// </summary>
/// <remarks>A handler whose own loads are translated is given the TLB that they go through when it is made.</remarks>
public interface ITlbRefill
{
    /// <summary>Name for people: "hardware walk", "PALcode", "TSB", "hashed page table".</summary>
    string Name { get; }

    /// <summary>Whether the machine refuses an address whatever TLBs and tables say (alpha's sign check). Asked when no TLB entry matches; no miss is taken then.</summary>
    bool Refuses(VirtualAddress va, AccessKind access, in MmuControls controls, out PageFault fault)
    {
        fault = default;
        return false;
    }

    /// <summary>Handles one miss.</summary>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="found">What goes into the TLB; where <see cref="TlbTranslation.RightsAreFinal"/>, it need not permit the access.</param>
    /// <param name="fault">Why nothing does: the kernel's page fault.</param>
    /// <param name="cost">Added to: what this miss cost.</param>
    bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost);

    /// <summary>The kernel has changed the mapping of one page and flushes it: caches of the tree that this refill keeps in memory must forget it.</summary>
    void Flush(VirtualAddress va);

    /// <summary>The kernel flushes the whole address space.</summary>
    void FlushAll();
}
