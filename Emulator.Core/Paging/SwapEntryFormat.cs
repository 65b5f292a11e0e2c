using System.Collections.Immutable;

namespace Emulator.Core.Paging;

/// <summary>
/// How one kernel on one architecture writes a <see cref="SwapEntry"/> into a page-table entry. Hardware finds all of these
/// absent; the kernel tells them from entries that map a page, and from empty ones, by the bits of <see cref="Mask"/>.
/// </summary>
/// <remarks>
/// Source: <c>__swp_entry()</c>, <c>__swp_entry_to_pte()</c> and <c>pte_present()</c> of each arch/*/include/asm/pgtable*.h, v2.6.32 and
/// v6.1. The differences are numbers, so they are data. Not modelled: the soft-dirty and userfaultfd bits of v6.1.
/// </remarks>
public sealed record SwapEntryFormat
{
    /// <summary>Bits that tell a swap entry from an entry that maps a page.</summary>
    public required ulong Mask { get; init; }

    /// <summary>What those bits are in a swap entry; an empty entry is none even where they agree.</summary>
    public ulong Match { get; init; }

    /// <summary>Bits that are set in every entry of a page that is on swap, besides <see cref="Match"/>: where the kernel keeps one, that the page was nobody else's.</summary>
    public ulong Exclusive { get; init; }

    /// <summary>Lowest bit of the type, which has five bits that count.</summary>
    public required int TypeShift { get; init; }

    /// <summary>Lowest bit of the offset.</summary>
    public required int OffsetShift { get; init; }

    /// <summary>Bits of the offset.</summary>
    public required int OffsetBits { get; init; }

    /// <summary>The offset is stored inverted, so that no entry speculatively names a low frame (x86, since L1TF in 2018).</summary>
    public bool InvertsOffset { get; init; }

    /// <summary>Where the offset's lowest bit stands alone (s390, v2.6.32: bit 7); 0 where it stands with the others.</summary>
    public int LowestOffsetBit { get; init; }

    /// <summary>The entry.</summary>
    public ulong Encode(SwapEntry swap, bool exclusive)
    {
        ulong offset = InvertsOffset ? ~swap.Offset : swap.Offset, odd = 0;
        if (LowestOffsetBit != 0)
        {
            odd = (offset & 1) << LowestOffsetBit;
            offset >>= 1;
        }
        return Match | (exclusive ? Exclusive : 0) | (ulong)swap.Type << TypeShift | odd | (offset & OffsetMask) << OffsetShift;
    }

    /// <summary>Whether an entry that is not empty is a swap entry.</summary>
    public bool Matches(ulong entry) => (entry & Mask) == Match;

    /// <summary>What a swap entry says.</summary>
    public SwapEntry Decode(ulong entry)
    {
        ulong offset = (InvertsOffset ? ~entry : entry) >> OffsetShift & OffsetMask;
        if (LowestOffsetBit != 0)
            offset = offset << 1 | entry >> LowestOffsetBit & 1;
        return new SwapEntry((int)(entry >> TypeShift & 0x1f), offset);
    }

    /// <summary>Type of an entry whose page is on its way to another frame and may only be read (SWP_MIGRATION_READ; in v6.1, as the page is nobody else's, SWP_MIGRATION_READ_EXCLUSIVE).</summary>
    public int MigrationReadType { get; init; } = 30;

    /// <summary>The same of a page that may be written to (SWP_MIGRATION_WRITE).</summary>
    /// <remarks>
    /// The last two of 32 in v2.6.32, with CONFIG_MEMORY_FAILURE or without. v6.1 numbers device, marker and error types above them: 24 and 25
    /// where all of these are configured (include/linux/swap.h).
    /// </remarks>
    public int MigrationWriteType { get; init; } = 31;

    /// <summary>Whether a page is on its way to another frame, rather than on swap (<c>is_migration_entry()</c>).</summary>
    public bool IsMigration(SwapEntry swap) => swap.Type == MigrationReadType || swap.Type == MigrationWriteType;

    /// <summary>A swap entry in words.</summary>
    public string Explain(ulong entry)
    {
        SwapEntry swap = Decode(entry);
        return IsMigration(swap)
            ? $"migration entry: frame {swap.Offset}, {(swap.Type == MigrationWriteType ? "to be written to" : "to be read only")}"
            : $"swap entry: slot {swap.Offset} of area {swap.Type}";
    }

    /// <summary>How leaf entries are read bit by bit where some of them are swap entries.</summary>
    /// <param name="others">The formats of all others; an entry that is empty is told first, as a swap entry may look much like it.</param>
    /// <param name="empty">An entry that is empty.</param>
    public ImmutableArray<EntryLayout> With(ImmutableArray<EntryLayout> others, ulong empty)
    {
        EntryLayout nothing = EntryLayout.Of(others, empty);
        ulong types = 0x1fUL << TypeShift;
        EntryLayout Migration(int type, string words) => new($"migration entry, {words}", Mask | types, Match | (ulong)type << TypeShift, Fields($"{type}: the page is on its way to another frame, {words}", "number of the frame that it was in"));
        return
        [
            nothing,
            Migration(MigrationReadType, "to be read only"),
            Migration(MigrationWriteType, "to be written to"),
            new("swap entry", Mask, Match, Fields("number of the swap area", "slot in the swap area, counted in pages")),
            .. others.Where(layout => layout != nothing),
        ];
    }

    private ImmutableArray<EntryField> Fields(string type, string offset)
    {
        ulong offsets = OffsetMask << OffsetShift;
        (string Name, string Meaning) RoleOf(int bit) =>
            (Mask >> bit & 1) != 0 ? ("kind", "tells the kernel that the page is elsewhere; the hardware finds no page here")
            : bit >= TypeShift && bit < TypeShift + 5 ? ("type", type)
            : (offsets >> bit & 1) != 0 ? ("offset", LowestOffsetBit != 0 ? $"{offset}: all bits but the lowest" : InvertsOffset ? $"{offset}, every bit inverted" : offset)
            : LowestOffsetBit != 0 && bit == LowestOffsetBit ? ("offset 0", $"{offset}: the lowest bit")
            : (Exclusive >> bit & 1) != 0 ? ("exclusive", "1 where the page was nobody else's")
            : ("unused", "0");
        ImmutableArray<EntryField>.Builder fields = ImmutableArray.CreateBuilder<EntryField>();
        for (int high = 63; high >= 0;)
        {
            (string name, string meaning) = RoleOf(high);
            int low = high;
            while (low > 0 && RoleOf(low - 1).Name == name)
                low--;
            fields.Add(EntryField.Silent(high, low, name, meaning));
            high = low - 1;
        }
        return fields.ToImmutable();
    }

    private ulong OffsetMask => (1UL << OffsetBits) - 1;
}
