using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>diff</c>: what it says of two runs is what the reports and traces of those runs say.</summary>
public partial class DiffTests
{
    public static TheoryData<string, string[]> Runs => new()
    {
        { "s390/show", ["--kernel", "2.6.32", "--arg-bytes", "15000"] },
        { "s390/show", ["--kernel", "6.1", "--new-mm", "shallow", "--arg-bytes", "15000"] },
        { "x86_64/show", ["--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m"] },
        { "ppc64/show", ["--kernel", "6.1", "--page-size", "64k"] },
        { "sparc64/show", ["--seed", "3", "--arg-bytes", "150000"] },
        { "alpha/show", ["--way", "all"] },
        { "i386/show", ["--mmu", "none"] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_saved_run_equals_itself_and_the_same_run_made_now(string program, string[] options)
    {
        using TemporaryDirectory directory = new();
        string saved = directory.PathOf("a.json"), file = CommandLine.Bundled(program);
        CommandLine.Run(["compare", .. options, "--json", saved, file]);

        CommandLine twice = CommandLine.Run("diff", "--exit-code", saved, saved), now = CommandLine.Run(["diff", "--exit-code", .. options, saved, file]);

        foreach (CommandLine run in new[] { twice, now })
        {
            Assert.Equal((0, ""), (run.Exit, run.Error));
            Assert.DoesNotContain("Not compared", run.Output, StringComparison.Ordinal);
            Assert.Matches(@"\A(A: .*\nB: .*\n\nA and B are equal\.\n\n?)+\z", run.Output);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Counters_of_two_ways_are_those_of_the_report(string program, string[] options)
    {
        bool flat = string.Join(' ', options).Contains("--mmu none", StringComparison.Ordinal);
        string[] ways = flat ? ["staged", "staged"] : ["in-place", "staged"];
        JsonElement[] report = [.. CommandLine.Run(["compare", .. options, "--json", "-", CommandLine.Bundled(program)]).Json.GetProperty("ways").EnumerateArray()];

        JsonElement diff = CommandLine.Run(["diff", .. options.Where(option => option is not ("--way" or "all")), "--way", string.Join(',', ways), "--moment", "copied..end", "--json", "-", CommandLine.Bundled(program)]).Json;

        JsonElement pair = Assert.Single(diff.GetProperty("pairs").EnumerateArray());
        JsonElement a = report.Single(way => way.GetProperty("way").GetString() == ways[0]), b = report.Single(way => way.GetProperty("way").GetString() == ways[1]);
        JsonElement copied = a.GetProperty("stages")[0], start = b.GetProperty("stages").EnumerateArray().Last();
        ulong Counter(string key, string side) => pair.GetProperty("counters").EnumerateArray().Single(counter => counter.GetProperty("key").GetString() == key).GetProperty(side).GetUInt64();
        Assert.Equal(Sum(copied, "allocated"), Counter("built", "a"));
        Assert.Equal(copied.GetProperty("table_bytes").GetUInt64(), Counter("table_bytes", "a"));
        Assert.Equal(copied.GetProperty("waiting_pages").GetUInt64(), Counter("waiting", "a"));
        Assert.Equal(Sum(start, "allocated"), Counter("built", "b"));
        Assert.Equal(Sum(start, "freed"), Counter("freed", "b"));
        Assert.Equal(b.GetProperty("peak_table_bytes").GetUInt64(), Counter("peak_table_bytes", "b"));
        JsonElement tables = pair.GetProperty("tables"), mapped = pair.GetProperty("mapped");
        ulong both = tables.GetProperty("in_both").GetUInt64();
        Assert.Equal(Sum(copied, "allocated") - Sum(copied, "freed"), both + (ulong)tables.GetProperty("only_a").GetArrayLength());
        Assert.Equal(Sum(start, "allocated") - Sum(start, "freed"), both + (ulong)tables.GetProperty("only_b").GetArrayLength());
        ulong page = diff.GetProperty("pairs")[0].GetProperty("a").GetProperty("page_bytes").GetUInt64();
        ulong InB() => mapped.EnumerateObject().Where(bytes => bytes.Name.EndsWith("_bytes", StringComparison.Ordinal) && bytes.Name != "only_a_bytes").Aggregate(0ul, (sum, bytes) => sum + bytes.Value.GetUInt64());
        if (!flat)
            Assert.Equal(b.GetProperty("user").GetProperty("present_pages").GetUInt64() * page, InB());
        string[] maps = [.. b.GetProperty("user").GetProperty("maps").EnumerateArray().Select(line => line.GetString()!)];
        Assert.All(pair.GetProperty("areas").GetProperty("only_b").EnumerateArray(), line => Assert.Contains(line.GetString(), maps));
    }

    [Fact]
    public void Two_moments_of_the_31_bit_run_show_the_branch_that_comes_and_the_one_that_goes()
    {
        CommandLine run = CommandLine.Run("diff", "--way", "in-place", "--moment", "copied..setup_out", "--arg-bytes", "5000", CommandLine.Bundled("s390/show"));

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains(
            """
            tables: 1 in both, 2 only in A, 2 only in B
              region-third table [pgd] 0x0000000000000000-0x000003ffffffffff: 1 entry
            ├─ + segment table [pmd] 0x0000000000000000-0x000000007fffffff: 1 entry
            │  └─ + page table [pte] 0x000000007ff00000-0x000000007fffffff: 2 entries
            └─ - segment table [pmd] 0x000003ff80000000-0x000003ffffffffff: 1 entry
               └─ - page table [pte] 0x000003fffff00000-0x000003ffffffffff: 2 entries

            pages: 0 alike, 2 only in A, 2 only in B, 0 in other frames
            + 0x000000007fffe000-0x000000007fffffff  2 pages    rwx
            - 0x000003ffffffe000-0x000003ffffffffff  2 pages    rwx

            areas
            - 3ffffffe000-40000000000 rw-p 00000000 00:00 0
            + 7ffea000-80000000 rw-p 00000000 00:00 0
            """.ReplaceLineEndings("\n"), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moment_may_be_a_number_of_steps()
    {
        JsonElement[] events = [.. CommandLine.Run("compare", "--way", "in-place", "--trace", "-", CommandLine.Bundled("s390/show")).Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

        foreach (int moment in new[] { 0, 1, 7, 20 })
        {
            JsonElement pair = CommandLine.Run("diff", "--way", "in-place", "--moment", $"0..{moment}", "--json", "-", "--exit-code", CommandLine.Bundled("s390/show"), CommandLine.Bundled("s390/show")).Json.GetProperty("pairs")[0];

            long Of(string kind) => events.Where(line => line.GetProperty("type").GetString() == "event").Take(moment).Count(line => line.GetProperty("kind").GetString() == kind);
            long Counter(string key) => pair.GetProperty("counters").EnumerateArray().Single(counter => counter.GetProperty("key").GetString() == key).GetProperty("b").GetInt64();
            Assert.Equal(Of("table_built"), Counter("built"));
            Assert.Equal(Of("entry_moved"), Counter("pte"));
            Assert.Equal(Of("table_built") - Of("table_freed"), pair.GetProperty("tables").GetProperty("only_b").GetArrayLength());
            Assert.Equal(moment == 0, pair.GetProperty("equal").GetBoolean());
        }
    }

    [Fact]
    public void A_page_in_another_frame_or_with_other_rights_is_told_apart()
    {
        using TemporaryDirectory directory = new();
        string saved = directory.PathOf("a.json");
        CommandLine.Run("compare", "--kernel", "6.1", "--way", "staged", "--json", saved, CommandLine.Bundled("x86_64/show"));
        (JsonElement Pair, int Exit) Changed(Action<JsonNode> change)
        {
            JsonNode report = JsonNode.Parse(File.ReadAllText(saved))!;
            JsonNode leaf = report["ways"]![0]!["tables"]!.AsArray().Last(table => table!["level"]!.GetValue<int>() == 0)!;
            change(leaf["entries"]![0]!);
            CommandLine run = CommandLine.Run("diff", "--exit-code", "--json", "-", saved, Saved(directory, report.ToJsonString()));
            return (run.Json.GetProperty("pairs")[0], run.Exit);
        }

        (JsonElement frame, int frameExit) = Changed(entry => (entry["entry"], entry["target"]) = ("0x8000000000999067", "0x999000"));
        (JsonElement rights, int rightsExit) = Changed(entry => entry["flags"] = "r--");
        (JsonElement bits, int bitsExit) = Changed(entry => entry["entry"] = "0x8");
        (JsonElement gone, int goneExit) = Changed(entry => entry.Parent!.AsArray().Clear());

        Assert.Equal((1, 1, 1, 1), (frameExit, rightsExit, bitsExit, goneExit));
        Assert.Equal((false, true, 4096), (frame.GetProperty("equal").GetBoolean(), frame.GetProperty("equal_but_for_places").GetBoolean(), frame.GetProperty("mapped").GetProperty("other_frame_bytes").GetInt32()));
        JsonElement changed = rights.GetProperty("mapped").GetProperty("ranges").EnumerateArray().Single(range => range.GetProperty("what").GetString() == "other_flags");
        Assert.Equal(("rw- accessed dirty", "r--"), (changed.GetProperty("flags_a").GetString(), changed.GetProperty("flags_b").GetString()));
        Assert.Equal(4096, bits.GetProperty("mapped").GetProperty("other_bits_bytes").GetInt32());
        Assert.Equal(4096, gone.GetProperty("mapped").GetProperty("only_a_bytes").GetInt32());
        Assert.All([rights, bits, gone], pair => Assert.False(pair.GetProperty("equal_but_for_places").GetBoolean()));
    }

    [Fact]
    public void Differences_are_a_failure_only_when_asked()
    {
        string program = CommandLine.Bundled("s390/show");

        Assert.Equal(0, CommandLine.Run("diff", "--way", "both", program).Exit);
        Assert.Equal(1, CommandLine.Run("diff", "--way", "both", "--exit-code", program).Exit);
        Assert.Equal(1, CommandLine.Run("diff", program, $"--stack-limit 1m --arg-bytes 2m {program}").Exit);      // an execve that fails
    }

    [Fact]
    public void Command_lines_take_what_they_do_not_say_themselves_from_the_line_around_them()
    {
        string program = CommandLine.Bundled("x86_64/show");

        JsonElement diff = CommandLine.Run("diff", "--kernel", "6.1", "--way", "staged", "--json", "-", $"emulator compare --mmu la57 {program} 'a b' c", $"--kernel 2.6.32 {program}").Json;

        JsonElement pair = Assert.Single(diff.GetProperty("pairs").EnumerateArray());
        Assert.Equal(("6.1", "la57", 3), (pair.GetProperty("a").GetProperty("kernel").GetString(), pair.GetProperty("a").GetProperty("mmu").GetString(), pair.GetProperty("a").GetProperty("argc").GetInt32()));
        Assert.Equal(("2.6.32", "la48", 1), (pair.GetProperty("b").GetProperty("kernel").GetString(), pair.GetProperty("b").GetProperty("mmu").GetString(), pair.GetProperty("b").GetProperty("argc").GetInt32()));
        Assert.Contains(pair.GetProperty("not_run_alike").EnumerateArray(), fact => fact.GetProperty("key").GetString() == "argc" && fact.GetProperty("b").GetInt32() == 1);
    }

    [Fact]
    public void Standard_input_is_a_report_too()
    {
        string program = CommandLine.Bundled("s390/show"), report = CommandLine.Run("compare", "--json", "-", program).Output;

        CommandLine run = CommandLine.Run(CommandLine.In(input: report), "diff", "--exit-code", "-", program);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.StartsWith("A: standard input, in-place, at the end\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_report_does_not_tell_is_not_compared_and_said()
    {
        using TemporaryDirectory directory = new();
        string saved = directory.PathOf("a.json"), program = CommandLine.Bundled("s390/show");
        CommandLine.Run("compare", "--json", saved, program);
        JsonNode older = JsonNode.Parse(File.ReadAllText(saved))!;
        foreach (JsonNode? way in older["ways"]!.AsArray())
            way!.AsObject().Remove("tables");

        CommandLine stage = CommandLine.Run("diff", "--moment", "copied", saved, program), old = CommandLine.Run("diff", "--exit-code", saved, Saved(directory, older.ToJsonString()));

        Assert.Contains("Not compared, because one of them does not tell: tables and what they map and 9 of 17 counters.\nAs far as they were compared, A and B are equal.\n", stage.Output, StringComparison.Ordinal);
        Assert.Contains("Not compared, because one of them does not tell: tables and what they map.\n", old.Output, StringComparison.Ordinal);
        Assert.Equal(0, old.Exit);
    }

    [Fact]
    public void A_page_needs_nothing_else_and_has_the_numbers_of_the_json()
    {
        string[] args = ["diff", "--arg-bytes", "15000", "--argv0", "<a> & \"b\"", "--kernel", "6.1", $"--kernel 2.6.32 {CommandLine.Bundled("s390/show")}", CommandLine.Bundled("s390/show")];
        JsonElement diff = CommandLine.Run([.. args, "--json", "-"]).Json;

        CommandLine page = CommandLine.Run([.. args, "--html", "-"]);

        Assert.Equal((0, ""), (page.Exit, page.Error));
        Assert.DoesNotMatch("""(src|href)="(?!data:)|<script""", page.Output);
        string[] rows = [.. Row().Matches(page.Output).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value} {match.Groups[3].Value}")];
        Assert.Equal(diff.GetProperty("pairs").EnumerateArray().SelectMany(pair => pair.GetProperty("counters").EnumerateArray())
            .Select(counter => $"{counter.GetProperty("key").GetString()} {counter.GetProperty("a").GetRawText()} {counter.GetProperty("b").GetRawText()}"), rows);
    }

    [Fact]
    public void Batches_compare_too()
    {
        string request = $$"""{"id": 1, "args": ["diff", "--way", "both", "{{CommandLine.Bundled("s390/show")}}"]}""" + "\n" + """{"id": 2, "args": ["diff", "-", "x"]}""" + "\n";

        JsonElement[] answers = [.. CommandLine.Run(CommandLine.In(input: request), "batch", "-").Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.Equal("emulator.diff/1", answers[0].GetProperty("report").GetProperty("schema").GetString());
        Assert.Equal("standard input is the batch's; give a file", answers[1].GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("diff: A is missing; see emulator diff --help")]
    [InlineData("diff: A alone is compared with itself; give two ways (--way W,W), two moments (--moment M..M), or B", "P")]
    [InlineData("diff: A alone is compared with itself; give two ways (--way W,W), two moments (--moment M..M), or B", "--way", "staged", "P")]
    [InlineData("diff: compares A with B; \"c\" is one operand too many (a command line with blanks goes in quotes)", "P", "P", "c")]
    [InlineData("--way: --way in-place,staged P has no way fixed; it has in-place and staged", "--way", "in-place,fixed", "P", "--way in-place,staged P")]
    [InlineData("--way: \"staged,in-place,fixed\" should be at most two ways, one of A and one of B, or all, by their names", "--way", "staged,in-place,fixed", "P")]
    [InlineData("--moment: \"copied..x\" should be a moment, or two with .. between them; a moment is copied, setup_in, setup_out, start or end, or a number of steps", "--moment", "copied..x", "P")]
    [InlineData("--moment: \"1..2..3\" should be at most two moments", "--moment", "1..2..3", "P")]
    [InlineData("--moment: in-place has 32 steps, so moments 0 to 32; found 99", "--moment", "0..99", "P")]
    [InlineData("\"--kernel 9 P\": s390 has no kernel 9; use 2.6.32 or 6.1", "--kernel 9 P", "P")]
    [InlineData("\"--json x P\": --json is for the line of diff itself", "--json x P", "P")]
    [InlineData("\"compare --kernl 6.1 P\": compare: there is no option --kernl; did you mean --kernel?", "compare --kernl 6.1 P", "P")]
    [InlineData("\"walk P 0\": walk: no such file", "walk P 0", "P")]
    [InlineData("the quote ' is not closed", "'P", "P")]
    [InlineData("diff: standard input can be read only once; give a file for A or for B", "-", "-")]
    [InlineData("diff: an operand is empty; give a report, a program, or a command line in quotes", "", "P")]
    [InlineData("diff: there is no option --momnt; did you mean --moment?", "--momnt", "P")]
    public void A_line_that_makes_no_sense_is_told_so_in_one_line(string message, params string[] operands)
    {
        CommandLine run = CommandLine.Run(["diff", .. operands.Select(With)]);

        run.IsRefused(message.Contains("no such file", StringComparison.Ordinal) ? 3 : 2, With(message));
    }

    [Theory]
    [InlineData("{}", "\"schema\" should be \"emulator.exec/1\", as compare --json writes it, found none")]
    [InlineData("{\"schema\": \"emulator.walk/1\"}", "\"schema\" should be \"emulator.exec/1\", as compare --json writes it, found \"emulator.walk/1\"")]
    [InlineData("{\"schema\": 7}", "\"schema\" should be \"emulator.exec/1\", as compare --json writes it, found 7")]
    [InlineData("[]", "the report should be an object, found an array")]
    [InlineData("{\"schema\": \"emulator.exec/1\"}", "the report should have \"ways\"")]
    [InlineData("{\"schema\": \"emulator.exec/1\", \"ways\": 3}", "ways should be an array, found 3")]
    [InlineData("{\"schema\": \"emulator.exec/1\", \"ways\": []}", "ways should have at least one way")]
    [InlineData("{\"schema\": \"emulator.exec/1\", \"ways\": [{\"way\": \"a\"}, {\"way\": \"a\"}]}", "ways[1].way comes a second time")]
    [InlineData("{\"schema\": \"emulator.exec/1\", \"ways\": [{\"way\": \"a\"}]}", "ways[0] should have \"stages\"")]
    public void A_file_that_is_no_report_is_told_so_with_the_place(string content, string message)
    {
        using TemporaryDirectory directory = new();
        string file = Saved(directory, content);

        CommandLine.Run("diff", file, file).IsRefused(3, $"{file}: {message}");
    }

    [Theory]
    [InlineData("start", "0xzz", "ways[0].tables[0].start should be an address \"0x…\", found \"0xzz\"")]
    [InlineData("last", "0x0", "ways[0].tables[0] should have 1 to 16777216 entries of 2147483648 bytes from 0x0 to 0x0", "entry_covers_bytes")]
    [InlineData("level", 9, "ways[0].tables[0].level should be less than 8, found 9")]
    [InlineData("entries", 7, "ways[0].tables[0].entries should be an array, found 7")]
    [InlineData("at", null, "ways[0].tables[0].at should be an address \"0x…\", found null")]
    public void A_broken_table_is_told_so_with_the_place(string key, object? value, string message, string? zero = null)
    {
        using TemporaryDirectory directory = new();
        string saved = directory.PathOf("a.json");
        CommandLine.Run("compare", "--kernel", "6.1", "--json", saved, CommandLine.Bundled("s390/show"));
        JsonNode report = JsonNode.Parse(File.ReadAllText(saved))!;
        JsonObject table = report["ways"]![0]!["tables"]![0]!.AsObject();
        table[key] = JsonValue.Create(value);
        if (zero is not null)
            (table[zero], message) = (JsonValue.Create(0), message.Replace("2147483648", "0", StringComparison.Ordinal));
        string broken = Saved(directory, report.ToJsonString());

        CommandLine.Run("diff", saved, broken).IsRefused(3, $"{broken}: {message}");
    }

    [Fact]
    public void Tables_and_entries_that_overlap_are_refused()
    {
        using TemporaryDirectory directory = new();
        string saved = directory.PathOf("a.json");
        CommandLine.Run("compare", "--kernel", "6.1", "--json", saved, CommandLine.Bundled("s390/show"));
        void IsRefused(Action<JsonArray> change, string message)
        {
            JsonNode report = JsonNode.Parse(File.ReadAllText(saved))!;
            change(report["ways"]![0]!["tables"]!.AsArray());
            string broken = Saved(directory, report.ToJsonString());
            CommandLine.Run("diff", saved, broken).IsRefused(3, $"{broken}: {message}");
        }

        IsRefused(tables => tables.Add(tables[1]!.DeepClone()), "ways[0].tables[4] should cover addresses that no other table of level 1 covers");
        IsRefused(tables => tables[1]!["entries"]!.AsArray().Add(tables[1]!["entries"]![0]!.DeepClone()), "ways[0].tables[1].entries[2] should lie among entries 2048 to 2047, found index 4 and count 1");
        IsRefused(tables => tables[3]!["entries"]![0]!["count"] = 4000, "ways[0].tables[3].entries[0] should lie among entries 0 to 255, found index 251 and count 4000");
        IsRefused(tables => tables[3]!["entries"]![0]!["flags"] = "wr-", "ways[0].tables[3].entries[0].flags should be like \"rw- accessed dirty\", found \"wr-\"");
    }

    private static string Saved(TemporaryDirectory directory, string report) => directory.Write("b.json", Encoding.UTF8.GetBytes(report), TemporaryDirectory.Plain);

    private static string With(string text) => Program().Replace(text, CommandLine.Bundled("s390/show"));

    private static ulong Sum(JsonElement stage, string key) => stage.GetProperty(key).EnumerateObject().Aggregate(0ul, (sum, level) => sum + level.Value.GetUInt64());

    [GeneratedRegex(@"\bP\b")]
    private static partial Regex Program();

    [GeneratedRegex("""<tr data-key="(\w+)"[^>]*><th[^>]*>[^<]*</th><td class="number">(\d+)</td><td class="number">(\d+)</td>""")]
    private static partial Regex Row();
}
