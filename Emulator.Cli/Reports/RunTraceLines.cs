using System.Text.Json;
using Emulator.Core.Exec;
using Emulator.Core.Processes;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>The events of a run, a JSON object a line: schema emulator.trace/1 (docs/trace.md, docs/trace.schema.json).</summary>
internal sealed class RunTraceLines(Recorder recorder, TextWriter output) : RunTrace(recorder)
{
    /// <inheritdoc/>
    protected override void WriteHead() => TraceLines.Line(output, json =>
    {
        json.WriteString("type", "run");
        json.WriteString("schema", "emulator.trace/1");
        new ExecSubject(Run.Plan, []).WriteJson(json);
        json.WriteStrings("ways", [Run.System.Options.Way]);
    });

    /// <inheritdoc/>
    protected override void Write(in RunEvent happened)
    {
        RunEvent written = happened;
        TraceLines.Line(output, json =>
        {
            json.WriteString("type", "event");
            json.WriteString("way", Run.System.Options.Way);
            json.WriteNumber("n", Count);
            json.WriteString("kind", written.Kind);
            json.WriteString("towards", written.Towards);
            written.Fields(new JsonTraceFields(json));
            if (written.Space != 0)
                json.WriteNumber("space", written.Space);
            WriteWho(json, written.Task);
        });
    }

    /// <inheritdoc/>
    protected override void WriteExec(LinuxTask task, ExecResult result, int events, HistoryLedger ledger, int space) => TraceLines.Line(output, json =>
    {
        json.WriteString("type", "end");
        json.WriteResult(result);
        json.WriteNumber("events", events);
        TraceLines.WriteLedger(json, ledger);
        json.WriteNumber("space", space);
        WriteWho(json, task);
    });

    /// <inheritdoc/>
    protected override void WriteEnd(string ended, int exit) => TraceLines.Line(output, json =>
    {
        json.WriteString("type", "exit");
        json.WriteString("ended", ended);
        json.WriteNumber("exit", exit);
        json.WriteNumber("events", Count);
        json.WriteNumber("instructions", Run.System.Instructions);
    });

    private void WriteWho(Utf8JsonWriter json, LinuxTask? task)
    {
        if (task is not null)
        {
            json.WriteNumber("process", task.Group.Id);
            json.WriteNumber("task", task.Id);
        }
        json.WriteNumber("instructions", Run.System.Instructions);
    }
}
