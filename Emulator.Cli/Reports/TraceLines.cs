using System.Text.Json;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>Every event of every way, a JSON object a line: schema emulator.trace/1 (docs/trace.md, docs/trace.schema.json).</summary>
internal sealed class TraceLines(ExecSubject subject, ExecReport report)
{
    private static readonly string[] Kinds =
    [
        "stage", "table_built", "table_freed", "table_moved", "entry_written", "entry_moved", "root_grown", "root_shrunk", "frame_filled", "fault", "flush",
        "walk_step", "piece_moved", "area_protected", "page_staged", "page_unstaged", "failed",
    ];

    /// <summary>The name of a kind of event.</summary>
    public static string NameOf(TraceEventKind kind) => Kinds[(int)kind];

    /// <summary>Writes the lines: one for the run; for each way its events and a line that ends it.</summary>
    public void Write(TextWriter output)
    {
        Line(output, json =>
        {
            json.WriteString("type", "run");
            json.WriteString("schema", "emulator.trace/1");
            subject.WriteJson(json);
            json.WriteStrings("ways", report.Ways.Select(way => way.Result.Way));
        });
        foreach (WayReport way in report.Ways)
            WriteWay(output, way);
    }

    private static void WriteWay(TextWriter output, WayReport way)
    {
        History history = way.Steps;
        Moment moment = history.At(0);
        for (int step = 0; step < history.Count; step++)
        {
            Line(output, json =>
            {
                json.WriteString("type", "event");
                json.WriteString("way", way.Result.Way);
                json.WriteNumber("n", step);
                json.WriteString("kind", NameOf(history[step].Kind));
                json.WriteString("towards", Json.StageName(moment.Next));
                WriteEvent(json, history[step], history.Tree, moment.Depth);
            });
            if (history[step].Kind is TraceEventKind.StageReached or TraceEventKind.TableBuilt or TraceEventKind.RootGrown or TraceEventKind.RootShrunk)
                moment.MoveTo(step + 1);
        }
        moment.MoveTo(history.End);
        Line(output, json =>
        {
            json.WriteString("type", "end");
            json.WriteResult(way.Result);
            json.WriteNumber("events", history.Count);
            WriteLedger(json, moment.Ledger);
        });
    }

    /// <summary>The counters at a moment, by the names that the report's JSON has for them.</summary>
    public static void WriteLedger(Utf8JsonWriter json, HistoryLedger ledger)
    {
        json.WriteCounts("allocated", ledger.Allocated);
        json.WriteCounts("freed", ledger.Freed);
        json.WriteStartObject("moved");
        json.WriteNumber("pte", ledger.Moves.Pte);
        json.WriteNumber("pmd", ledger.Moves.Pmd);
        json.WriteNumber("pud", ledger.Moves.Pud);
        json.WriteEndObject();
        json.WriteNumber("move_ptes_calls", ledger.Moves.PieceCalls);
        json.WriteNumber("protected_entries", ledger.ProtectedEntries);
        json.WriteStartObject("flushes");
        json.WriteNumber("page", ledger.Flushes.Page);
        json.WriteNumber("range", ledger.Flushes.Range);
        json.WriteNumber("full", ledger.Flushes.Full);
        json.WriteNumber("dcache_page", ledger.Flushes.DcachePage);
        json.WriteEndObject();
        json.WriteNumber("faults", ledger.Faults);
        json.WriteNumber("staging_pages", ledger.StagingPages);
        json.WriteNumber("depth", ledger.Depth);
        json.WriteNumber("table_bytes", ledger.TableBytes);
        json.WriteNumber("peak_table_bytes", ledger.PeakTableBytes);
        json.WriteNumber("pgtables_bytes", ledger.PgtablesBytes);
    }

    private static void WriteEvent(Utf8JsonWriter json, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.StageReached:
                json.WriteString("stage", Json.StageName((Core.Exec.ExecStageName)happened.Detail));
                json.WriteAddress("address", happened.Address.Value);
                json.WriteNumber("anon_pages", happened.Before);
                break;
            case TraceEventKind.TableBuilt or TraceEventKind.TableFreed:
                WriteTable(json, happened, tree, depth);
                json.WriteNumber("bytes", happened.Detail);
                break;
            case TraceEventKind.TableMoved:
                WriteTable(json, happened, tree, depth);
                json.WriteAddress("from", happened.Detail);
                break;
            case TraceEventKind.EntryWritten or TraceEventKind.WalkStep:
                WriteEntry(json, happened, tree, depth);
                break;
            case TraceEventKind.EntryMoved:
                WriteEntry(json, happened, tree, depth);
                json.WriteAddress("from", happened.Detail);
                break;
            case TraceEventKind.RootGrown or TraceEventKind.RootShrunk:
                json.WriteNumber("depth", happened.Level + 1);
                json.WriteAddress("at", happened.At.Value);
                json.WriteAddress("root_register", happened.After);
                break;
            case TraceEventKind.FrameFilled:
                json.WriteAddress("address", happened.Address.Value);
                json.WriteAddress("at", happened.At.Value);
                break;
            case TraceEventKind.Fault:
                json.WriteAddress("address", happened.Address.Value);
                json.WriteString("access", (AccessKind)happened.Detail switch { AccessKind.Write => "write", AccessKind.Fetch => "fetch", _ => "read" });
                break;
            case TraceEventKind.Flush:
                json.WriteString("flush", (FlushKind)happened.Detail switch { FlushKind.Page => "page", FlushKind.Range => "range", FlushKind.Full => "full", _ => "dcache_page" });
                json.WriteAddress("address", happened.Address.Value);
                json.WriteBoolean("for_protection", happened.After != 0);
                break;
            case TraceEventKind.PieceMoved:
                json.WriteAddress("address", happened.Address.Value);
                json.WriteAddress("from", happened.Before);
                json.WriteNumber("bytes", happened.After);
                json.WriteNumber("entries", happened.Detail);
                break;
            case TraceEventKind.AreaProtected:
                json.WriteAddress("address", happened.Address.Value);
                json.WriteAddress("end", happened.After);
                json.WriteNumber("entries", happened.Detail);
                break;
            case TraceEventKind.PageStaged:
                json.WriteAddress("address", happened.Address.Value);
                json.WriteAddress("at", happened.At.Value);
                json.WriteNumber("staging_pages", happened.Detail);
                break;
            case TraceEventKind.PageUnstaged:
                json.WriteAddress("at", happened.At.Value);
                if (happened.Address.Value != 0)
                    json.WriteAddress("address", happened.Address.Value);
                break;
            case TraceEventKind.Failed:
                json.WriteString("errno", ((Errno)happened.Detail).ToString());
                break;
        }
    }

    private static void WriteTable(Utf8JsonWriter json, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        json.WriteNumber("level", happened.Level);
        json.WriteString("table", tree[happened.Level].Name);
        json.WriteString("linux", PageTableGeometry.LinuxName(happened.Level, Math.Max(depth, happened.Level + 1)));
        json.WriteAddress("address", happened.Address.Value);
        json.WriteAddress("at", happened.At.Value);
    }

    private static void WriteEntry(Utf8JsonWriter json, in TraceEvent happened, PageTableGeometry tree, int depth)
    {
        WriteTable(json, happened, tree, depth);
        json.WriteNumber("index", tree[happened.Level].IndexOf(happened.Address));
        json.WriteAddress("before", happened.Before);
        json.WriteAddress("after", happened.After);
    }

    private static void Line(TextWriter output, Action<Utf8JsonWriter> write)
    {
        output.Write(Json.Line(json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }));
        output.Write('\n');
    }
}
