using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>
/// Two runs, two ways of one run, or two moments of it, held against each other: ledgers, page tables, what entries map,
/// areas, and what the program sees. What is not known of one of them is not compared.
/// </summary>
public sealed class RunDiff
{
    /// <summary>Compares.</summary>
    public RunDiff(RunState a, RunState b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (A, B) = (a, b);
        Facts = Compare(a.Facts, b.Facts);
        Outcome = a.Moment == RunState.End && b.Moment == RunState.End ? Compare(a.Outcome, b.Outcome) : [.. Compare(a.Outcome, b.Outcome).Where(fact => fact.A is not null && fact.B is not null)];
        Counters = [.. LedgerRow.All.Where(row => a.Counters.ContainsKey(row.Key) && b.Counters.ContainsKey(row.Key)).Select(row => new CounterPair(row, a.Counters[row.Key], b.Counters[row.Key]))];
        if (a.Tables is { } tablesOfA && b.Tables is { } tablesOfB)
        {
            Tables = Pair(tablesOfA, tablesOfB);
            Pages = Sweep([.. Leaves(tablesOfA)], [.. Leaves(tablesOfB)]);
        }
        if (a.Areas is { } areasOfA && b.Areas is { } areasOfB)
            (AreasOnlyInA, AreasOnlyInB) = ([.. areasOfA.Except(areasOfB)], [.. areasOfB.Except(areasOfA)]);
    }

    /// <summary>The first.</summary>
    public RunState A { get; }

    /// <summary>The second.</summary>
    public RunState B { get; }

    /// <summary>What was not run alike: no difference that came of the runs, but perhaps the reason for some.</summary>
    public ImmutableArray<FactDifference> Facts { get; }

    /// <summary>How they ended, and what the program sees, where it differs; before the end of one of them only what is known of both.</summary>
    public ImmutableArray<FactDifference> Outcome { get; }

    /// <summary>Counters that are known of both, equal ones too.</summary>
    public ImmutableArray<CounterPair> Counters { get; }

    /// <summary>The tables of both, one below the other as they hang; null when they are not known of both.</summary>
    public ImmutableArray<TablePair>? Tables { get; }

    /// <summary>What they map, in ascending order of address; null when it is not known of both.</summary>
    public ImmutableArray<PageRange>? Pages { get; }

    /// <summary>Areas that only the first has, as /proc/PID/maps prints them; null when they are not known of both.</summary>
    public ImmutableArray<string>? AreasOnlyInA { get; }

    /// <summary>Areas that only the second has; null when they are not known of both.</summary>
    public ImmutableArray<string>? AreasOnlyInB { get; }

    /// <summary>Whether nothing that came of the runs differs.</summary>
    public bool IsEqual => IsEqualButForPlaces && (Tables is not { } tables || tables.All(pair => pair.A?.At == pair.B?.At)) && BytesOf(PageVerdict.Frame) == 0;

    /// <summary>Whether nothing that came of the runs differs but where tables and pages lie in physical memory.</summary>
    public bool IsEqualButForPlaces =>
        Outcome.IsEmpty && !Counters.Any(pair => pair.Differs) && (Tables is not { } tables || tables.All(pair => pair.IsInBoth))
        && (Pages is not { } pages || pages.All(range => range.Verdict is PageVerdict.Same or PageVerdict.Frame))
        && (AreasOnlyInA ?? []).IsEmpty && (AreasOnlyInB ?? []).IsEmpty;

    /// <summary>Bytes mapped in a manner.</summary>
    public ulong BytesOf(PageVerdict verdict)
    {
        ulong bytes = 0;
        foreach (PageRange range in Pages ?? [])
            bytes += range.Verdict == verdict ? range.Bytes : 0;
        return bytes;
    }

    private static ImmutableArray<FactDifference> Compare(ImmutableArray<RunFact> a, ImmutableArray<RunFact> b)
    {
        ImmutableArray<FactDifference>.Builder found = ImmutableArray.CreateBuilder<FactDifference>();
        Dictionary<string, string> left = ByKey(a), right = ByKey(b);
        foreach (string key in left.Keys.Union(right.Keys))
        {
            (string? first, string? second) = (left.GetValueOrDefault(key), right.GetValueOrDefault(key));
            if (first != second)
                found.Add(new FactDifference(key, first, second));
        }
        return found.ToImmutable();
    }

    /// <summary>A key that comes several times (in an auxiliary vector) counts with all its values.</summary>
    private static Dictionary<string, string> ByKey(ImmutableArray<RunFact> facts) =>
        facts.GroupBy(fact => fact.Key).ToDictionary(same => same.Key, same => string.Join(' ', same.Select(fact => fact.Value)));

