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
    /// <param name="va">The address; one that <see cref="Refuses"/> lets pass.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="found">What goes into the TLB; where <see cref="TlbTranslation.RightsAreFinal"/>, it need not permit the access.</param>
    /// <param name="fault">Why nothing does: the kernel's page fault.</param>
    /// <param name="cost">Added to: what this miss cost.</param>
    bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost);

    /// <summary>
    /// A TLB entry whose rights are final forbids an access: the kernel's page fault. Machines with a trap of its own for that
    /// (sparc64: fast_data_access_protection) say here what it costs.
    /// </summary>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="held">The entry in the TLB.</param>
    /// <param name="cost">Added to: what this cost.</param>
    PageFault Deny(VirtualAddress va, AccessKind access, in TlbTranslation held, ref RefillCost cost) => held.Denial(va, access);

    /// <summary>
    /// The kernel replaces or removes a leaf entry; called before it does, so that a refill which keeps marks in the entry
    /// (ppc64: the slot of the hash table) can still follow them.
    /// </summary>
    /// <param name="va">The page.</param>
    /// <param name="at">Where the entry lies.</param>
    /// <param name="entry">The entry as it was.</param>
    /// <returns>True when the page was in a cache of this refill and has been flushed from it and from TLBs: the TLB has to forget it now.</returns>
    bool Replacing(VirtualAddress va, PhysicalAddress at, ulong entry) => false;

    /// <summary>The kernel has changed the mapping of one page and flushes it: caches of the tree that this refill keeps in memory must forget it.</summary>
    void Flush(VirtualAddress va);

    /// <summary>The kernel flushes the whole address space.</summary>
    void FlushAll();

    /// <summary>The address space, or the model of it, is gone: frames that the refill holds are given back. Nothing is called afterwards.</summary>
    void Release()
    {
    }
}
