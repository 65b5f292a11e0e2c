using System.Collections.Immutable;
using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>What differs between two runs, way by way: schema emulator.diff/1 (docs/diff.md).</summary>
/// <param name="a">The first.</param>
/// <param name="b">The second.</param>
/// <param name="pairs">What was held against each other; at least one.</param>
/// <param name="judges">Whether a difference is a failure.</param>
internal sealed class DiffReport(RunSource a, RunSource b, ImmutableArray<RunDiff> pairs, bool judges) : Report
{
    /// <summary>The first.</summary>
    public RunSource A => a;

    /// <summary>The second.</summary>
    public RunSource B => b;

    /// <summary>What was held against each other.</summary>
    public ImmutableArray<RunDiff> Pairs => pairs;

    /// <summary>Whether nothing differs.</summary>
    public bool IsEqual => pairs.All(pair => pair.IsEqual);

    /// <inheritdoc/>
    public override int ExitCode => a.HasFailed || b.HasFailed || (judges && !IsEqual) ? Cli.ExitCode.Refused : Cli.ExitCode.Done;

    /// <inheritdoc/>
    public override void WriteText(TextOutput output) => new DiffText(this).Write(output);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.diff/1");
        json.WriteString("a", a.Name);
        json.WriteString("b", b.Name);
        json.WriteBoolean("equal", IsEqual);
        json.WriteStartArray("pairs");
        foreach (RunDiff pair in pairs)
            WritePair(json, pair);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, RunDiff pair)
    {
        json.WriteStartObject();
        WriteSide(json, "a", pair.A);
        WriteSide(json, "b", pair.B);
        json.WriteBoolean("equal", pair.IsEqual);
        json.WriteBoolean("equal_but_for_places", pair.IsEqualButForPlaces);
        WriteFacts(json, "not_run_alike", pair.Facts);
        WriteFacts(json, "outcome", pair.Outcome);
        json.WriteStartArray("counters");
        foreach (CounterPair counter in pair.Counters)
        {
            json.WriteStartObject();
            json.WriteString("key", counter.Row.Key);
            json.WriteString("name", counter.Row.Name);
            json.WriteString("unit", counter.Row.Unit);
            json.WriteNumber("a", counter.A);
            json.WriteNumber("b", counter.B);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteTables(json, pair);
        WritePages(json, pair);
        WriteAreas(json, pair);
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string key, RunState state)
    {
        json.WriteStartObject(key);
        json.WriteString("way", state.Way);
        json.WriteString("moment", state.Moment);
        foreach (RunFact fact in state.Facts)
            WriteFact(json, fact.Key, fact.Key, fact.Value);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, string key, ImmutableArray<FactDifference> facts)
    {
        json.WriteStartArray(key);
        foreach (FactDifference fact in facts)
        {
            json.WriteStartObject();
            json.WriteString("key", fact.Key);
            WriteFact(json, "a", fact.Key, fact.A);
            WriteFact(json, "b", fact.Key, fact.B);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Counts are numbers, as in the report.</summary>
    private static void WriteFact(Utf8JsonWriter json, string name, string fact, string? value)
    {
        if (fact is "page_bytes" or "argc" or "stack_limit_bytes" or "argument_pages" or "present_pages" && ulong.TryParse(value, out ulong count))
            json.WriteNumber(name, count);
        else
            json.WriteString(name, value);
    }

    private static void WriteTables(Utf8JsonWriter json, RunDiff pair)
    {
        if (pair.Tables is not { } tables)
        {
            json.WriteNull("tables");
            return;
        }
        json.WriteStartObject("tables");
        json.WriteNumber("in_both", tables.Count(table => table.IsInBoth));
        json.WriteNumber("in_both_elsewhere", tables.Count(table => table.IsInBoth && table.A!.At != table.B!.At));
        json.WriteStartArray("both");
        foreach (TablePair both in tables.Where(table => table.IsInBoth))
        {
            json.WriteStartObject();
            WriteTable(json, both.A!);
            json.WriteAddress("at_b", both.B!.At.Value);
            json.WriteNumber("entries_b", both.B.Used);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteTables(json, "only_a", tables.Where(table => table.B is null).Select(table => table.A!));
        WriteTables(json, "only_b", tables.Where(table => table.A is null).Select(table => table.B!));
        json.WriteEndObject();
    }

    private static void WriteTables(Utf8JsonWriter json, string key, IEnumerable<TableState> tables)
    {
        json.WriteStartArray(key);
        foreach (TableState table in tables)
        {
            json.WriteStartObject();
            WriteTable(json, table);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTable(Utf8JsonWriter json, TableState table)
    {
        json.WriteNumber("level", table.Level);
        json.WriteString("table", table.Name);
        json.WriteString("linux", table.LinuxName);
        json.WriteAddress("start", table.Start.Value);
        json.WriteAddress("last", table.Last.Value);
        json.WriteAddress("at", table.At.Value);
        json.WriteNumber("entries", table.Used);
    }

    private static void WritePages(Utf8JsonWriter json, RunDiff pair)
    {
        if (pair.Pages is not { } ranges)
        {
            json.WriteNull("mapped");
            return;
        }
        json.WriteStartObject("mapped");
        foreach (PageVerdict verdict in Enum.GetValues<PageVerdict>())
            json.WriteNumber($"{NameOf(verdict)}_bytes", pair.BytesOf(verdict));
        json.WriteStartArray("ranges");
        foreach (PageRange range in ranges)
        {
            json.WriteStartObject();
            json.WriteString("what", NameOf(range.Verdict));
            json.WriteAddress("start", range.Start.Value);
            json.WriteAddress("last", range.Last.Value);
            json.WriteNumber("bytes", range.Bytes);
            WriteFlags(json, "flags_a", range.FlagsA);
            WriteFlags(json, "flags_b", range.FlagsB);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A verdict as the JSON names it.</summary>
    private static string NameOf(PageVerdict verdict) => verdict switch
    {
        PageVerdict.Same => "same",
        PageVerdict.OnlyA => "only_a",
        PageVerdict.OnlyB => "only_b",
        PageVerdict.Flags => "other_flags",
        PageVerdict.Frame => "other_frame",
        _ => "other_bits",
    };

    private static void WriteFlags(Utf8JsonWriter json, string key, PageFlags? flags)
    {
        if (flags is { } known)
            json.WriteString(key, PageFlagsText.Format(known));
        else
            json.WriteNull(key);
    }

    private static void WriteAreas(Utf8JsonWriter json, RunDiff pair)
    {
        if (pair.AreasOnlyInA is not { } onlyA || pair.AreasOnlyInB is not { } onlyB)
        {
            json.WriteNull("areas");
            return;
        }
        json.WriteStartObject("areas");
        json.WriteStrings("only_a", onlyA);
        json.WriteStrings("only_b", onlyB);
        json.WriteEndObject();
    }
}
