using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>A page table as it was at some moment of a run.</summary>
public sealed record TableState
{
    /// <summary>Level, from the leaf (0).</summary>
    public required int Level { get; init; }

    /// <summary>The manual's name.</summary>
    public required string Name { get; init; }

    /// <summary>Linux's name.</summary>
    public required string LinuxName { get; init; }

    /// <summary>Lowest address that it covers.</summary>
    public required VirtualAddress Start { get; init; }

    /// <summary>Highest address that it covers.</summary>
    public required VirtualAddress Last { get; init; }

    /// <summary>Bytes of address space that one entry covers.</summary>
    public required ulong EntrySpan { get; init; }

    /// <summary>Where it lies in physical memory.</summary>
    public required PhysicalAddress At { get; init; }

    /// <summary>Its entries that are not empty.</summary>
    public required ImmutableArray<EntryRun> Entries { get; init; }

    /// <summary>Number of entries that are not empty.</summary>
    public int Used => Entries.Sum(run => run.Count);

    /// <summary>The tables that are there at a moment, the upper ones first, then by address.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="format">What the bits of entries mean.</param>
    public static ImmutableArray<TableState> Of(Moment moment, PageTableGeometry tree, EntryFormat format)
    {
        ArgumentNullException.ThrowIfNull(moment);
        ArgumentNullException.ThrowIfNull(tree);
        return
        [
            .. moment.Tables.Where(table => table.IsLive).OrderByDescending(table => table.Level).ThenBy(table => table.Start).Select(table => new TableState
            {
                Level = table.Level,
                Name = tree[table.Level].Name,
                LinuxName = PageTableGeometry.LinuxName(table.Level, Math.Max(moment.Depth, table.Level + 1)),
                Start = table.Start,
                Last = new VirtualAddress(tree[table.Level].TableShift >= 64 ? ulong.MaxValue : table.Start.Value + ((1UL << tree[table.Level].TableShift) - 1)),
                EntrySpan = tree[table.Level].EntrySpan,
                At = table.At,
                Entries = [.. EntryRun.Fold(table.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value)), table.Level, format)],
            }),
        ];
    }
}
