using System.Collections.Immutable;
using System.Text.Json;
using Emulator.Cli.Reports;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>A report that <c>compare --json</c> wrote. It has the end of each way, and the books of its stages.</summary>
internal sealed class SavedRun : RunSource
{
    private const string Schema = "emulator.exec/1";

    private readonly SavedNode _report;
    private readonly Dictionary<string, SavedNode> _ways;

    private SavedRun(SavedNode report)
    {
        _report = report;
        if (report.Find("schema") is not { Element.ValueKind: JsonValueKind.String } schema || schema.Text() != Schema)
            throw ProblemException.Input($"{report.File}: \"schema\" should be \"{Schema}\", as compare --json writes it, found {report.Find("schema")?.Element.GetRawText() ?? "none"}");
        SavedNode[] ways = [.. report["ways"].Items()];
        if (ways.Length == 0)
            throw report["ways"].Wrong("should have at least one way");
        _ways = [];
        foreach (SavedNode way in ways)
        {
            if (!_ways.TryAdd(way["way"].Text(), way))
                throw way["way"].Wrong("comes a second time");
        }
    }

    /// <inheritdoc/>
    public override string Name => _report.File;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Ways => [.. _ways.Keys];

    /// <inheritdoc/>
    public override bool HasFailed => false;

    /// <summary>Reads a report.</summary>
    /// <param name="file">The file, as the user typed it.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="ProblemException">It is no report.</exception>
    public static SavedRun Read(string file, string text)
    {
        try
        {
            return new SavedRun(new SavedNode(file, "", JsonDocument.Parse(text).RootElement));
        }
        catch (JsonException problem)
        {
            throw ProblemException.Input($"{file}: is not JSON: {Words.OneLine(problem.Message)}");
        }
    }

    /// <inheritdoc/>
    public override RunState StateOf(string way, string moment)
    {
        SavedNode books = _ways[way];
        if (moment == RunState.End)
            return End(way, books);
        if (!NamedMoments.Contains(moment))
            throw ProblemException.Usage($"--moment: {Name} is a saved report, which has no moment {moment}, only {Words.And([.. NamedMoments])}; give the command line instead of the file");
        foreach (SavedNode stage in books["stages"].Items())
        {
            if (stage["name"].Text() == moment)
                return Stage(way, books, stage, moment);
        }
        throw ProblemException.Broken($"--moment: {way} in {Name} never reaches {moment}: it {(books["result"].Text() is "ok" ? "has no such stage" : $"fails with {books["result"].Text()}")}");
    }

    private RunState Stage(string way, SavedNode books, SavedNode stage, string moment) => new()
    {
        Way = way,
        Moment = moment,
        Facts = Facts(),
        Counters = new Dictionary<string, ulong>
        {
            ["depth"] = stage["depth"].Number(),
            ["built"] = Sum(stage["allocated"]),
            ["freed"] = Sum(stage["freed"]),
            ["faults"] = stage["faults"].Number(),
            ["waiting"] = stage["waiting_pages"].Number(),
            ["table_bytes"] = stage["table_bytes"].Number(),
            ["peak_table_bytes"] = stage["peak_table_bytes"].Number(),
            ["pgtables_bytes"] = stage["pgtables_bytes"].Number(),
        }.ToImmutableDictionary(),
        Areas = Lines(stage.Find("maps") ?? (moment == "start" ? books.Find("user")?.Find("maps") : null)),
        Outcome = [new RunFact("p", stage["p"].Plain())],
    };

    private RunState End(string way, SavedNode books)
    {
        SavedNode[] stages = [.. books["stages"].Items()];
        SavedNode flushes = books["flushes"], moved = books["moved"];
        Dictionary<string, ulong> counters = new()
        {
            ["pte"] = moved["pte"].Number(),
            ["rehung"] = moved["pmd"].Number() + moved["pud"].Number(),
            ["move_ptes_calls"] = books["move_ptes_calls"].Number(),
            ["protected_entries"] = books["protected_entries"].Number(),
            ["flush_page"] = flushes["page"].Number(),
            ["flush_range"] = flushes["range"].Number(),
            ["flush_full"] = flushes["full"].Number(),
            ["flush_dcache_page"] = flushes["dcache_page"].Number(),
            ["staging_pages"] = books["staging_pages"].Number(),
            ["table_bytes"] = books["final_table_bytes"].Number(),
            ["peak_table_bytes"] = books["peak_table_bytes"].Number(),
        };
        bool started = books["result"].Text() == "ok";
        if (started && stages is [.., var last])
        {
            // Of an execve that fails, the report does not say what it did after the last stage that it reached.
            counters["depth"] = last["depth"].Number();
            counters["built"] = Sum(last["allocated"]);
            counters["freed"] = Sum(last["freed"]);
            counters["faults"] = last["faults"].Number();
            counters["waiting"] = last["waiting_pages"].Number();
            counters["pgtables_bytes"] = last["pgtables_bytes"].Number();
        }
        return new RunState
        {
            Way = way,
            Moment = RunState.End,
            Facts = Facts(),
            Counters = counters.ToImmutableDictionary(),
            Tables = books.Find("tables") is { } tables ? Tables(tables) : null,
            Areas = Lines(started ? books["user"]["maps"] : stages is [.., var reached] ? reached.Find("maps") : null),
            Outcome = Outcome(books),
        };
    }

