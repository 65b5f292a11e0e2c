using System.Text.Json;
using Emulator.Testing;
using NJsonSchema;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>compare --trace</c>: every line is what docs/trace.schema.json says, and the ends are the report.</summary>
public class TraceTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromFileAsync(Repository.PathOf("docs/trace.schema.json")).GetAwaiter().GetResult();

    [Theory]
    [InlineData("s390/show", "--kernel", "2.6.32", "--arg-bytes", "15000")]
    [InlineData("s390/show", "--kernel", "6.1", "--new-mm", "shallow", "--arg-bytes", "15000")]
    [InlineData("x86_64/show", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "5m")]
    [InlineData("sparc64/show", "--kernel", "2.6.32", "--seed", "3")]
    [InlineData("ppc32/show", "--kernel", "2.6.32", "--page-size", "64k")]
    [InlineData("alpha/show", "--arg-bytes", "200000", "--way", "staged")]
    [InlineData("x86_64/show", "--stack-limit", "1m", "--arg-bytes", "2m")]       // E2BIG on the way
    [InlineData("i386/show", "--mmu", "none", "--way", "staged")]
    public void Every_line_is_what_the_schema_says_and_the_ends_are_the_report(string program, params string[] options)
    {
        string[] args = ["compare", .. options.Contains("--way") ? [] : new[] { "--way", "all" }, .. options];
        CommandLine trace = CommandLine.Run([.. args, "--trace", "-", CommandLine.Bundled(program)]);
        JsonElement report = CommandLine.Run([.. args, "--json", "-", CommandLine.Bundled(program)]).Json;

        Assert.Equal("", trace.Error);
        string[] lines = trace.Output.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Empty(Schema.Validate(line)));
        JsonElement[] parsed = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("run", parsed[0].GetProperty("type").GetString());
        JsonElement[] ends = [.. parsed.Where(line => line.GetProperty("type").GetString() == "end")];
        JsonElement[] ways = [.. report.GetProperty("ways").EnumerateArray()];
        Assert.Equal(ways.Length, ends.Length);
        foreach ((JsonElement way, JsonElement end) in ways.Zip(ends))
        {
            HoldEnd(way, end);
            Assert.Equal(end.GetProperty("events").GetInt32(), parsed.Count(line => line.GetProperty("type").GetString() == "event" && line.GetProperty("way").GetString() == way.GetProperty("way").GetString()));
        }
    }

    [Fact]
    public void Walks_come_behind_the_execve()
    {
        string[] args = ["walk", "--trace", "-", CommandLine.Bundled("x86_64/show"), "0x400000", "0x10"];

        string[] lines = CommandLine.Run(args).Output.TrimEnd('\n').Split('\n');

        Assert.All(lines, line => Assert.Empty(Schema.Validate(line)));
        JsonElement[] walked = [.. lines.Select(line => JsonDocument.Parse(line).RootElement).SkipWhile(line => !line.TryGetProperty("stage", out JsonElement stage) || stage.GetString() != "start").Skip(1).SkipLast(1)];
        Assert.All(walked, line => Assert.Equal("walk_step", line.GetProperty("kind").GetString()));
        // PML4, PDPT, PD and PT entry of the first, whose page was never touched; the second has no page table.
        Assert.Equal(["0x400000", "0x400000", "0x400000", "0x400000"], walked.Select(line => line.GetProperty("address").GetString()).Where(address => address != "0x10"));
        Assert.Equal("pgd", walked.First(line => line.GetProperty("address").GetString() == "0x10").GetProperty("linux").GetString());
    }

    [Fact]
    public void A_refused_execve_leaves_its_trace_too()
    {
        CommandLine run = CommandLine.Run("walk", "--trace", "-", "--stack-limit", "1m", "--arg-bytes", "2m", CommandLine.Bundled("x86_64/show"), "0x400000");

        Assert.Equal(1, run.Exit);
        Assert.Contains("\"kind\":\"failed\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_refuses_what_it_does_not_know()
    {
        string[] lines = CommandLine.Run("compare", "--trace", "-", CommandLine.Bundled("s390/show")).Output.TrimEnd('\n').Split('\n');
        string built = lines.First(line => line.Contains("table_built", StringComparison.Ordinal));

        Assert.NotEmpty(Schema.Validate(built.Replace("table_built", "table_made", StringComparison.Ordinal)));
        Assert.NotEmpty(Schema.Validate(built.Replace("\"at\":\"0x", "\"at\":\"", StringComparison.Ordinal)));
        Assert.NotEmpty(Schema.Validate(built.Replace("\"bytes\"", "\"octets\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_trace_to_a_file_leaves_the_text_on_standard_output()
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("events.jsonl"), program = CommandLine.Bundled("s390/show");

        CommandLine text = CommandLine.Run("compare", "--trace", file, program);

        Assert.Equal(CommandLine.Run("compare", program).Output, text.Output);
        Assert.Equal(CommandLine.Run("compare", "--trace", "-", program).Output, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_one_line_and_leaves_nothing()
    {
        using TemporaryDirectory directory = new();
        string program = CommandLine.Bundled("s390/show"), nowhere = directory.PathOf("no/such/place");

        CommandLine run = CommandLine.Run("compare", "--trace", nowhere, program);

        Assert.Equal((3, ""), (run.Exit, run.Output));
        Assert.StartsWith($"emulator: {nowhere}: cannot be written: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        string here = Path.GetDirectoryName(directory.PathOf("x"))!;
        CommandLine.Run("compare", "--trace", here, program).IsRefused(3, $"{here}: cannot be written: it is a directory");
        Assert.Empty(Directory.GetFileSystemEntries(here));
    }

    [Fact]
    public void Standard_output_has_room_for_one() =>
        CommandLine.Run("compare", "--trace", "-", "--json", "-", CommandLine.Bundled("s390/show")).IsRefused(2, "--json and --trace cannot all have standard output; give files to all but one");

    private static void HoldEnd(JsonElement way, JsonElement end)
    {
        Assert.Equal(way.GetProperty("result").GetString(), end.GetProperty("result").GetString());
        foreach (string key in new[] { "moved", "flushes", "move_ptes_calls", "peak_table_bytes", "staging_pages", "protected_entries" })
            Assert.Equal(way.GetProperty(key).GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), end.GetProperty(key).GetRawText());
        Assert.Equal(way.GetProperty("final_table_bytes").GetRawText(), end.GetProperty("table_bytes").GetRawText());
        if (way.GetProperty("stages").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last && way.GetProperty("result").GetString() == "ok")
        {
            foreach (string key in new[] { "allocated", "freed", "faults", "depth", "table_bytes", "pgtables_bytes" })
                Assert.Equal(last.GetProperty(key).GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), end.GetProperty(key).GetRawText());
        }
    }
}
