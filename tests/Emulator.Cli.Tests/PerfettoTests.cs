using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>--trace FILE.perfetto-trace</c>, read back by protoc with Perfetto's schema and held against the JSON of the same run.</summary>
public class PerfettoTests
{
    private const ulong Step = 1000;      // nanoseconds of the virtual clock

    public static TheoryData<string, string[]> Runs => new()
    {
        { "s390/show", ["--kernel", "2.6.32", "--arg-bytes", "15000"] },
        { "s390/show", ["--kernel", "6.1", "--new-mm", "shallow", "--arg-bytes", "15000"] },
        { "x86_64/show", ["--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "3m"] },
        { "sparc64/show", ["--kernel", "2.6.32", "--seed", "3"] },
        { "ppc32/show", ["--kernel", "2.6.32", "--page-size", "64k"] },
        { "alpha/show", ["--arg-bytes", "200000", "--argv0", "\"ü\\\n"] },
        { "x86_64/show", ["--stack-limit", "1m", "--arg-bytes", "2m"] },       // E2BIG on the way
        { "x86_64/show", ["--memory", "64k", "--arg-bytes", "30000"] },        // ENOMEM in the middle of a page
        { "i386/show", ["--mmu", "none", "--way", "staged"] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Every_event_is_on_the_timeline_once_with_what_the_json_says(string program, string[] options)
    {
        (ProtoMessage trace, JsonElement[] lines) = Run("compare", program, options);

        foreach (IGrouping<string, JsonElement> way in lines.Where(line => line.GetProperty("type").GetString() == "event").GroupBy(line => line.GetProperty("way").GetString()!))
        {
            Dictionary<ulong, (ulong Time, string Type, Dictionary<string, string> Said, string? Category)> told = [];
            foreach ((ulong time, ProtoMessage happened) in EventsOf(trace, way.Key))
            {
                Dictionary<string, string> said = happened.Messages("debug_annotations").ToDictionary(note => note.Value("name")!, ValueOf);
                if (said.TryGetValue("n", out string? number))
                    told.Add(ulong.Parse(number), (time, happened.Value("type")!, said, happened.Value("categories")));
            }
            Assert.Equal(way.Count(), told.Count);
            foreach (JsonElement line in way)
            {
                ulong n = line.GetProperty("n").GetUInt64();
                (ulong time, string type, Dictionary<string, string> said, string? category) = told[n];
                Assert.Equal(type == "TYPE_SLICE_END" ? (n + 1) * Step : n * Step, time);
                if (type != "TYPE_SLICE_END")
                    Assert.Equal(line.GetProperty("kind").GetString(), category);
                foreach (JsonProperty key in line.EnumerateObject().Where(key => key.Name is not ("type" or "way" or "kind" or "towards")))
                    Assert.Equal(key.Value.ToString(), said[key.Name]);
                Assert.NotEqual("", said["says"]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_counters_end_as_the_ledger_does(string program, string[] options)
    {
        (ProtoMessage trace, JsonElement[] lines) = Run("compare", program, options);

        Dictionary<string, (string Group, string Name, string Description)> tracks = Tracks(trace);
        foreach (JsonElement end in lines.Where(line => line.GetProperty("type").GetString() == "end"))
        {
            string way = end.GetProperty("way").GetString()!;
            JsonElement[] events = [.. lines.Where(line => line.GetProperty("type").GetString() == "event" && line.GetProperty("way").GetString() == way)];
            ulong? failed = events.Where(line => line.GetProperty("kind").GetString() == "failed").Select(line => (ulong?)line.GetProperty("n").GetUInt64() * Step).FirstOrDefault();
            Dictionary<string, ulong> last = [];
            foreach ((ulong time, ProtoMessage happened) in EventsOf(trace, way).Where(pair => pair.Event.Value("type") == "TYPE_COUNTER" && !(pair.Time > failed)))
                last[tracks[happened.Value("track_uuid")!].Description] = happened.Number("counter_value");
            ulong Books(string key) => last[$"{key} of the ledger."];
            ulong Sum(string key) => (ulong)end.GetProperty(key).EnumerateObject().Sum(level => level.Value.GetInt64());

            foreach (string key in new[] { "depth", "faults", "move_ptes_calls", "protected_entries", "staging_pages", "table_bytes", "peak_table_bytes", "pgtables_bytes" })
                Assert.Equal(end.GetProperty(key).GetUInt64(), Books(key));
            foreach (string kind in new[] { "page", "range", "full", "dcache_page" })
                Assert.Equal(end.GetProperty("flushes").GetProperty(kind).GetUInt64(), Books($"flush_{kind}"));
            Assert.Equal(Sum("allocated"), Books("built"));
            Assert.Equal(Sum("freed"), Books("freed"));
            Assert.Equal(end.GetProperty("moved").GetProperty("pte").GetUInt64(), Books("pte"));
            Assert.Equal(Sum("moved") - Books("pte"), Books("rehung"));
            ulong live = 0;
            foreach ((string description, ulong value) in last.Where(counter => counter.Key.StartsWith("Tables of level ", StringComparison.Ordinal)))
            {
                int level = description["Tables of level ".Length] - '0';
                long expected = events.Where(line => !(line.GetProperty("n").GetUInt64() * Step > failed) && line.TryGetProperty("level", out JsonElement at) && at.GetInt32() == level)
                    .Sum(line => line.GetProperty("kind").GetString() switch { "table_built" => 1, "table_freed" => -1, _ => 0 });
                Assert.Equal((ulong)expected, value);
                live += value;
            }
            Assert.Equal(Sum("allocated") - Sum("freed"), live);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Slices_nest_time_never_goes_back_and_every_track_is_its_own(string program, string[] options)
    {
        (ProtoMessage trace, JsonElement[] lines) = Run("compare", program, options);

        Assert.DoesNotContain(trace.Everything().SelectMany(message => message.Names), name => char.IsAsciiDigit(name[0]));      // fields that the schema does not know
        ProtoMessage[] descriptors = [.. trace.Messages("packet").Select(packet => packet.Message("track_descriptor")).OfType<ProtoMessage>()];
        HashSet<string> known = [.. descriptors.Select(track => track.Value("uuid")!)];
        Assert.Equal(descriptors.Length, known.Count);
        Assert.DoesNotContain("0", known);      // Perfetto's own
        Assert.All(descriptors.Where(track => track.Names.Contains("parent_uuid")), track => Assert.Contains(track.Value("parent_uuid")!, known));
        HashSet<string> counters = [.. descriptors.Where(track => track.Names.Contains("counter")).Select(track => track.Value("uuid")!)];
        foreach (IGrouping<ulong, ProtoMessage> way in trace.Messages("packet").Where(packet => packet.Names.Contains("track_event")).GroupBy(packet => packet.Number("trusted_packet_sequence_id")))
        {
            ulong now = 0;
            Dictionary<string, Stack<ulong>> open = [];
            foreach (ProtoMessage packet in way)
            {
                ulong time = packet.Number("timestamp");
                Assert.True(time >= now, $"{now} comes before {time}");
                now = time;
                ProtoMessage happened = packet.Message("track_event")!;
                string track = happened.Value("track_uuid")!, type = happened.Value("type")!;
                Assert.Contains(track, known);
                Assert.Equal(type == "TYPE_COUNTER", counters.Contains(track));
                Stack<ulong> slices = open.TryGetValue(track, out Stack<ulong>? found) ? found : open[track] = [];
                if (type == "TYPE_SLICE_BEGIN")
                {
                    Assert.NotEqual("", happened.Value("name"));
                    slices.Push(time);
                }
                else if (type == "TYPE_SLICE_END")
                {
                    Assert.True(time > slices.Pop(), $"a slice that ends at {time} takes no time");
                }
            }
            Assert.All(open, track => Assert.Empty(track.Value));
        }
        Assert.Equal(lines.Count(line => line.GetProperty("type").GetString() == "end"), descriptors.Count(track => !track.Names.Contains("parent_uuid")));
        Assert.Contains(trace.Messages("packet").First().Message("trace_attributes")!.Messages("attribute"), note => note.Value("key") == "clock" && note.Value("string_value")!.StartsWith("virtual", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_and_pieces_of_a_move_are_slices_around_what_is_done_for_them()
    {
        (ProtoMessage trace, _) = Run("compare", "s390/show", ["--kernel", "2.6.32", "--arg-bytes", "5000"]);

        Assert.Equal(
            ["build region-third table", "page fault(build segment table,write region-third table entry,build page table,write segment table entry,write page table entry,fill frame)",
                "page fault(write page table entry,fill frame)", "build segment table", "write region-third table entry", "build page table", "write segment table entry",
                "move_ptes()(move entry,flush page,move entry,flush page)", "write segment table entry", "free page table", "write region-third table entry", "free segment table", "flush address space",
                "page fault(build page table,write segment table entry,write page table entry,fill frame)", "flush address space", "free region-third table", "shrink to 2 levels"],
            Outline(trace, "in-place", "work"));
        Assert.Equal(["execve in-place(copying strings,reading the header,placing the stack,loading)"], Outline(trace, "in-place", "stages"));
        Assert.Contains("insert page(build segment table,write region-third table entry,build page table,write segment table entry,write page table entry,fill frame)", Outline(trace, "staged", "work"));
    }

    [Fact]
    public void Walks_are_slices_around_the_entries_that_are_read()
    {
        (ProtoMessage trace, _) = Run("walk", "s390/show", [], "0x4024fc", "0x10");

        Assert.Equal(["walk 0x4024fc(read segment table entry,read page table entry)", "walk 0x10(read segment table entry)"], Outline(trace, "in-place", "work").TakeLast(2));
        Assert.Equal("after the start", Outline(trace, "in-place", "stages").Last());
    }

    [Fact]
    public void The_format_follows_the_name_unless_it_is_named_itself()
    {
        using TemporaryDirectory directory = new();
        string program = CommandLine.Bundled("s390/show");
        byte[] Written(string name, params string[] options)
        {
            string file = directory.PathOf(name);
            Assert.Equal((0, ""), (CommandLine.Run(["compare", "--trace", file, .. options, program]).Exit, ""));
            return File.ReadAllBytes(file);
        }
        byte[] lines = Written("a.jsonl"), timeline = Written("a.perfetto-trace");

        Assert.Equal((byte)'{', lines[0]);
        Assert.NotEqual((byte)'{', timeline[0]);
        Assert.Equal(timeline, Written("b.PFTRACE"));
        Assert.Equal(timeline, Written("c.jsonl", "--trace-format", "perfetto"));
        Assert.Equal(lines, Written("d.pftrace", "--trace-format", "jsonl"));
        CommandLine.Run("compare", "--trace", "-", "--trace-format", "chrome", program).IsRefused(2, "--trace-format: \"chrome\" should be jsonl or perfetto");
    }

    [Fact]
    public void Standard_output_takes_bytes_too()
    {
        using TemporaryDirectory directory = new();
        string program = CommandLine.Bundled("s390/show"), file = directory.PathOf("a.pftrace");
        using MemoryStream bytes = new();

        CommandLine run = CommandLine.Run(CommandLine.In() with { BinaryOutput = () => bytes }, "compare", "--trace", "-", "--trace-format", "perfetto", program);
        CommandLine.Run("compare", "--trace", file, program);

        Assert.Equal((0, "", ""), (run.Exit, run.Output, run.Error));
        Assert.Equal(File.ReadAllBytes(file), bytes.ToArray());
    }

    private static (ProtoMessage Trace, JsonElement[] Lines) Run(string verb, string program, string[] options, params string[] operands)
    {
        string[] args = [verb, .. options, .. verb != "compare" || options.Contains("--way") ? [] : new[] { "--way", "both" }];
        using MemoryStream bytes = new();
        CommandLine.Run(CommandLine.In() with { BinaryOutput = () => bytes }, [.. args, "--trace-format", "perfetto", "--trace", "-", CommandLine.Bundled(program), .. operands]);
        string[] lines = CommandLine.Run([.. args, "--trace", "-", CommandLine.Bundled(program), .. operands]).Output.TrimEnd('\n').Split('\n');
        return (ProtoMessage.Decode(bytes.ToArray()), [.. lines.Select(line => JsonDocument.Parse(line).RootElement)]);
    }

    private static Dictionary<string, (string Group, string Name, string Description)> Tracks(ProtoMessage trace)
    {
        ProtoMessage[] descriptors = [.. trace.Messages("packet").Select(packet => packet.Message("track_descriptor")).OfType<ProtoMessage>()];
        Dictionary<string, string> names = descriptors.ToDictionary(track => track.Value("uuid")!, track => track.Value("name")!);
        return descriptors.ToDictionary(track => track.Value("uuid")!, track => (names[track.Value("parent_uuid") ?? track.Value("uuid")!], track.Value("name")!, track.Value("description")!));
    }

    private static IEnumerable<(ulong Time, ProtoMessage Event)> EventsOf(ProtoMessage trace, string way)
    {
        Dictionary<string, (string Group, string Name, string Description)> tracks = Tracks(trace);
        return trace.Messages("packet").Where(packet => packet.Message("track_event") is { } happened && tracks[happened.Value("track_uuid")!].Group == way)
            .Select(packet => (packet.Number("timestamp"), packet.Message("track_event")!));
    }

    /// <summary>The slices of a track, each with those inside it in brackets.</summary>
    private static List<string> Outline(ProtoMessage trace, string way, string track)
    {
        Dictionary<string, (string Group, string Name, string Description)> tracks = Tracks(trace);
        Stack<(string Name, List<string> Inside)> open = new([("", [])]);
        foreach ((_, ProtoMessage happened) in EventsOf(trace, way).Where(pair => tracks[pair.Event.Value("track_uuid")!].Name == track))
        {
            if (happened.Value("type") == "TYPE_SLICE_BEGIN")
            {
                open.Push((happened.Value("name")!, []));
            }
            else if (happened.Value("type") == "TYPE_SLICE_END")
            {
                (string name, List<string> inside) = open.Pop();
                open.Peek().Inside.Add(inside.Count == 0 ? name : $"{name}({string.Join(',', inside)})");
            }
        }
        return Assert.Single(open).Inside;
    }

    /// <summary>A value as the JSON writes it.</summary>
    private static string ValueOf(ProtoMessage note)
    {
        if (note.Value("pointer_value") is { } pointer)
            return $"0x{ulong.Parse(pointer):x}";
        if (note.Value("bool_value") is { } truth)
            return truth == "true" ? bool.TrueString : bool.FalseString;
        return note.Value("uint_value") ?? note.Value("string_value")!;
    }
}
