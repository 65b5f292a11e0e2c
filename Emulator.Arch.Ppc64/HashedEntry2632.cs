using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>hash_page() of 2.6.32. The slot of a whole page is in bits 15:12 for both page sizes; the second half of a table is for 4 KiB pieces only.</summary>
/// <remarks>Source: arch/powerpc/mm/hash_low_64.S, arch/powerpc/include/asm/pte-hash64-{4k,64k}.h, v2.6.32.</remarks>
/// <typeparam name="TPage">4 or 64 KiB pages.</typeparam>
public readonly struct HashedEntry2632<TPage> : IHashedEntry
    where TPage : struct, IPpc64PageSize
{
    private const ulong User = 0x002, Dirty = 0x080, Accessed = 0x100, ReadWrite = 0x200;
    private const ulong SharedWithHpte = 0x1fe;     // USER is PP's upper bit, EXEC inverted N, then WIMG, C and R
    private const ulong NoExecute = 4, ReadOnly = 1, Changed = 0x80;
    private const int SlotShift = 12;

    private static ulong HashMark => TPage.Shift == 12 ? 0x400UL : 0x0800_0000;     // _PAGE_HASHPTE, _PAGE_HPTE_SUB0

    /// <inheritdoc/>
    public static bool KeepsSlotBehindTable => false;

    /// <inheritdoc/>
    public static bool IsHashed(ulong entry) => (entry & HashMark) != 0;

    /// <inheritdoc/>
    public static ulong Use(ulong entry, AccessKind access) => entry | Accessed | (access == AccessKind.Write ? Dirty : 0);

    /// <inheritdoc/>
    // C is always set: Linux keeps its own dirty bit and lets clean pages trap.
    public static ulong HpteFlags(ulong entry)
    {
        ulong flags = entry & SharedWithHpte ^ NoExecute | Changed;
        bool writable = (entry & (ReadWrite | Dirty)) == (ReadWrite | Dirty);
        return flags | ((entry & User) != 0 && !writable ? ReadOnly : 0);
    }

    /// <inheritdoc/>
    public static int Slot(ulong entry, ulong behind) => (int)(entry >> SlotShift) & 15;

    /// <inheritdoc/>
    public static ulong WithSlot(ulong entry, int slot) => entry & ~TPage.HashBits | HashMark | (ulong)slot << SlotShift;

    /// <inheritdoc/>
    public static ulong Behind(ulong behind, int slot) => behind;
}
