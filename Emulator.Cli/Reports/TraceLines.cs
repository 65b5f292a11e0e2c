using System.Text.Json;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>Every event of every way, a JSON object a line: schema emulator.trace/1 (docs/trace.md, docs/trace.schema.json).</summary>
internal sealed class TraceLines(ExecSubject subject, ExecReport report)
{
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
                json.WriteString("kind", TraceFields.NameOf(history[step].Kind));
                json.WriteString("towards", Json.StageName(moment.Next));
                TraceFields.Write(new JsonTraceFields(json), history[step], history.Tree, moment.Depth);
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

    /// <summary>Writes an object as a line.</summary>
    public static void Line(TextWriter output, Action<Utf8JsonWriter> write)
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
