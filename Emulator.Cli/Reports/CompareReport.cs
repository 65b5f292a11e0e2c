using System.Text.Json;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Reports;

namespace Emulator.Cli.Reports;

/// <summary>Ways side by side: schema emulator.exec/1.</summary>
internal sealed class CompareReport(ExecPlan plan, ExecReport report) : Report
{
    private readonly ExecSubject _subject = new(plan, [.. report.Ways.Select(way => way.Result)]);

    /// <summary>What was exec'd on what.</summary>
    public ExecSubject Subject => _subject;

    /// <summary>The ways.</summary>
    public ExecReport Ways => report;

    /// <inheritdoc/>
    public override int ExitCode => report.AllSucceeded && report.SameUserView ? Cli.ExitCode.Done : Cli.ExitCode.Refused;

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.exec/1");
        _subject.WriteJson(json);
        json.WriteStartArray("ways");
        foreach (WayReport way in report.Ways)
            WriteWay(json, way);
        json.WriteEndArray();
        json.WriteBoolean("same_user_view", report.SameUserView);
        json.WriteStartArray("differences");
        foreach (string difference in report.Differences)
            json.WriteStringValue(difference);
        json.WriteEndArray();
        json.WriteString("verdict", report.Verdict);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output) => new CompareText(_subject, report).Write(output);

    private static void WriteWay(Utf8JsonWriter json, WayReport way)
    {
        ExecResult result = way.Result;
        json.WriteStartObject();
        LedgerJson.Write(json, result);
        json.WriteStartArray("depth_events");
        foreach (DepthChange change in way.Steps.DepthChanges)
        {
            json.WriteStartObject();
            json.WriteString("stage", Json.StageName(change.Stage));
            json.WriteNumber("from", change.From);
            json.WriteNumber("to", change.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (result.Pressure is { } pressure)
            WritePressure(json, pressure);
        if (!result.Interventions.IsEmpty)
            WriteInterventions(json, result);
        WriteTables(json, way.Steps);
        if (result.User is { } user)
            WriteUser(json, user);
        json.WriteEndObject();
    }

    /// <summary>The tables as they are when the books are closed, runs of entries as one (docs/diff.md).</summary>
    private static void WriteTables(Utf8JsonWriter json, History steps)
    {
        json.WriteStartArray("tables");
        foreach (TableState table in TableState.Of(steps.At(steps.End), steps.Tree, steps.EntryFormat))
        {
            json.WriteStartObject();
            json.WriteNumber("level", table.Level);
            json.WriteString("table", table.Name);
            json.WriteString("linux", table.LinuxName);
            json.WriteAddress("start", table.Start.Value);
            json.WriteAddress("last", table.Last.Value);
            json.WriteAddress("at", table.At.Value);
            json.WriteNumber("entry_covers_bytes", table.EntrySpan);
            json.WriteStartArray("entries");
            foreach (EntryRun run in table.Entries)
                WriteRun(json, run);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, in EntryRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("index", run.Index);
        if (run.Count > 1)
            json.WriteNumber("count", run.Count);
        json.WriteAddress("entry", run.Entry);
        if (run.Count > 1)
            json.WriteAddress("last_entry", run.LastEntry);
        json.WriteAddress("target", run.Target.Value);
        if (run.Count > 1)
            json.WriteAddress("last_target", run.LastTarget.Value);
        if (run.Flags is { } flags)
            json.WriteString("flags", PageFlagsText.Format(flags));
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, PressureBooks pressure)
    {
        json.WriteStartObject("pressure");
        json.WriteNumber("swapped_out", pressure.SwappedOut);
        json.WriteNumber("others_swapped_out", pressure.OthersSwappedOut);
        json.WriteNumber("swapped_in", pressure.SwappedIn);
        json.WriteStartArray("oom_kills");
        foreach (OomKill kill in pressure.Kills)
        {
            json.WriteStartObject();
            json.WriteString("task", AdversityText.TaskName(kill.Task));
            json.WriteNumber("points", kill.Points);
            json.WriteNumber("caller_points", kill.CallerPoints);
            json.WriteNumber("freed_pages", kill.FreedPages);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("entries_left_behind", pressure.EntriesLeftBehind);
        json.WriteEndObject();
    }

    private static void WriteInterventions(Utf8JsonWriter json, ExecResult result)
    {
        json.WriteStartArray("interleaved");
        foreach (InterventionResult done in result.Interventions)
        {
            json.WriteStartObject();
            json.WriteString("action", InterventionText.NameOf(done.Intervention.Kind));
            json.WriteNumber("number", done.Intervention.Number);
            json.WriteString("point", done.Intervention.Point.ToString());
            json.WriteString("outcome", AdversityText.NameOf(done.Outcome));
            if (done.Intervention.Kind == InterventionKind.Reclaim)
                json.WriteNumber("pages", done.Pages);
            if (done.Index != 0)
                json.WriteAddress("page_index", done.Index);
            if (done is { AreaStart: { } start, AreaEnd: { } end })
            {
                json.WriteAddress("area_start", start.Value);
                json.WriteAddress("area_end", end.Value);
                json.WriteAddress("area_page_offset", done.AreaPageOffset);
            }
            if (done.LookedAt is { } lookedAt)
                json.WriteAddress("looked_at", lookedAt.Value);
            if (done.EntryAt is { } entryAt)
                json.WriteAddress("entry_at", entryAt.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteUser(Utf8JsonWriter json, UserView user)
    {
        json.WriteStartObject("user");
        json.WriteAddress("sp", user.StackPointer);
        json.WriteAddress("pc", user.ProgramCounter);
        json.WriteNumber("argc", user.ArgumentCount);
        json.WriteAddress("argv", user.Argv);
        json.WriteAddress("argv0", user.Argv0);
        json.WriteAddress("envp", user.Envp);
        json.WriteAddress("auxv_at", user.AuxvAt);
        json.WriteStartArray("auxv");
        foreach (AuxEntry entry in user.Auxv)
        {
            json.WriteStartObject();
            json.WriteNumber("type", entry.Type);
            json.WriteString("name", entry.Name);
            json.WriteAddress("value", entry.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("maps");
        foreach (string line in user.Maps)
            json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteString("stack_sha256", user.StackSha256);
        json.WriteString("memory_sha256", user.MemorySha256);
        json.WriteNumber("present_pages", user.PresentPages);
        json.WriteEndObject();
    }
}
