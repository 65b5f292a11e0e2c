using System.Collections.Immutable;
using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Sweeps;

/// <summary>What every way costs at every value of a knob: schema emulator.sweep/1 (docs/sweep.md).</summary>
/// <param name="range">The knob and its values.</param>
/// <param name="rows">The programs.</param>
internal sealed class SweepReport(SweepRange range, ImmutableArray<SweepRow> rows) : Report
{
    private const int MostLines = 14;

    /// <summary>The knob and its values.</summary>
    public SweepRange Range => range;

    /// <summary>The programs.</summary>
    public ImmutableArray<SweepRow> Rows => rows;

    /// <inheritdoc/>
    public override int ExitCode => rows.All(row => row.Differences.IsEmpty) ? Cli.ExitCode.Done : Cli.ExitCode.Refused;

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.sweep/1");
        json.WriteString("knob", range.Knob.Name);
        json.WriteStartArray("values");
        foreach (ulong value in range.Values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (SweepRow row in rows)
            WriteRow(json, row);
        json.WriteEndArray();
        json.WriteBoolean("same_user_view", rows.All(row => row.Differences.IsEmpty));
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0)
                output.Line();
            WriteText(output, rows[i]);
        }
    }

    private static void WriteRow(Utf8JsonWriter json, SweepRow row)
    {
        json.WriteStartObject();
        json.WriteString("program", row.Program);
        json.WriteString("arch", row.Architecture);
        json.WriteString("abi", row.Abi);
        json.WriteString("kernel", row.Kernel);
        json.WriteString("mmu", row.Mmu);
        json.WriteNumber("page_bytes", row.PageBytes);
        json.WriteStartArray("ways");
        foreach ((string way, ImmutableArray<SweepPoint> points) in row.Ways)
        {
            json.WriteStartObject();
            json.WriteString("way", way);
            json.WriteStartArray("points");
            foreach (SweepPoint point in points)
            {
                json.WriteStartObject();
                json.WriteNumber("value", point.Value);
                json.WriteString("result", point.Result);
                foreach ((string name, Func<SweepPoint, ulong> value) in SweepColumns.All)
                {
                    if (point.Succeeded)
                        json.WriteNumber(name, value(point));
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStrings("differences", row.Differences);
        json.WriteEndObject();
    }

    private void WriteText(TextOutput output, SweepRow row)
    {
        output.Line($"{Path.GetFileName(row.Program)} ({row.Abi}), Linux {row.Kernel}, {row.Mmu}, pages of {row.PageBytes} bytes", Tone.Strong);
        TextTable table = new([$">{range.Knob.Name}", .. SweepMetric.All.SelectMany(metric => row.Ways.Select((way, index) => index == 0 ? $">{metric.Short}: {way.Way}" : $">{way.Way}"))]);
        int[] shown = Shown(range.Values.Length);
        foreach (int i in shown)
            table.Add([$"{range.Values[i]}", .. SweepMetric.All.SelectMany(metric => row.Ways.Select(way => way.Points[i].Succeeded ? $"{metric.Value(way.Points[i])}" : way.Points[i].Result))]);
        output.Table(table);
        if (shown.Length < range.Values.Length)
            output.Line($"{shown.Length} of {range.Values.Length} values; --csv FILE has all", Tone.Faint);
        foreach (string difference in row.Differences)
            output.Line($"different at {difference}", Tone.Bad);
    }

    /// <summary>Which values the text shows: few, evenly, the ends among them.</summary>
    private static int[] Shown(int values) =>
        values <= MostLines ? [.. Enumerable.Range(0, values)] : [.. Enumerable.Range(0, MostLines).Select(line => (int)((long)line * (values - 1) / (MostLines - 1))).Distinct()];
}
