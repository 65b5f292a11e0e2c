using System.Text.Json;
using Emulator.Judges;
using Emulator.Testing;
using NJsonSchema;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>run --trace</c>, as lines and as a timeline, on real programs of alpha.</summary>
public class RunTraceTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromFileAsync(Repository.PathOf("docs/trace.schema.json")).GetAwaiter().GetResult();

    // Of a line: what every line has, and what a slice's end does not say.
    private static readonly string[] OfTheLine = ["type", "way", "n", "kind", "towards", "process", "task", "instructions"];

    public static TheoryData<string, string[]> Programs => new()
    {
        { "arguments", [] },
        { "exec", ["--way", "in-place"] },
        { "exec", ["--way", "staged", "--kernel", "6.1"] },
        { "processes", [] },
        { "signals", [] },
        { "threads", [] },
        { "faults", [] },
    };

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Programs))]
    public void Every_line_is_what_the_schema_says_and_the_lines_add_up_to_the_report(string program, string[] options)
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("run.jsonl"), json = directory.PathOf("run.json");
        GuestCommand plain = GuestCommand.Run(["run", .. options, GuestCommand.Alpha(program), "/tmp"]);
        GuestCommand traced = GuestCommand.Run(["run", .. options, "--trace", file, "--json", json, GuestCommand.Alpha(program), "/tmp"]);

        Assert.Equal(plain, traced);
        string[] lines = File.ReadAllLines(file);
        Assert.All(lines.DistinctBy(Shape), line => Assert.Empty(Schema.Validate(line)));
        JsonElement[] parsed = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement report = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        JsonElement[] events = [.. parsed.Where(line => TypeOf(line) == "event")];
        Assert.Equal(("run", "exit"), (TypeOf(parsed[0]), TypeOf(parsed[^1])));
        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(line => line.GetProperty("n").GetInt32()));
        Assert.Equal((traced.Exit, events.Length), (parsed[^1].GetProperty("exit").GetInt32(), parsed[^1].GetProperty("events").GetInt32()));

        int Of(string kind) => events.Count(line => KindOf(line) == kind);
        Assert.Equal(report.GetProperty("system_calls").GetInt32(), Of("system_call"));
        Assert.Equal(report.GetProperty("page_faults").GetInt32(), Of("page_fault"));
        Assert.Equal(Of("page_fault"), Of("page_fault_end"));
        Assert.Equal(report.GetProperty("execs").GetInt32(), Of("exec"));
        Assert.Equal(report.GetProperty("tasks").GetInt32(), Of("task_begin"));
        HoldLedgers(report, parsed);
        HoldSpaces(events);
        HoldNesting(events);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("in-place")]
    [InlineData("staged")]
    [InlineData("fixed")]
    public void The_first_execve_has_the_events_that_compare_tells(string way)
    {
        string program = GuestCommand.Alpha("arguments");
        string[] args = ["--way", way, "--execfn", "/x", "--argv0", "/x", "--arg-bytes", "9000"];
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("run.jsonl");
        GuestCommand.Run(["run", "--trace", file, .. args, program]);

        string[] compared = CommandLine.Run(["compare", "--trace", "-", .. args, program]).Output.TrimEnd('\n').Split('\n');
        string[] ran = [.. File.ReadLines(file).TakeWhile(line => TypeOf(JsonDocument.Parse(line).RootElement) != "end")];

        Assert.Equal(compared[1..^1].Select(line => Plain(line, "n")), ran[2..].Select(line => Plain(line, "n", "space", "process", "task", "instructions")));
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Programs))]
    public void The_timeline_has_every_event_once_with_what_the_line_says(string program, string[] options)
    {
        using TemporaryDirectory directory = new();
        string lines = directory.PathOf("run.jsonl"), timeline = directory.PathOf("run.pftrace");
        GuestCommand.Run(["run", .. options, "--trace", lines, GuestCommand.Alpha(program), "/tmp"]);
        GuestCommand.Run(["run", .. options, "--trace", timeline, GuestCommand.Alpha(program), "/tmp"]);
        ProtoMessage trace = ProtoMessage.Decode(File.ReadAllBytes(timeline));

        Assert.DoesNotContain(trace.Everything().SelectMany(message => message.Names), name => char.IsAsciiDigit(name[0]));      // fields that the schema does not know
        Dictionary<string, string> tracks = trace.Messages("packet").Select(packet => packet.Message("track_descriptor")).OfType<ProtoMessage>().ToDictionary(track => track.Value("uuid")!, track => track.Value("name")!);
        Dictionary<int, (ProtoMessage Event, Dictionary<string, string> Said)> told = [];
        Dictionary<string, Stack<ulong>> open = [];
        ulong now = 0, tables = 0;
        foreach (ProtoMessage packet in trace.Messages("packet").Where(packet => packet.Message("track_event") is not null))
        {
            ProtoMessage happened = packet.Message("track_event")!;
            ulong time = packet.Number("timestamp");
            Assert.True(time >= now, $"{now} comes before {time}");
            now = time;
            string track = happened.Value("track_uuid")!;
            Assert.Contains(track, tracks.Keys);
            Stack<ulong> slices = open.TryGetValue(track, out Stack<ulong>? found) ? found : open[track] = [];
            switch (happened.Value("type"))
            {
                case "TYPE_SLICE_BEGIN":
                    slices.Push(time);
                    break;
                case "TYPE_SLICE_END":
                    Assert.True(time > slices.Pop(), $"a slice that ends at {time} takes no time");
                    break;
                case "TYPE_COUNTER":
                    Assert.Equal("table bytes", tracks[track]);
                    tables = happened.Number("counter_value");
                    break;
            }
            Dictionary<string, string> said = happened.Messages("debug_annotations").ToDictionary(note => note.Value("name")!, ValueOf);
            if ((said.GetValueOrDefault("n") ?? said.GetValueOrDefault("n_end")) is { } n)
                told.Add(int.Parse(n), (happened, said));
        }
        Assert.All(open, track => Assert.Empty(track.Value));
        Assert.Equal(0UL, tables);      // all programs have ended
        JsonElement[] events = [.. File.ReadLines(lines).Select(line => JsonDocument.Parse(line).RootElement).Where(line => TypeOf(line) == "event")];
        foreach (JsonElement line in events.Where(line => !IsEndOfWhoHasEnded(line, told)))
        {
            (ProtoMessage happened, Dictionary<string, string> said) = told[line.GetProperty("n").GetInt32()];
            if (happened.Value("type") != "TYPE_SLICE_END")
            {
                Assert.Equal(KindOf(line), happened.Value("categories"));
                Assert.Equal(line.GetProperty("instructions").GetRawText(), said["instructions"]);
                string process = $"process {line.GetProperty("process").GetInt32()}";
                Assert.StartsWith(process, tracks[happened.Value("track_uuid")!], StringComparison.Ordinal);
            }
            foreach (JsonProperty key in line.EnumerateObject().Where(key => !OfTheLine.Contains(key.Name)))
                Assert.Equal(key.Value.ToString(), said[key.Name]);
        }
    }

    [Fact]
    public void A_limit_of_the_users_and_an_execve_that_fails_leave_their_traces_too()
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("run.jsonl");

        Assert.Equal(124, GuestCommand.Run("run", "--trace", file, "--max-instructions", "5000", CommandLine.Bundled("alpha/show")).Exit);
        JsonElement last = JsonDocument.Parse(File.ReadLines(file).Last()).RootElement;
        Assert.Equal(("max-instructions", 5000), (last.GetProperty("ended").GetString(), last.GetProperty("instructions").GetInt32()));

        Assert.Equal(126, GuestCommand.Run("run", "--trace", file, "--arg-bytes", "20m", CommandLine.Bundled("alpha/show")).Exit);
        JsonElement[] lines = [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(File.ReadLines(file).DistinctBy(Shape), line => Assert.Empty(Schema.Validate(line)));
        Assert.Contains(lines, line => TypeOf(line) == "event" && KindOf(line) == "failed");
        Assert.Equal("execve", lines[^1].GetProperty("ended").GetString());
    }

    [Fact]
    public void Standard_output_is_the_programs() =>
        CommandLine.Run("run", "--trace", "-", CommandLine.Bundled("alpha/show")).IsRefused(2, "--trace: standard output belongs to the program; give a file");

    private static string TypeOf(JsonElement line) => line.GetProperty("type").GetString()!;

    private static string KindOf(JsonElement line) => line.GetProperty("kind").GetString()!;

    // A call that ends its task is over with it.
    private static bool IsEndOfWhoHasEnded(JsonElement line, Dictionary<int, (ProtoMessage, Dictionary<string, string>)> told) =>
        KindOf(line) == "system_call_end" && !line.TryGetProperty("result", out _) && !line.TryGetProperty("errno", out _) && !told.ContainsKey(line.GetProperty("n").GetInt32());

    /// <summary>A line without its numbers: lines that differ in nothing else are equally right or wrong.</summary>
    private static string Shape(string line) => string.Concat(line.Where(character => !char.IsAsciiHexDigitLower(character)));

    private static string Plain(string line, params string[] without) =>
        string.Join(' ', JsonDocument.Parse(line).RootElement.EnumerateObject().Where(key => !without.Contains(key.Name)).Select(key => $"{key.Name}={key.Value}"));

    private static void HoldLedgers(JsonElement report, JsonElement[] lines)
    {
        JsonElement[] ledgers = [.. report.GetProperty("exec_ledgers").EnumerateArray()], ends = [.. lines.Where(line => TypeOf(line) == "end")];
        Assert.Equal(ledgers.Length, ends.Length);
        foreach ((JsonElement ledger, JsonElement end) in ledgers.Zip(ends))
        {
            foreach (string key in new[] { "result", "process", "instructions", "moved", "flushes", "move_ptes_calls", "peak_table_bytes", "staging_pages", "protected_entries" })
                Assert.Equal(JsonSerializer.Serialize(ledger.GetProperty(key)), JsonSerializer.Serialize(end.GetProperty(key)));
            Assert.Equal(ledger.GetProperty("final_table_bytes").GetInt64(), end.GetProperty("table_bytes").GetInt64());
        }
    }

    /// <summary>Every address space gives back what it took, and its flushes while programs run are those of the report.</summary>
    private static void HoldSpaces(JsonElement[] events)
    {
        foreach (IGrouping<int, JsonElement> space in events.Where(line => KindOf(line) is "table_built" or "table_freed").GroupBy(line => line.GetProperty("space").GetInt32()))
        {
            Assert.Equal("table_built", KindOf(space.First()));
            Assert.Equal(0, space.Sum(line => (KindOf(line) == "table_built" ? 1 : -1) * line.GetProperty("bytes").GetInt64()));
        }
    }

    /// <summary>Calls and faults of a task do not overlap.</summary>
    private static void HoldNesting(JsonElement[] events)
    {
        Dictionary<int, Stack<string>> open = [];
        foreach (JsonElement line in events)
        {
            if (!line.TryGetProperty("task", out JsonElement number))
                continue;
            Stack<string> begun = open.TryGetValue(number.GetInt32(), out Stack<string>? found) ? found : open[number.GetInt32()] = [];
            switch (KindOf(line))
            {
                case "system_call":
                    Assert.Empty(begun);
                    begun.Push("system_call");
                    break;
                case "page_fault":
                    Assert.Empty(begun);
                    begun.Push("page_fault");
                    break;
                case "system_call_end" or "page_fault_end":
                    Assert.Equal(begun.Pop() + "_end", KindOf(line));
                    break;
                case "signal":
                    Assert.Empty(begun);
                    break;
                case "task_end":
                    if (begun.Count > 0 && begun.Peek() == "page_fault")
                        Assert.Fail("a task ends in a page fault");
                    break;
            }
        }
    }

    private static string ValueOf(ProtoMessage note)
    {
        if (note.Value("pointer_value") is { } pointer)
            return $"0x{ulong.Parse(pointer):x}";
        if (note.Value("bool_value") is { } truth)
            return truth == "true" ? bool.TrueString : bool.FalseString;
        return note.Value("uint_value") ?? note.Value("string_value")!;
    }
}
