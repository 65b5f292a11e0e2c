using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>The bits of <see cref="S390Entry{TSoftware}"/> in words; bit 0 is the least significant, which the manual calls bit 63.</summary>
/// <remarks>Source: as for the entry: z/Architecture Principles of Operation, SA22-7832, chapter 3 "Dynamic Address Translation".</remarks>
internal static class S390Layouts
{
    private const ulong PageInvalid = 0x400, TableInvalid = 0x20, FormatControl = 0x400;

    private static readonly EntryField Protection = EntryField.Bit(9, "P", "a store faults", "stores are allowed");
    private static readonly EntryField NoExecute = EntryField.Bit(8, "IEP", "instructions are not fetched from here", "instructions may be fetched");
    private static readonly EntryField TableInvalidBit = EntryField.Bit(5, "I", "invalid: any access faults", "valid");
    private static readonly EntryField TableType = new(3, 2, "TT", ["entry of a segment table", "entry of a region-third table", "entry of a region-second table", "entry of a region-first table"])
    {
        Words = ["TT=00", "TT=01", "TT=10", "TT=11"],
    };

    private static readonly ImmutableArray<EntryLayout> Segments =
    [
        new("empty", TableInvalid, TableInvalid, [EntryField.Silent(63, 6, "ignored", "ignored"), TableInvalidBit, EntryField.Silent(4, 4, "ignored", "ignored"), TableType, EntryField.Silent(1, 0, "ignored", "ignored")]),
        new("1M segment frame", FormatControl, FormatControl, Frame(20)),
        EntryLayout.Other("page table",
        [
            EntryField.Address(63, 11, "origin", 11, "the page table"),
            EntryField.Bit(10, "FC", "format control: the entry maps a segment frame", "format control: the entry leads to a page table"),
            Protection,
            EntryField.Silent(8, 6, "ignored", "ignored"),
            TableInvalidBit,
            EntryField.Bit(4, "C", "common segment: in all address spaces", "of this address space"),
            TableType,
            EntryField.Silent(1, 0, "ignored", "ignored"),
        ]),
    ];

    private static readonly ImmutableArray<EntryLayout> RegionThird = [Segments[0], new("2G region frame", FormatControl, FormatControl, Frame(31)), EntryLayout.Other("table", Region)];
    private static readonly ImmutableArray<EntryLayout> Regions = [Segments[0], EntryLayout.Other("table", Region)];

    private static ImmutableArray<EntryField> Region =>
    [
        EntryField.Address(63, 12, "origin", 12, "the table below"),
        EntryField.Silent(11, 10, "ignored", "ignored"),
        Protection,
        EntryField.Silent(8, 8, "ignored", "ignored"),
        EntryField.Number(7, 6, "TF", "quarters of the table below that are missing at its start"),
        TableInvalidBit,
        EntryField.Silent(4, 4, "ignored", "ignored"),
        TableType,
        EntryField.Number(1, 0, "TL", "quarters of the table below that there are, less one"),
    ];

    /// <summary>Formats above the page tables.</summary>
    public static ImmutableArray<EntryLayout> Upper(int level) => level switch { 1 => Segments, 2 => RegionThird, _ => Regions };

    /// <summary>An entry of a page table that maps nothing.</summary>
    public static EntryLayout EmptyPage { get; } = new("empty", ulong.MaxValue, PageInvalid,
        [EntryField.Silent(63, 11, "ignored", "ignored"), EntryField.Bit(10, "I", "invalid: any access faults", "valid"), EntryField.Silent(9, 0, "ignored", "ignored")]);

    /// <summary>An entry of a page table that maps a page.</summary>
    /// <param name="protectionWords">Words for P.</param>
    /// <param name="software">The low eight bits.</param>
    public static ImmutableArray<EntryField> Page(ImmutableArray<string> protectionWords, ImmutableArray<EntryField> software) =>
    [
        EntryField.Address(63, 12, "frame", 12, "the page"),
        EntryField.Silent(11, 11, "zero", "should be 0"),
        EntryField.Bit(10, "I", "invalid: any access faults", "valid"),
        Protection with { Words = protectionWords },
        NoExecute,
        .. software,
    ];

    private static ImmutableArray<EntryField> Frame(int shift) =>
    [
        EntryField.Address(63, shift, "frame", shift, "the frame"),
        EntryField.Silent(shift - 1, 17, "ignored", "ignored"),
        EntryField.Silent(16, 11, "AV, ACC, F", "storage key of the frame: not modelled"),
        EntryField.Silent(10, 10, "FC", "format control: the entry maps a frame") with { Words = ["", "FC"] },
        Protection,
        NoExecute,
        EntryField.Silent(7, 6, "ignored", "ignored"),
        TableInvalidBit,
        EntryField.Bit(4, "C", "common segment: in all address spaces", "of this address space"),
        TableType,
        EntryField.Silent(1, 0, "ignored", "ignored"),
    ];
}