    private static ulong Sum(SavedNode counts)
    {
        ulong sum = 0;
        foreach (SavedNode count in counts.Members())
            sum += count.Number();
        return sum;
    }

    private static ImmutableArray<string>? Lines(SavedNode? maps) => maps is { } lines ? [.. lines.Items().Select(line => line.Text())] : null;

    private ImmutableArray<RunFact> Facts()
    {
        SavedNode report = _report;
        return [new RunFact("program", report["program"]["path"].Text()), .. RunFacts.Keys.Select(key => new RunFact(key, report[key].Plain()))];
    }

    private static ImmutableArray<RunFact> Outcome(SavedNode books)
    {
        ImmutableArray<RunFact>.Builder facts = ImmutableArray.CreateBuilder<RunFact>();
        foreach (string key in new[] { "result", "killed", "shift", "argument_pages" })
        {
            if (books.Find(key) is { } value)
                facts.Add(new RunFact(key, value.Plain()));
        }
        if (books.Find("user") is not { } user)
            return facts.ToImmutable();
        foreach (string key in new[] { "sp", "pc", "argc", "argv", "argv0", "envp", "auxv_at", "present_pages", "stack_sha256", "memory_sha256" })
            facts.Add(new RunFact(key, user[key].Plain()));
        facts.AddRange(user["auxv"].Items().Select(entry => new RunFact(entry["name"].Text(), entry["value"].Plain())));
        return facts.ToImmutable();
    }

    private static ImmutableArray<TableState> Tables(SavedNode tables)
    {
        ImmutableArray<TableState>.Builder found = ImmutableArray.CreateBuilder<TableState>();
        Dictionary<int, SortedSet<ulong>> ends = [];
        foreach (SavedNode node in tables.Items())
        {
            TableState table = Table(node);
            SortedSet<ulong> level = ends.TryGetValue(table.Level, out SortedSet<ulong>? known) ? known : ends[table.Level] = [];
            if (level.GetViewBetween(table.Start.Value, table.Last.Value).Count > 0)
                throw node.Wrong($"should cover addresses that no other table of level {table.Level} covers");
            level.Add(table.Start.Value);
            level.Add(table.Last.Value);
            found.Add(table);
        }
        return found.ToImmutable();
    }

    private static TableState Table(SavedNode table)
    {
        const ulong MostLevels = 8, MostEntries = 1 << 24;
        ulong level = table["level"].Number(), start = table["start"].Address(), last = table["last"].Address(), span = table["entry_covers_bytes"].Number();
        ulong entries = span == 0 || last < start ? 0 : (last - start) / span + 1;
        if (level >= MostLevels)
            throw table["level"].Wrong($"should be less than {MostLevels}, found {level}");
        if (entries is 0 or > MostEntries)
            throw table.Wrong($"should have 1 to {MostEntries} entries of {span} bytes from {Json.Hex(start)} to {Json.Hex(last)}");
        ulong next = 0;
        ImmutableArray<EntryRun>.Builder runs = ImmutableArray.CreateBuilder<EntryRun>();
        foreach (SavedNode node in table["entries"].Items())
        {
            EntryRun run = Run(node, next, entries);
            next = (ulong)(run.Index + run.Count);
            runs.Add(run);
        }
        return new TableState
        {
            Level = (int)level,
            Name = table["table"].Text(),
            LinuxName = table["linux"].Text(),
            Start = new VirtualAddress(start),
            Last = new VirtualAddress(last),
            EntrySpan = span,
            At = new PhysicalAddress(table["at"].Address()),
            Entries = runs.ToImmutable(),
        };
    }

    private static EntryRun Run(SavedNode run, ulong least, ulong entries)
    {
        ulong index = run["index"].Number(), count = run.Find("count")?.Number() ?? 1, entry = run["entry"].Address(), target = run["target"].Address();
        if (index < least || count == 0 || index >= entries || count > entries - index)
            throw run.Wrong($"should lie among entries {least} to {entries - 1}, found index {index} and count {count}");
        PageFlags flags = default;
        if (run.Find("flags") is { } text && !PageFlagsText.TryParse(text.Text(), out flags))
            throw text.Wrong($"should be like \"rw- accessed dirty\", found \"{Words.OneLine(text.Text())}\"");
        return new EntryRun((int)index, (int)count, entry, run.Find("last_entry")?.Address() ?? entry, new PhysicalAddress(target),
            new PhysicalAddress(run.Find("last_target")?.Address() ?? target), run.Find("flags") is null ? null : flags);
    }
}
