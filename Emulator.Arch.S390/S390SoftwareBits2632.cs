using System.Collections.Immutable;
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
    public static ImmutableArray<EntryLayout> PageLayouts { get; } =
    [
        S390Layouts.EmptyPage,
        new("page", None, None, S390Layouts.Page([], Software)),
        EntryLayout.Other("page", S390Layouts.Page(["RW", "P RO"], Software)),
    ];

    private static ImmutableArray<EntryField> Software =>
    [
        EntryField.Silent(7, 3, "software", "Linux's: nothing here"),
        EntryField.Bit(2, "special", "Linux: no struct page is counted for it", "Linux: an ordinary page") with { Words = [] },
        EntryField.Silent(1, 1, "software", "Linux's: nothing here"),
        EntryField.Bit(0, "type", "Linux, with I: PROT_NONE, there is a page and it is not to be touched", "Linux: P alone says whether stores are allowed") with { Words = ["", "NONE"] },
    ];
}
