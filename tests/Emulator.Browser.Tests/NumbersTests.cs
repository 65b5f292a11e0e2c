using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Emulator.Cli.Tests;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>Every number on a page is the JSON's of the same run.</summary>
public partial class NumbersTests(Chromium chromium)
{
    public static TheoryData<string, string[]> Runs => new()
    {
        { "s390/show", ["--arg-bytes", "15000"] },
        { "s390/show", ["--kernel", "6.1", "--new-mm", "shallow", "--way", "all"] },
        { "s390x/show", ["--kernel", "6.1", "--arg-pages", "300"] },
        { "x86_64/show", ["--way", "all", "--arg-pages", "40"] },
        { "x86_64/show", ["--kernel", "6.1", "--mmu", "la57", "--arg-cap", "none", "--stack-limit", "unlimited", "--arg-pages", "2048"] },
        { "i386/show", ["--arg-pages", "600", "--stack-limit", "64m"] },
        { "ppc64/show", ["--page-size", "64k"] },
        { "ppc32/show", ["--kernel", "6.1", "--way", "all"] },
        { "sparc64/show", [] },
        { "sparc32/show", ["--way", "all"] },
        { "alpha/show", ["--seed", "1"] },
        { "x86_64/show", ["--stack-limit", "1m", "--arg-bytes", "2m"] },        // E2BIG
        { "i386/show", ["--mmu", "none", "--way", "staged"] },
        { "i386/show", ["--memory", "6m", "--swap", "8m", "--bystanders", "2m", "--stack-limit", "unlimited", "--arg-pages", "1100"] },
        { "i386/show", ["--kernel", "6.1", "--interleave", "unmap:0@copied,reclaim:2@start", "--arg-pages", "3"] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_page_of_compare_shows_the_numbers_of_the_report(string program, string[] options)
    {
        JsonElement json = CommandLine.Run(["compare", .. options, "--json", "-", CommandLine.Bundled(program)]).Json;
        JsonElement[] ways = [.. json.GetProperty("ways").EnumerateArray()];

        await chromium.LookAtReportAsync(["compare", .. options, CommandLine.Bundled(program)], async report =>
        {
            Assert.Equal(json.GetProperty("verdict").GetString(), await report.Page.Locator("header p").InnerTextAsync());
            Assert.Equal(ways.Select(way => way.GetProperty("way").GetString()), await report.Page.Locator(".books thead th").AllInnerTextsAsync());
            await LedgersAtStages(report, ways);
            IReadOnlyDictionary<(string Key, int Way), string> end = await report.LedgersAsync();
            for (int way = 0; way < ways.Length; way++)
            {
                JsonElement books = ways[way];
                Dictionary<string, string> expected = new()
                {
                    ["pte"] = books.GetProperty("moved").GetProperty("pte").GetRawText(),
                    ["rehung"] = $"{Long(books, "moved", "pmd") + Long(books, "moved", "pud")}",
                    ["flush_page"] = books.GetProperty("flushes").GetProperty("page").GetRawText(),
                    ["flush_range"] = books.GetProperty("flushes").GetProperty("range").GetRawText(),
                    ["flush_full"] = books.GetProperty("flushes").GetProperty("full").GetRawText(),
                    ["flush_dcache_page"] = books.GetProperty("flushes").GetProperty("dcache_page").GetRawText(),
                    ["table_bytes"] = books.GetProperty("final_table_bytes").GetRawText(),
                };
                foreach (string key in new[] { "move_ptes_calls", "protected_entries", "staging_pages", "peak_table_bytes" })
                    expected[key] = books.GetProperty(key).GetRawText();
                foreach ((string key, string number) in expected)
                    Assert.True(number == end[(key, way)], $"{books.GetProperty("way")}: {key} is {end[(key, way)]} on the page, {number} in the report");
                await Boxes(report, way, books);
            }
            // Each row is compared at the end or, with those of the stages, at the last stage.
            string[] compared = ["pte", "rehung", "flush_page", "flush_range", "flush_full", "flush_dcache_page", "table_bytes", "move_ptes_calls", "protected_entries", "staging_pages", "peak_table_bytes", .. StageKeys];
            Assert.Equal(end.Keys.Select(cell => cell.Key).Distinct().Order(), compared.Distinct().Order());
        });
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_page_of_tables_shows_the_numbers_of_the_report(string program, string[] options)
    {
        int way = Array.IndexOf(options, "--way");
        string[] line = ["tables", .. way >= 0 && options[way + 1] == "all" ? [.. options[..way], .. options[(way + 2)..]] : options, CommandLine.Bundled(program)];
        CommandLine run = CommandLine.Run([.. line, "--json", "-"]);
        JsonElement json = run.Json;
        if (run.Exit != 0)
        {
            await chromium.LookAtReportAsync(line, async report => Assert.Contains(json.GetProperty("result").GetString()!, await report.Page.Locator("header p").InnerTextAsync(), StringComparison.Ordinal));
            return;
        }
        JsonElement[] tables = [.. json.GetProperty("tables").EnumerateArray()];

        await chromium.LookAtReportAsync(line, async report =>
        {
            string lead = await report.Page.Locator("header p").InnerTextAsync();
            if (tables.Length == 0)
            {
                Assert.Contains("every address is a physical one", lead, StringComparison.Ordinal);
                return;
            }
            Assert.Contains($"root register {json.GetProperty("root_register").GetString()}, {json.GetProperty("depth")} levels, {tables.Length} tables.", lead, StringComparison.Ordinal);
            string[] rows = [.. await report.Page.Locator(".listing tbody tr").AllInnerTextsAsync()];
            Assert.Equal(tables.Select(table => $"{table.GetProperty("name").GetString()} [{table.GetProperty("linux").GetString()}] {Text(table, "start")} {Text(table, "end")} {Text(table, "at")} {table.GetProperty("used")} {(Long(table, "used") == 0 ? "- -" : $"{Text(table, "first")} {Text(table, "last")}")}"),
                rows.Select(row => Spaces().Replace(row.Trim(), " ")));
            Assert.Equal($"{json.GetProperty("depth")}", (await report.LedgersAsync())[("depth", 0)]);
            (int Tables, string Name, string At, string Fate, string Words)[] live = [.. (await report.BoxesAsync(0)).Where(box => box.Fate is "kept" or "moved")];
            foreach (IGrouping<string, JsonElement> level in tables.GroupBy(table => $"{table.GetProperty("name").GetString()} [{table.GetProperty("linux").GetString()}]"))
            {
                (int Tables, string Name, string At, string Fate, string Words)[] drawn = [.. live.Where(box => box.Name.Split(" [")[0] == level.Key.Split(" [")[0])];
                Assert.Equal(level.Count(), drawn.Sum(box => box.Tables));
                long itself = program == "alpha/show" && level.Key.EndsWith("[pgd]", StringComparison.Ordinal) ? 1 : 0;       // the top maps itself, which `tables` passes over
                Assert.Equal(level.Sum(table => Long(table, "used")) + itself, drawn.Sum(box => Used(box.Words)));
            }
        });
    }

    public static TheoryData<string[]> Differences => new()
    {
        { ["diff", "--arg-bytes", "15000", $"--kernel 2.6.32 {CommandLine.Bundled("s390/show")}", $"--kernel 6.1 {CommandLine.Bundled("s390/show")}"] },
        { ["diff", "--way", "in-place", "--moment", "copied..setup_out", "--kernel", "6.1", "--mmu", "la57", "--arg-pages", "1100", "--arg-cap", "none", "--stack-limit", "unlimited", CommandLine.Bundled("x86_64/show")] },
        { ["diff", "--way", "in-place,staged", "--arg-pages", "40", CommandLine.Bundled("sparc32/show")] },
        { ["diff", CommandLine.Bundled("alpha/show"), $"{CommandLine.Bundled("alpha/show")} one two"] },
        { ["diff", "--stack-limit", "1m", $"--arg-bytes 2m {CommandLine.Bundled("x86_64/show")}", CommandLine.Bundled("x86_64/show")] },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task A_page_of_diff_shows_the_numbers_of_the_report(string[] line)
    {
        JsonElement[] pairs = [.. CommandLine.Run([.. line, "--json", "-"]).Json.GetProperty("pairs").EnumerateArray()];
        List<string> expected = [.. pairs.SelectMany(Rows)];

        await chromium.LookAtReportAsync(line, async report =>
        {
            // Whatever stands in a table, cell by cell; drawings in cells have no text.
            string shown = await report.Page.EvaluateAsync<string>("() => [...document.querySelectorAll('main tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim()).join('|')).join('\\n')");
            Assert.Equal(expected, shown.Split('\n'));
            foreach ((JsonElement pair, string text) in pairs.Zip(await report.Page.Locator("main section").AllInnerTextsAsync()))
            {
                JsonElement tables = pair.GetProperty("tables"), mapped = pair.GetProperty("mapped");
                if (tables.ValueKind == JsonValueKind.Null)
                    continue;
                string elsewhere = Long(tables, "in_both_elsewhere") is var moved && moved > 0 ? $" ({moved} of them elsewhere in memory)" : "";
                Assert.Contains($"{tables.GetProperty("in_both")} in both{elsewhere}, {tables.GetProperty("only_a").GetArrayLength()} only in A, {tables.GetProperty("only_b").GetArrayLength()} only in B", text, StringComparison.Ordinal);
                long page = Page(pair);
                Assert.Contains($"{Long(mapped, "same_bytes") / page} alike, {Long(mapped, "only_a_bytes") / page} only in A, {Long(mapped, "only_b_bytes") / page} only in B, {Long(mapped, "other_frame_bytes") / page} in other frames", text, StringComparison.Ordinal);
            }
        });

        static IEnumerable<string> Rows(JsonElement pair) =>
        [
            .. pair.GetProperty("not_run_alike").EnumerateArray().Select(Fact),
            .. pair.GetProperty("counters").EnumerateArray().Select(counter => (A: Long(counter, "a"), B: Long(counter, "b"), Name: Text(counter, "name"))).Select(counter => $"{counter.Name}|{counter.A}|{counter.B}|{Change(counter.B - counter.A)}|"),
            .. Tables(pair.GetProperty("tables")),
            .. Mapped(pair),
            .. Areas(pair.GetProperty("areas")),
            .. pair.GetProperty("outcome").EnumerateArray().Select(Fact),
        ];
    }

    private static string Fact(JsonElement fact) => $"{Text(fact, "key")}|{fact.GetProperty("a")}|{fact.GetProperty("b")}";

    private static string Change(long change) => change == 0 ? "" : change > 0 ? $"+{change}" : $"−{-change}";

    /// <summary>All tables of both, each after the one it hangs in.</summary>
    private static IEnumerable<string> Tables(JsonElement tables)
    {
        if (tables.ValueKind == JsonValueKind.Null)
            return [];
        IEnumerable<(JsonElement Table, string Sign, string A, string B)> all =
        [
            .. tables.GetProperty("both").EnumerateArray().Select(table => (table, Long(table, "entries") == Long(table, "entries_b") ? "" : "~", $"{table.GetProperty("entries")}", $"{table.GetProperty("entries_b")}")),
            .. tables.GetProperty("only_a").EnumerateArray().Select(table => (table, "−", $"{table.GetProperty("entries")}", "")),
            .. tables.GetProperty("only_b").EnumerateArray().Select(table => (table, "+", "", $"{table.GetProperty("entries")}")),
        ];
        return all.OrderBy(each => Address(each.Table, "start")).ThenByDescending(each => Long(each.Table, "level"))
            .Select(each => $"{each.Sign}|{Text(each.Table, "table")} [{Text(each.Table, "linux")}]|{Range(each.Table)}|{each.A}|{each.B}");
    }

    private static IEnumerable<string> Mapped(JsonElement pair)
    {
        JsonElement mapped = pair.GetProperty("mapped");
        if (mapped.ValueKind == JsonValueKind.Null)
            return [];
        long page = Page(pair);
        return mapped.GetProperty("ranges").EnumerateArray().Select(range =>
        {
            string a = $"{range.GetProperty("flags_a")}", b = $"{range.GetProperty("flags_b")}", pages = $"{Long(range, "bytes") / page} {(Long(range, "bytes") == page ? "page" : "pages")}";
            (string sign, string words) = Text(range, "what") switch
            {
                "same" => ("", "alike"),
                "other_frame" => ("", "to other frames"),
                "only_a" => ("−", a),
                "only_b" => ("+", b),
                _ => ("~", a == b ? $"{a}, other bits differ" : $"{a} in A, {b} in B"),
            };
            return $"{sign}|{Range(range)}|{pages}|{words}";
        });
    }

    private static IEnumerable<string> Areas(JsonElement areas) => areas.ValueKind == JsonValueKind.Null ? []
        : [.. areas.GetProperty("only_a").EnumerateArray().Select(line => $"−|{line.GetString()}"), .. areas.GetProperty("only_b").EnumerateArray().Select(line => $"+|{line.GetString()}")];

    /// <summary>The smaller page of the two.</summary>
    private static long Page(JsonElement pair) => Math.Min(PageOf(pair.GetProperty("a")), PageOf(pair.GetProperty("b")));

    private static long PageOf(JsonElement side) => side.GetProperty("page_bytes").GetInt64();

    private static string Range(JsonElement of) => string.Create(CultureInfo.InvariantCulture, $"0x{Address(of, "start"):x16}-0x{Address(of, "last"):x16}");

    private static ulong Address(JsonElement of, string name) => Convert.ToUInt64(Text(of, name), 16);

    private static readonly string[] StageKeys = ["built", "freed", "table_bytes", "peak_table_bytes", "pgtables_bytes", "depth", "faults", "waiting"];

    /// <summary>At the end of each stage the ledger says what the report says of that stage.</summary>
    private static async Task LedgersAtStages(ReportPage report, JsonElement[] ways)
    {
        int last = await report.LastAsync();
        await report.SlideAsync(0);
        for (int stage = 0; await report.MomentAsync() < last; stage++)
        {
            await report.Button("stage |▶").ClickAsync();
            IReadOnlyDictionary<(string Key, int Way), string> ledger = await report.LedgersAsync();
            for (int way = 0; way < ways.Length; way++)
            {
                JsonElement[] stages = [.. ways[way].GetProperty("stages").EnumerateArray()];
                if (stage >= stages.Length)
                    continue;       // failed before
                JsonElement books = stages[stage];
                string[] expected =
                [
                    $"{books.GetProperty("allocated").EnumerateObject().Sum(level => level.Value.GetInt64())}", $"{books.GetProperty("freed").EnumerateObject().Sum(level => level.Value.GetInt64())}",
                    books.GetProperty("table_bytes").GetRawText(), books.GetProperty("peak_table_bytes").GetRawText(), books.GetProperty("pgtables_bytes").GetRawText(),
                    books.GetProperty("depth").GetRawText(), books.GetProperty("faults").GetRawText(), books.GetProperty("waiting_pages").GetRawText(),
                ];
                foreach ((string key, string number) in StageKeys.Zip(expected))
                    Assert.True(number == ledger[(key, way)], $"{ways[way].GetProperty("way")}, {books.GetProperty("name")}: {key} is {ledger[(key, way)]} on the page, {number} in the report");
            }
        }
    }

    /// <summary>What is drawn of a way is what the report counts: tables kept, freed and re-hung, their entries, and the words beside the picture.</summary>
    private static async Task Boxes(ReportPage report, int way, JsonElement books)
    {
        JsonElement[] stages = [.. books.GetProperty("stages").EnumerateArray()];
        if (books.GetProperty("result").GetString() != "ok" || Long(stages[^1], "depth") == 0)
            return;
        IReadOnlyList<(int Tables, string Name, string At, string Fate, string Words)> boxes = await report.BoxesAsync(way);
        JsonElement[] tables = [.. books.GetProperty("tables").EnumerateArray()];
        Assert.Equal(stages[^1].GetProperty("freed").EnumerateObject().Sum(level => level.Value.GetInt64()), boxes.Where(box => box.Fate == "freed").Sum(box => box.Tables));
        Assert.Equal(Long(books, "moved", "pmd") + Long(books, "moved", "pud"), boxes.Where(box => box.Fate == "left").Sum(box => box.Tables));
        Assert.Equal(tables.Length, boxes.Where(box => box.Fate is "kept" or "moved").Sum(box => box.Tables));
        foreach ((int count, string name, string at, string fate, string words) in boxes.Where(box => box.Fate is "kept" or "moved"))
        {
            JsonElement first = tables.Single(table => Text(table, "at") == at);
            Assert.Equal(name.Split(" [")[0], first.GetProperty("table").GetString());
            if (count == 1)
                Assert.Equal(first.GetProperty("entries").EnumerateArray().Sum(Count), Used(words));
        }
        Assert.Equal(tables.SelectMany(table => table.GetProperty("entries").EnumerateArray()).Sum(Count), boxes.Where(box => box.Fate is "kept" or "moved").Sum(box => Used(box.Words)));

        string[] beside = [.. await report.Page.Locator($".picture .way[data-way='{way}'] > text.small").AllTextContentsAsync()];
        JsonElement placed = stages.Single(stage => stage.GetProperty("name").GetString() == "setup_out");
        long built = placed.GetProperty("allocated").EnumerateObject().Sum(level => level.Value.GetInt64()), freed = placed.GetProperty("freed").EnumerateObject().Sum(level => level.Value.GetInt64());
        Assert.Equal([built, .. Rehung(books), Long(books, "moved", "pte"), freed], Numbers().Matches(beside[0]).Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture)));
        Assert.Equal([Long(books, "peak_table_bytes"), Long(books, "final_table_bytes")], Numbers().Matches(beside[1]).Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture)));
    }

    private static long[] Rehung(JsonElement books) => Long(books, "moved", "pmd") + Long(books, "moved", "pud") is var tables && tables > 0 ? [tables] : [];

    private static long Count(JsonElement run) => run.TryGetProperty("count", out JsonElement count) ? count.GetInt64() : 1;

    private static long Used(string words) => Numbers().Match(words) is { Success: true } first ? long.Parse(first.Value, CultureInfo.InvariantCulture) : 0;

    private static long Long(JsonElement of, params string[] path) => path.Aggregate(of, (at, name) => at.GetProperty(name)).GetInt64();

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
