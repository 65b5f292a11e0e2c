using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>Page tables read out of guest memory.</summary>
/// <param name="Tree">Shape.</param>
/// <param name="Depth">Levels.</param>
/// <param name="RootRegister">The number that a CPU would be given.</param>
/// <param name="Tables">The tables, top first, depth first.</param>
internal sealed record TableDump(PageTableGeometry Tree, int Depth, ulong RootRegister, ImmutableArray<TableDump.Table> Tables)
{
    /// <summary>Reads the tables that cover a range; null without an MMU.</summary>
    /// <param name="space">The address space.</param>
    /// <param name="first">First address of the range.</param>
    /// <param name="last">Last address of the range.</param>
    /// <param name="everything">Every entry by itself, with its meaning; else runs of entries.</param>
    public static TableDump? Of(AddressSpace space, VirtualAddress first, VirtualAddress last, bool everything)
    {
        if (space.Tables is not { } tables)
            return null;
        PageTableGeometry tree = tables.Tree;
        ImmutableArray<Table>.Builder found = ImmutableArray.CreateBuilder<Table>();
        foreach (TableView view in tables.Tables())
        {
            ulong end = LastOf(view.Start.Value, tree[view.Level].TableShift);
            if (view.Start > last || end < first.Value)
                continue;
            ulong span = tree[view.Level].EntrySpan - 1;
            IEnumerable<EntryView> entries = tables.Entries(view).Where(entry => entry.Address <= last && entry.Address.Value + span >= first.Value);
            found.Add(new Table(view, end, [.. everything ? entries.Select(entry => new Run(entry, 1, tables.Explain(entry.Entry, view.Level))) : Fold(entries)]));
        }
        return new TableDump(tree, tables.Depth, tables.RootRegister, found.ToImmutable());
    }

    /// <summary>Rights of a leaf: "rw-".</summary>
    public static string Rights(PageFlags flags) =>
        $"{(flags.HasFlag(PageFlags.Read) ? 'r' : '-')}{(flags.HasFlag(PageFlags.Write) ? 'w' : '-')}{(flags.HasFlag(PageFlags.Execute) ? 'x' : '-')}";

    /// <summary>Last address that an entry or run covers.</summary>
    public ulong LastOf(Table table, Run run) => run.First.Address.Value + (((ulong)run.Count << Tree[table.View.Level].Shift) - 1);

    private static ulong LastOf(ulong start, int shift) => shift >= 64 ? ulong.MaxValue : start + ((1UL << shift) - 1);

    private static List<Run> Fold(IEnumerable<EntryView> entries)
    {
        List<Run> runs = [];
        foreach (EntryView entry in entries)
        {
            if (entry.IsLeaf && runs.Count > 0 && runs[^1] is var run && run.First.IsLeaf && run.First.Flags == entry.Flags && run.First.Index + run.Count == entry.Index)
                runs[^1] = run with { Count = run.Count + 1 };
            else
                runs.Add(new Run(entry, 1, null));
        }
        return runs;
    }

    /// <summary>One table.</summary>
    /// <param name="View">As it lies in memory.</param>
    /// <param name="Last">Last address that it covers.</param>
    /// <param name="Entries">Its entries.</param>
    internal sealed record Table(TableView View, ulong Last, ImmutableArray<Run> Entries);

    /// <summary>Entries side by side.</summary>
    /// <param name="First">The first.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Meaning">The bits of a single one in words; null for a run.</param>
    internal sealed record Run(EntryView First, int Count, string? Meaning);
}
