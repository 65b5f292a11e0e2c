using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>
/// v6.1: present, young, dirty, read and write in software bits; an old page is kept invalid and a clean one protected, so
/// that the first use faults.
/// </summary>
/// <remarks>
/// Source: arch/s390/include/asm/pgtable.h, v6.1 (_PAGE_*, PAGE_RO .. PAGE_RWX, pte_mkyoung, pte_mkdirty), with
/// CONFIG_MEM_SOFT_DIRTY (pte_mkdirty sets 0x002 with 0x008) as s390 has it whenever checkpoint support is built; without it
/// the bit stays off. The recorded kernels were built without: see <see cref="SoftDirty"/>.
/// </remarks>
public readonly struct S390SoftwareBits61 : IS390SoftwareBits
{
    private const ulong Present = 0x001;
    private const ulong SoftDirty = 0x002;      // _PAGE_SOFT_DIRTY; 0 without CONFIG_MEM_SOFT_DIRTY
    private const ulong Young = 0x004;
    private const ulong Dirty = 0x008;
    private const ulong ReadBit = 0x010;
    private const ulong WriteBit = 0x020;
    private const ulong Special = 0x040;
    private const ulong NoExecute = 0x100;      // hardware, with instruction-execution protection
    private const ulong Protect = 0x200;        // hardware P
    private const ulong Invalid = 0x400;        // hardware I

    /// <inheritdoc/>
    public static ulong Leaf(PageFlags flags)
    {
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return Present | Invalid | Protect;     // PAGE_NONE
        bool write = (flags & PageFlags.Write) != 0, young = (flags & PageFlags.Accessed) != 0, dirty = (flags & PageFlags.Dirty) != 0;
        ulong entry = Present | ReadBit;            // every other PAGE_* is readable
        entry |= write ? WriteBit : 0;
        entry |= (flags & PageFlags.Execute) != 0 ? 0 : NoExecute;
        entry |= young ? Young : Invalid;
        entry |= dirty ? Dirty : 0;
        entry |= dirty && write ? 0 : Protect;
        return entry | ((flags & PageFlags.Special) != 0 ? Special : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & ReadBit) == 0)
            return PageFlags.None;
        PageFlags flags = PageFlags.Read;
        flags |= (entry & WriteBit) != 0 ? PageFlags.Write : 0;
        flags |= (entry & NoExecute) == 0 ? PageFlags.Execute : 0;
        flags |= (entry & Young) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Dirty) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> PageLayouts { get; } = [S390Layouts.EmptyPage, EntryLayout.Other("page", S390Layouts.Page(["", "P"],
    [
        EntryField.Silent(7, 7, "software", "Linux's: nothing here"),
        EntryField.Bit(6, "special", "Linux: no struct page is counted for it", "Linux: an ordinary page") with { Words = [] },
        EntryField.Bit(5, "write", "Linux: programs may store, once the page is dirty", "Linux: programs may not store"),
        EntryField.Bit(4, "read", "Linux: programs may load, once the page is young", "Linux: programs may not load"),
        EntryField.Bit(3, "dirty", "Linux: has been written to", "Linux: has not been written to, so P is 1 to notice the first store") with { Words = ["clean", "dirty"] },
        EntryField.Bit(2, "young", "Linux: has been used", "Linux: has not been used, so I is 1 to notice the first use") with { Words = ["old", "young"] },
        EntryField.Bit(1, "soft-dirty", "Linux: for checkpoints", "Linux: for checkpoints"),
        EntryField.Bit(0, "present", "Linux: there is a page", "Linux: no page"),
    ]))];
}
