using System.Text.Json;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Reports;

/// <summary>Areas and figures of a program: schema emulator.maps/1.</summary>
internal sealed class MapsReport(ExecSubject subject, SeenProgram seen, MemoryFigures figures) : Report
{
    private (string Name, ulong Bytes)[] Figures =>
    [
        ("VmSize", figures.Size), ("VmRSS", figures.Resident), ("RssAnon", figures.Anonymous), ("RssFile", figures.File),
        ("VmData", figures.Data), ("VmStk", figures.Stack), ("VmPTE", figures.PageTables),
    ];

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.maps/1");
        subject.WriteJson(json);
        json.WriteResult(subject.Results[0]);
        seen.WriteJson(json);
        json.WriteStartArray("maps");
        foreach (string line in seen.Maps)
            json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteStartObject("status_bytes");
        foreach ((string name, ulong bytes) in Figures)
            json.WriteNumber(name, bytes);
        json.WriteEndObject();
        json.WriteNumber("table_bytes", figures.AllTables);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        foreach (string line in seen.Maps)
            output.Line(line);
        output.Line();
        foreach ((string name, ulong bytes) in Figures)
            output.Line($"{name + ':',-9}{bytes / 1024,8} kB");
        output.Line();
        seen.WriteText(output);
        output.Line($"page tables really take {figures.AllTables} bytes, top table included; VmPTE accounts for {figures.PageTables}", Tone.Faint);
    }
}
