using System.Collections.Immutable;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>A difference for people: what is only in A begins with -, what is only in B with +.</summary>
internal sealed class DiffText(DiffReport report)
{
    private const int LongestRun = 3;

    /// <summary>Writes all of it.</summary>
    public void Write(TextOutput output)
    {
        for (int i = 0; i < report.Pairs.Length; i++)
        {
            if (i > 0)
                output.Line();
            Write(output, report.Pairs[i]);
        }
    }

    private void Write(TextOutput output, RunDiff pair)
    {
        output.Line($"A: {DiffWords.Side(report.A, pair.A)}", Tone.Strong);
        output.Line($"B: {DiffWords.Side(report.B, pair.B)}", Tone.Strong);
        Facts(output, "not run alike", pair.Facts);
        Counters(output, [.. pair.Counters.Where(counter => counter.Differs)]);
        if (pair.Tables is { } tables && tables.Any(table => !table.IsInBoth))
        {
            output.Line();
            output.Line($"tables: {DiffWords.Tables(tables)}", Tone.Strong);
            foreach (TextNode root in Trees(tables))
                output.Tree(root);
        }
        if (pair.Pages is { } pages && pages.Any(range => range.Verdict != PageVerdict.Same))
        {
            output.Line();
            output.Line($"pages: {DiffWords.Pages(pair)}", Tone.Strong);
            foreach (PageRange range in pages.Where(range => range.Verdict is not (PageVerdict.Same or PageVerdict.Frame)))
                output.Line($"{Sign(range)} {Form.Range(range.Start.Value, range.Last.Value)}  {DiffWords.Pages(pair, range),-9}  {Flags(range)}", ToneOf(range.Verdict));
        }
        Areas(output, pair);
        Facts(output, "outcome", pair.Outcome);
        output.Line();
        if (DiffWords.Unknown(pair) is { Length: > 0 } unknown)
            output.Paragraph(unknown);
        output.Paragraph(DiffWords.Verdict(pair));
    }

    private static void Facts(TextOutput output, string heading, ImmutableArray<FactDifference> facts)
    {
        if (facts.IsEmpty)
            return;
        output.Line();
        TextTable table = new(heading, "A", "B");
        foreach (FactDifference fact in facts)
            table.Add(fact.Key, fact.A ?? "-", fact.B ?? "-");
        output.Table(table);
    }

    private static void Counters(TextOutput output, CounterPair[] differing)
    {
        if (differing.Length == 0)
            return;
        output.Line();
        TextTable table = new("ledger", ">A", ">B", ">B - A");
        foreach (CounterPair counter in differing)
            table.Add(counter.Row.Name, $"{counter.A}", $"{counter.B}", Change(counter));
        output.Table(table);
    }

    /// <summary>By how much a counter is larger in B.</summary>
    public static string Change(CounterPair counter) => counter.B >= counter.A ? $"+{counter.B - counter.A}" : $"-{counter.A - counter.B}";

    private static void Areas(TextOutput output, RunDiff pair)
    {
        if (pair.AreasOnlyInA is not { } onlyA || pair.AreasOnlyInB is not { } onlyB || (onlyA.IsEmpty && onlyB.IsEmpty))
            return;
        output.Line();
        output.Line("areas", Tone.Strong);
        foreach (string line in onlyA)
            output.Line($"- {line}", Tone.Bad);
        foreach (string line in onlyB)
            output.Line($"+ {line}", Tone.Good);
    }

    private static string Sign(PageRange range) => range.Verdict switch { PageVerdict.OnlyA => "-", PageVerdict.OnlyB => "+", _ => "~" };

    private static Tone ToneOf(PageVerdict verdict) => verdict switch { PageVerdict.OnlyA => Tone.Bad, PageVerdict.OnlyB => Tone.Good, _ => Tone.Moved };

    /// <summary>Rights and marks, of both sides where they differ.</summary>
    public static string Flags(PageRange range) => (range.FlagsA, range.FlagsB) switch
    {
        ({ } a, { } b) when a != b => $"{PageFlagsText.Format(a)} in A, {PageFlagsText.Format(b)} in B",
        ({ } a, { }) => $"{PageFlagsText.Format(a)}, other bits differ",
        ({ } a, null) => PageFlagsText.Format(a),
        (null, { } b) => PageFlagsText.Format(b),
        _ => "",
    };

    // ---- trees ------------------------------------------------------------------------------------------------------

    private static List<TextNode> Trees(ImmutableArray<TablePair> tables)
    {
        List<TextNode> roots = [];
        Stack<TextNode> above = new();
        for (int i = 0; i < tables.Length;)
        {
            int end = i + 1;
            while (end < tables.Length && AreAlike(tables[end - 1], tables[end]))
                end++;
            if (end - i <= LongestRun)
                end = i + 1;
            TextNode node = Node(tables[i], tables.AsSpan(i, end - i));
            while (above.Count > tables[i].Above)
                above.Pop();
            if (above.TryPeek(out TextNode? parent))
                parent.Add(node);
            else
                roots.Add(node);
            above.Push(node);
            i = end;
        }
        return roots;
    }

    private static TextNode Node(TablePair first, ReadOnlySpan<TablePair> run)
    {
        TableState table = first.Any;
        (string sign, Tone tone) = first.IsInBoth ? (" ", Tone.Plain) : first.B is null ? ("-", Tone.Bad) : ("+", Tone.Good);
        (long a, long b) = (0, 0);
        foreach (TablePair each in run)
            (a, b) = (a + (each.A?.Used ?? 0), b + (each.B?.Used ?? 0));
        TextNode node = new();
        node.Add($"{sign} {(run.Length > 1 ? $"{run.Length} x " : "")}{table.Name} [{table.LinuxName}]", tone);
        node.Add($" {Form.Range(table.Start.Value, run[^1].Any.Last.Value)}", Tone.Faint);
        node.Add($": {(!first.IsInBoth ? Form.Count(a + b, "entry", "entries") : a == b ? Form.Count(a, "entry", "entries") : $"{Form.Count(a, "entry", "entries")} in A, {b} in B")}");
        return node;
    }

    /// <summary>Leaf tables side by side on the same side are drawn as one line.</summary>
    private static bool AreAlike(TablePair left, TablePair right) =>
        left.Any.Level == 0 && right.Any.Level == 0 && left.Above == right.Above && left.A is null == right.A is null && left.B is null == right.B is null
        && left.Any.Last + 1 == right.Any.Start;
}
