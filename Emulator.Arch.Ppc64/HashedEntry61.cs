using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>hash_page() of 6.1. With 4 KiB pages the slot is in bits 56:53, with 64 KiB pages in the second half of the table, plus one (0 is none).</summary>
/// <remarks>Source: <c>htab_convert_pte_flags()</c>, <c>__hash_page_4K()</c>, <c>__hash_page_64K()</c>, arch/powerpc/mm/book3s64; hash-{4k,64k}.h, v6.1.</remarks>
/// <typeparam name="TPage">4 or 64 KiB pages.</typeparam>
public readonly struct HashedEntry61<TPage> : IHashedEntry
    where TPage : struct, IPpc64PageSize
{
    private const ulong Execute = 1, Write = 2, ReadWriteExecute = 7, Privileged = 8, Dirty = 0x80, Accessed = 0x100, Attributes = 0x30;
    private const ulong NoExecute = 4, ReadOnlyToAll = 3, KernelReadOnly = 1UL << 63 | 2, Changed = 0x80, Referenced = 0x100;
    private const ulong Guarded = 8, Coherent = 0x10, Inhibited = 0x20, WriteThrough = 0x40;
    private const int SlotShift = 53;

    private static ulong HashMark => TPage.Shift == 12 ? 1UL << 60 : 1UL << 55;

    /// <inheritdoc/>
    public static bool KeepsSlotBehindTable => TPage.Shift == 16;

    /// <inheritdoc/>
    public static bool IsHashed(ulong entry) => (entry & HashMark) != 0;

    /// <inheritdoc/>
    public static ulong Use(ulong entry, AccessKind access) => entry | Accessed | (access == AccessKind.Write ? Dirty : 0);

    /// <inheritdoc/>
    public static ulong HpteFlags(ulong entry)
    {
        ulong flags = (entry & Execute) == 0 ? NoExecute : 0;
        if ((entry & Privileged) != 0)
            flags |= (entry & Write) == 0 ? KernelReadOnly : 0;
        else
            flags |= (entry & ReadWriteExecute) == 0 ? 1 : (entry & (Write | Dirty)) == (Write | Dirty) ? 2 : ReadOnlyToAll;
        flags |= Referenced | ((entry & Dirty) != 0 ? Changed : 0);
        return flags | (entry & Attributes) switch
        {
            0x30 => Inhibited,
            0x20 => Inhibited | Guarded,
            0x10 => WriteThrough | Inhibited | Coherent,
            _ => Coherent,
        };
    }

    /// <inheritdoc/>
    public static int Slot(ulong entry, ulong behind) => TPage.Shift == 12 ? (int)(entry >> SlotShift) & 15 : (int)(behind + 15) & 15;

    /// <inheritdoc/>
    public static ulong WithSlot(ulong entry, int slot) => entry & ~TPage.HashBits61 | HashMark | (TPage.Shift == 12 ? (ulong)slot << SlotShift : 0);

    /// <inheritdoc/>
    public static ulong Behind(ulong behind, int slot) => behind & ~15UL | (uint)(slot + 1) & 15;
}
