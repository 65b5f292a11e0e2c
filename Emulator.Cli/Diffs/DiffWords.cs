using Emulator.Cli.Rendering;
using Emulator.Core.Exec;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>Sentences about a difference, the same in text and on pages.</summary>
internal static class DiffWords
{
    /// <summary>Which side it is.</summary>
    public static string Side(RunSource source, RunState state) => $"{source.Name}, {state.Way}, {Moment(state.Moment)}";

    /// <summary>A moment.</summary>
    public static string Moment(string moment) => moment switch
    {
        RunState.End => "at the end",
        _ when char.IsAsciiDigit(moment[0]) => $"after {moment} steps",
        _ => $"at {moment}",
    };

    /// <summary>The counts of tables.</summary>
    public static string Tables(IReadOnlyCollection<TablePair> tables)
    {
        int both = tables.Count(table => table.IsInBoth), elsewhere = tables.Count(table => table.IsInBoth && table.A!.At != table.B!.At);
        int onlyA = tables.Count(table => table.B is null), onlyB = tables.Count(table => table.A is null);
        return $"{both} in both{(elsewhere > 0 ? $" ({elsewhere} of them elsewhere in memory)" : "")}, {onlyA} only in A, {onlyB} only in B";
    }

    /// <summary>The counts of pages.</summary>
    public static string Pages(RunDiff pair)
    {
        ulong unit = PageBytes(pair);
        string Of(PageVerdict verdict, string words) => $"{pair.BytesOf(verdict) / unit} {words}";
        List<string> parts = [Of(PageVerdict.Same, "alike"), Of(PageVerdict.OnlyA, "only in A"), Of(PageVerdict.OnlyB, "only in B"), Of(PageVerdict.Frame, "in other frames")];
        if (pair.BytesOf(PageVerdict.Flags) > 0)
            parts.Add(Of(PageVerdict.Flags, "with other rights or marks"));
        if (pair.BytesOf(PageVerdict.Bits) > 0)
            parts.Add(Of(PageVerdict.Bits, "with other bits"));
        return string.Join(", ", parts);
    }

    /// <summary>How many pages a range is.</summary>
    public static string Pages(RunDiff pair, PageRange range) => Form.Count((long)(range.Bytes / PageBytes(pair)), "page");

    /// <summary>All in one sentence.</summary>
    public static string Verdict(RunDiff pair)
    {
        if (pair.IsEqual)
            return $"{(Unknown(pair).Length > 0 ? "As far as they were compared, " : "")}A and B {(pair.Facts.IsEmpty ? "" : "were not run alike, but ")}are equal.";
        if (pair.IsEqualButForPlaces)
            return "A and B differ only in where tables and pages lie in physical memory.";
        List<string> parts = [];
        void Part(long count, string one, string many)
        {
            if (count > 0)
                parts.Add(Form.Count(count, one, many));
        }
        Part(pair.Counters.Count(counter => counter.Differs), "counter", "counters");
        Part(pair.Tables?.Count(table => !table.IsInBoth) ?? 0, "table", "tables");
        Part((long)((pair.BytesOf(PageVerdict.OnlyA) + pair.BytesOf(PageVerdict.OnlyB) + pair.BytesOf(PageVerdict.Flags) + pair.BytesOf(PageVerdict.Bits)) / PageBytes(pair)), "page", "pages");
        Part((pair.AreasOnlyInA?.Length ?? 0) + (pair.AreasOnlyInB?.Length ?? 0), "line of areas", "lines of areas");
        Part(pair.Outcome.Length, "thing that the program sees or how it ends", "things that the program sees or how it ends");
        return $"A and B differ in {Words.And([.. parts])}.";
    }

    /// <summary>What is not known, and so not compared; empty when all was.</summary>
    public static string Unknown(RunDiff pair)
    {
        List<string> parts = [];
        if (pair.Tables is null)
            parts.Add("tables and what they map");
        if (pair.AreasOnlyInA is null)
            parts.Add("areas");
        if (pair.Counters.Length < LedgerRow.All.Count)
            parts.Add($"{LedgerRow.All.Count - pair.Counters.Length} of {LedgerRow.All.Count} counters");
        return parts.Count == 0 ? "" : $"Not compared, because one of them does not tell: {Words.And([.. parts])}.";
    }

    /// <summary>The smaller page of the two; 1 when nothing is mapped.</summary>
    private static ulong PageBytes(RunDiff pair) =>
        new[] { pair.A, pair.B }.SelectMany(state => state.Tables ?? []).Where(table => table.Level == 0).Select(table => table.EntrySpan).DefaultIfEmpty(1ul).Min();
}
