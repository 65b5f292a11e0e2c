using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// Who refills the TLB, and from what: a hardware walk, PALcode, a TSB with a miss handler, a hashed page table filled by the
/// kernel. One for each address space; one that holds frames is <see cref="IDisposable"/> too, and its model disposes of it.
/// </summary>
public interface ITlbRefill
{
    /// <summary>Name for people: "hardware walk", "PALcode", "TSB", "hashed page table".</summary>
    string Name { get; }

    /// <summary>Handles one miss.</summary>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="found">What goes into the TLB. It may be something that does not permit the access: <see cref="TryUpgrade"/> is asked then.</param>
    /// <param name="fault">Why nothing does: the kernel's page fault.</param>
    /// <param name="cost">Added to: what this miss cost.</param>
    bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost);

    /// <summary>
    /// Handles an access that an entry in the TLB does not permit. Where hardware walks again that is a miss like any other;
    /// machines with a trap of its own for it (sparc64: fast_data_access_protection) override this.
    /// </summary>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="there">The entry that is in the TLB.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="found">What goes into the TLB.</param>
    /// <param name="fault">Why nothing does: the kernel's page fault.</param>
    /// <param name="cost">Added to: what this cost.</param>
    bool TryUpgrade(VirtualAddress va, AccessKind access, in TlbTranslation there, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost) =>
        TryRefill(va, access, controls, out found, out fault, ref cost);

    /// <summary>The kernel has changed the mapping of one page and flushes it: caches of the tree that this refill keeps in memory must forget it.</summary>
    void Flush(VirtualAddress va);

    /// <summary>The kernel flushes the whole address space.</summary>
    void FlushAll();
}
