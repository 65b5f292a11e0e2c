using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha;

/// <summary>The bits of <see cref="AlphaEntry"/> in words.</summary>
/// <remarks>Source: as for the entry: Alpha Architecture Reference Manual, part II-B; arch/alpha/include/asm/pgtable.h.</remarks>
internal static class AlphaLayouts
{
    private static readonly ImmutableArray<EntryLayout> Pages = [EntryLayout.Zero(8), EntryLayout.Other("page", Fields("the page"))];
    private static readonly ImmutableArray<EntryLayout> Tables = [EntryLayout.Zero(8), EntryLayout.Other("table", Fields("the table below"))];

    public static ImmutableArray<EntryLayout> Of(int level) => level == 0 ? Pages : Tables;

    private static ImmutableArray<EntryField> Fields(string target) =>
    [
        EntryField.Address(63, 32, "PFN", 13, target),
        EntryField.Silent(31, 19, "software", "ignored"),
        EntryField.Bit(18, "accessed", "Linux: has been used", "Linux: has not been used"),
        EntryField.Bit(17, "dirty", "Linux: has been written to", "Linux: has not been written to"),
        EntryField.Silent(16, 16, "software", "ignored"),
        EntryField.Silent(15, 14, "reserved", "ignored"),
        EntryField.Bit(13, "UWE", "programs may store", "a store of a program faults"),
        EntryField.Bit(12, "KWE", "the kernel may store", "a store of the kernel faults"),
        EntryField.Silent(11, 10, "reserved", "ignored"),
        EntryField.Bit(9, "URE", "programs may load", "a load of a program faults"),
        EntryField.Bit(8, "KRE", "the kernel may load", "a load of the kernel faults"),
        EntryField.Silent(7, 7, "reserved", "ignored"),
        EntryField.Number(6, 5, "GH", "granularity hint: 8 to the power of this many pages can share a TLB entry"),
        EntryField.Bit(4, "ASM", "matches every address space", "matches its own address space"),
        EntryField.Bit(3, "FOE", "fault on execute", "no fault on execute"),
        EntryField.Bit(2, "FOW", "fault on write", "no fault on write"),
        EntryField.Bit(1, "FOR", "fault on read", "no fault on read"),
        EntryField.Bit(0, "V", "valid", "not valid: any access faults"),
    ];
}