    private static ImmutableArray<TablePair> Pair(ImmutableArray<TableState> a, ImmutableArray<TableState> b)
    {
        static (int, ulong, ulong) Place(TableState table) => (table.Level, table.Start.Value, table.Last.Value);
        Dictionary<(int, ulong, ulong), TableState> left = a.ToDictionary(Place), right = b.ToDictionary(Place);
        ImmutableArray<TablePair>.Builder pairs = ImmutableArray.CreateBuilder<TablePair>();
        Stack<TableState> above = new();
        IEnumerable<TableState> all = a.Concat(b.Where(table => !left.ContainsKey(Place(table))));
        foreach (TableState table in all.OrderBy(table => table.Start).ThenByDescending(table => table.Level).ThenByDescending(table => table.Last))
        {
            while (above.TryPeek(out TableState? upper) && (upper.Last < table.Start || upper.Level <= table.Level))
                above.Pop();
            pairs.Add(new TablePair(left.GetValueOrDefault(Place(table)), right.GetValueOrDefault(Place(table)), above.Count));
            above.Push(table);
        }
        return pairs.ToImmutable();
    }

    private static IEnumerable<Leaf> Leaves(ImmutableArray<TableState> tables)
    {
        foreach (TableState table in tables.OrderBy(table => table.Start))
        {
            foreach (EntryRun run in table.Entries)
            {
                for (int i = 0; run.Flags is { } flags && i < run.Count; i++)
                    yield return new Leaf(table.Start.Value + (ulong)(run.Index + i) * table.EntrySpan, table.EntrySpan, run.EntryAt(i), run.TargetAt(i).Value, flags);
            }
        }
    }

    /// <summary>Walks through both lists side by side, cutting where a page of either begins or ends: page sizes may differ.</summary>
    private static ImmutableArray<PageRange> Sweep(Leaf[] a, Leaf[] b)
    {
        ImmutableArray<PageRange>.Builder ranges = ImmutableArray.CreateBuilder<PageRange>();
        Array.Sort(a, (left, right) => left.Start.CompareTo(right.Start));
        Array.Sort(b, (left, right) => left.Start.CompareTo(right.Start));
        int i = 0, j = 0;
        ulong from = 0;
        while (i < a.Length || j < b.Length)
        {
            Leaf? first = i < a.Length ? a[i] : null, second = j < b.Length ? b[j] : null;
            from = Math.Max(from, Math.Min(first?.Start ?? ulong.MaxValue, second?.Start ?? ulong.MaxValue));
            bool inA = first is { } left && left.Start <= from, inB = second is { } right && right.Start <= from;
            ulong last = Math.Min(End(first, inA), End(second, inB));
            Add(ranges, from, last, inA ? first : null, inB ? second : null);
            from = last + 1;
            i += first?.Last == last ? 1 : 0;
            j += second?.Last == last ? 1 : 0;
        }
        return ranges.ToImmutable();
    }

    /// <summary>The last address up to which nothing changes in one of the lists.</summary>
    private static ulong End(Leaf? next, bool inside) => next switch
    {
        null => ulong.MaxValue,
        { } leaf => inside ? leaf.Last : leaf.Start - 1,
    };

    private static void Add(ImmutableArray<PageRange>.Builder ranges, ulong from, ulong last, Leaf? a, Leaf? b)
    {
        PageVerdict verdict = (a, b) switch
        {
            (_, null) => PageVerdict.OnlyA,
            (null, _) => PageVerdict.OnlyB,
            ({ } left, { } right) when left.Flags != right.Flags => PageVerdict.Flags,
            ({ } left, { } right) when left.Target + (from - left.Start) != right.Target + (from - right.Start) => PageVerdict.Frame,
            ({ } left, { } right) => left.Entry == right.Entry ? PageVerdict.Same : PageVerdict.Bits,
        };
        PageRange next = new(new VirtualAddress(from), last - from + 1, verdict, a?.Flags, b?.Flags);
        if (ranges.Count > 0 && ranges[^1] is var before && before.Start + before.Bytes == next.Start && before.Verdict == verdict && before.FlagsA == next.FlagsA && before.FlagsB == next.FlagsB)
            ranges[^1] = before with { Bytes = before.Bytes + next.Bytes };
        else
            ranges.Add(next);
    }

    private readonly record struct Leaf(ulong Start, ulong Bytes, ulong Entry, ulong Target, PageFlags Flags)
    {
        public ulong Last => Start + (Bytes - 1);
    }
}
