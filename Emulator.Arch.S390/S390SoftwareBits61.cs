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
    public static string Explain(ulong entry)
    {
        string text = (entry & Present) != 0 ? " present" : "";
        text += (entry & Young) != 0 ? " young" : " old";
        text += (entry & Dirty) != 0 ? " dirty" : " clean";
        text += (entry & SoftDirty) != 0 ? " soft-dirty" : "";
        return text + ((entry & ReadBit) != 0 ? " read" : "") + ((entry & WriteBit) != 0 ? " write" : "");
    }
}
