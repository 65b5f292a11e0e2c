using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64;

/// <summary>The bits of <see cref="Amd64Entry"/> in words.</summary>
/// <remarks>Source: as for the entry: Intel SDM volume 3, tables 4-14 to 4-20; arch/x86/include/asm/pgtable_types.h.</remarks>
internal static class Amd64Layouts
{
    private const ulong Present = 1, Large = 1 << 7, ProtNone = 1 << 8;

    private static readonly EntryField NoExecute = EntryField.Bit(63, "XD", "instructions are not fetched from here", "instructions may be fetched");
    private static readonly EntryField CacheDisable = EntryField.Bit(4, "PCD", "not cached", "cached");
    private static readonly EntryField WriteThrough = EntryField.Bit(3, "PWT", "caches write through", "caches write back");
    private static readonly EntryField User = EntryField.Bit(2, "U/S", "programs may use it", "the kernel alone may use it") with { Words = ["S", "U"] };
    private static readonly EntryField Writable = EntryField.Bit(1, "R/W", "stores are allowed", "a store faults") with { Words = ["R", "W"] };
    private static readonly EntryField IsPresent = EntryField.Bit(0, "P", "present", "not present: any access faults");

    private static readonly ImmutableArray<EntryLayout> Pages = [.. Absent(level: 0), EntryLayout.Other("page", Leaf(0))];
    private static readonly ImmutableArray<EntryLayout> Directories = [.. Absent(level: 1), new("2M page", Large, Large, Leaf(1)), EntryLayout.Other("table", Table(1))];
    private static readonly ImmutableArray<EntryLayout> Pointers = [.. Absent(level: 2), new("1G page", Large, Large, Leaf(2)), EntryLayout.Other("table", Table(2))];
    private static readonly ImmutableArray<EntryLayout> Upper = [.. Absent(level: 3), EntryLayout.Other("table", Table(3))];

    public static ImmutableArray<EntryLayout> Of(int level) => level switch { 0 => Pages, 1 => Directories, 2 => Pointers, _ => Upper };

    private static ImmutableArray<EntryLayout> Absent(int level)
    {
        EntryLayout empty = EntryLayout.Zero(8);
        EntryLayout none = new("not present, PROT_NONE", Present | ProtNone, ProtNone,
        [
            EntryField.Silent(63, 52, "software", "Linux's: nothing here"),
            EntryField.Address(51, 12, "frame", 12, "the page that nobody may use"),
            EntryField.Silent(11, 9, "software", "Linux's: nothing here"),
            EntryField.Silent(8, 8, "PROTNONE", "Linux: there is a page, and it is not to be touched"),
            EntryField.Silent(7, 1, "software", "Linux's: as in an entry that is present"),
            IsPresent with { Words = [] },
        ]);
        EntryLayout absent = new("not present", Present, 0, [EntryField.Silent(63, 1, "software", "the hardware does not look at these"), IsPresent]);
        return level is 0 or 1 or 2 ? [empty, none, absent] : [empty, absent];
    }

    private static ImmutableArray<EntryField> Leaf(int level)
    {
        EntryField pat = EntryField.Bit(level == 0 ? 7 : 12, "PAT", "with PCD and PWT: a row of the upper half of the page attribute table", "with PCD and PWT: a row of the lower half of the page attribute table");
        ImmutableArray<EntryField> middle = level == 0
            ? [EntryField.Address(51, 12, "frame", 12, "the page")]
            : [
                EntryField.Address(51, 12 + 9 * level, "frame", 12 + 9 * level, "the page"),
                EntryField.Silent(11 + 9 * level, 13, "reserved", "should be 0"),
                pat,
            ];
        return
        [
            NoExecute,
            EntryField.Number(62, 59, "key", "protection key: PKRU says what the program may do with it"),
            EntryField.Silent(58, 52, "ignored", "ignored"),
            .. middle,
            EntryField.Silent(11, 10, "software", "ignored"),
            EntryField.Bit(9, "special", "Linux: no struct page is counted for it", "Linux: an ordinary page") with { Words = [] },
            EntryField.Bit(8, "G", "stays in the TLB when CR3 is loaded", "leaves the TLB with its address space"),
            level == 0 ? pat : EntryField.Silent(7, 7, "PS", "this entry maps a page"),
            EntryField.Bit(6, "D", "has been written to", "has not been written to"),
            EntryField.Bit(5, "A", "has been used", "has not been used"),
            CacheDisable, WriteThrough, User, Writable, IsPresent,
        ];
    }

    private static ImmutableArray<EntryField> Table(int level) =>
    [
        NoExecute,
        EntryField.Silent(62, 52, "ignored", "ignored"),
        EntryField.Address(51, 12, "table", 12, "the table below"),
        EntryField.Silent(11, 8, "ignored", "ignored"),
        EntryField.Bit(7, "PS", level > 2 ? "reserved: should be 0" : "this entry maps a page", "this entry leads to a table"),
        EntryField.Silent(6, 6, "ignored", "ignored; Linux writes 1"),
        EntryField.Bit(5, "A", "has been used", "has not been used"),
        CacheDisable, WriteThrough, User, Writable, IsPresent,
    ];
}
