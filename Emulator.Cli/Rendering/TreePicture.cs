using Emulator.Core.Exec;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>Draws every table that one execve ever built: where it hung, and what became of it.</summary>
internal sealed class TreePicture(PageTableGeometry tree)
{
    private const int LongestRun = 3;

    /// <summary>Draws a history; one tree for each top table that hangs in no other. More than one only when a tree lost its top.</summary>
    public IReadOnlyList<TextNode> Draw(History history)
    {
        Moment end = history.At(history.Count);
        ILookup<HistoryTable?, HistoryTable> below = end.Tables.OrderBy(table => table.Start).ToLookup(table => table.HungIn);
        return [.. below[null].OrderBy(top => top.Number).Select(top => Top(top, below))];
    }

    private TextNode Top(HistoryTable top, ILookup<HistoryTable?, HistoryTable> below)
    {
        TextNode node = new();
        node.Add(Form.Table(tree, top.Level, top.DepthWhenBuilt), Tone.Strong);
        Describe(node, top);
        Hang(node, top, below);
        return node;
    }

    private void Hang(TextNode node, HistoryTable table, ILookup<HistoryTable?, HistoryTable> below)
    {
        HistoryTable[] children = [.. below[table]];
        for (int i = 0; i < children.Length;)
        {
            int end = i + 1;
            while (end < children.Length && AreAlike(children[end - 1], children[end]))
                end++;
            if (end - i <= LongestRun)
                end = i + 1;
            node.Add(end - i > 1 ? Run(table, children.AsSpan(i, end - i)) : Single(table, children[i], below));
            i = end;
        }
    }

    private TextNode Single(HistoryTable parent, HistoryTable table, ILookup<HistoryTable?, HistoryTable> below)
    {
        TextNode node = new();
        node.Add($"{Index(parent, table),4} ", Tone.Faint).Add(Form.Table(tree, table.Level, table.DepthWhenBuilt), Tone.Strong);
        Describe(node, table);
        Hang(node, table, below);
        return node;
    }

    private TextNode Run(HistoryTable parent, ReadOnlySpan<HistoryTable> run)
    {
        HistoryTable first = run[0], last = run[^1];
        TextNode node = new();
        node.Add($"{Index(parent, first),4}..{Index(parent, last)} ", Tone.Faint).Add($"{run.Length} x {Form.Table(tree, first.Level, first.DepthWhenBuilt)}", Tone.Strong);
        node.Add($" {Form.Range(first.Start.Value, Last(last))}", Tone.Faint);
        (long present, long movedIn, long movedOut) = (0, 0, 0);
        foreach (HistoryTable table in run)
            (present, movedIn, movedOut) = (present + table.Entries.Count, movedIn + table.EntriesMovedIn, movedOut + table.EntriesMovedOut);
        Fate(node, first, present, movedIn, movedOut);
        return node;
    }

    private void Describe(TextNode node, HistoryTable table)
    {
        node.Add($" {Form.Range(table.Start.Value, Last(table))} at 0x{table.At.Value:x}", Tone.Faint);
        Fate(node, table, table.Entries.Count, table.EntriesMovedIn, table.EntriesMovedOut);
    }

    private static void Fate(TextNode node, HistoryTable table, long present, long movedIn, long movedOut)
    {
        bool first = table.Built == ExecStageName.Copied && table.DepthWhenBuilt == table.Level + 1;
        node.Add(first ? ": built with the address space" : $": built {Form.During(table.Built)}");
        if (table.MovedFrom is { } old)
            node.Add($", re-hung from {Form.Address(old.Value)}", Tone.Moved);
        if (movedIn > 0)
            node.Add($", {Form.Count(movedIn, "entry", "entries")} moved in", Tone.Moved);
        if (movedOut > 0)
            node.Add($", {Form.Count(movedOut, "entry", "entries")} moved out", Tone.Moved);
        if (table.Freed is { } stage)
            node.Add($", freed {Form.During(stage)}", Tone.Bad);
        else if (table.Level == 0)
            node.Add($", kept with {Form.Count(present, "page")}", Tone.Good);
        else
            node.Add(", kept", Tone.Good);
    }

    /// <summary>Leaf tables side by side with the same fate are drawn as one line.</summary>
    private bool AreAlike(HistoryTable left, HistoryTable right) =>
        left.Level == 0 && right.Level == 0 && left.Built == right.Built && left.Freed == right.Freed
        && left.MovedFrom is null == right.MovedFrom is null && (left.EntriesMovedIn > 0) == (right.EntriesMovedIn > 0)
        && (left.EntriesMovedOut > 0) == (right.EntriesMovedOut > 0) && left.Start + (1UL << tree[0].TableShift) == right.Start;

    private int Index(HistoryTable parent, HistoryTable table) => tree[parent.Level].IndexOf(table.Start);

    private ulong Last(HistoryTable table) =>
        tree[table.Level].TableShift >= 64 ? ulong.MaxValue : table.Start.Value + ((1UL << tree[table.Level].TableShift) - 1);
}
