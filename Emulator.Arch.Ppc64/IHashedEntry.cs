using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>What hash_page() does with an entry of Linux's tree, by era and page size.</summary>
public interface IHashedEntry
{
    /// <summary>Whether the slot lies in the second half of the page table, not in the entry.</summary>
    static abstract bool KeepsSlotBehindTable { get; }

    /// <summary>Whether the page may be in the hash table (_PAGE_HASHPTE).</summary>
    static abstract bool IsHashed(ulong entry);

    /// <summary>The entry once used: accessed, and dirty by a store.</summary>
    static abstract ulong Use(ulong entry, AccessKind access);

    /// <summary>Protection, caching, R and C for the second doubleword of an HPTE.</summary>
    static abstract ulong HpteFlags(ulong entry);

    /// <summary>The slot, 0 to 15.</summary>
    static abstract int Slot(ulong entry, ulong behind);

    /// <summary>The entry with the slot, as far as it lies there, and the mark that there is one.</summary>
    static abstract ulong WithSlot(ulong entry, int slot);

    /// <summary>The word in the second half of the table with the slot.</summary>
    static abstract ulong Behind(ulong behind, int slot);
}
