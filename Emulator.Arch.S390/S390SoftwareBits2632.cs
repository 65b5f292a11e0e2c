using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>
/// v2.6.32: two type bits; dirty and young are not in the entry but in the storage key of the frame.
/// </summary>
/// <remarks>Source: arch/s390/include/asm/pgtable.h, v2.6.32 (_PAGE_TYPE_*), without CONFIG_S390_EXEC_PROTECT.</remarks>
public readonly struct S390SoftwareBits2632 : IS390SoftwareBits
{
    private const ulong None = 0x401;       // _PAGE_TYPE_NONE: PROT_NONE
    private const ulong ReadOnly = 0x200;   // _PAGE_TYPE_RO
    private const ulong Special = 0x004;    // _PAGE_SPECIAL

    /// <inheritdoc/>
    public static ulong Leaf(PageFlags flags)
    {
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return None;
        return ((flags & PageFlags.Write) != 0 ? 0 : ReadOnly) | ((flags & PageFlags.Special) != 0 ? Special : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & None) == None)
            return PageFlags.None;
        return PageFlags.Read | PageFlags.Execute | ((entry & ReadOnly) == 0 ? PageFlags.Write : 0) | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static string Explain(ulong entry) => (entry & None) == None ? " NONE" : (entry & ReadOnly) != 0 ? " RO" : " RW";
}
