using System.Collections.Immutable;

namespace Emulator.Cli.Sweeps;

/// <summary>All numbers of a sweep as comma-separated values (RFC 4180, but lines end as Unix's do), with a head line; those of a failed execve are empty.</summary>
internal static class SweepCsv
{
    /// <summary>Writes.</summary>
    public static void Write(TextWriter output, Knob knob, ImmutableArray<SweepRow> rows)
    {
        Line(output, ["program", "arch", "abi", "kernel", "mmu", "page_bytes", "way", knob.Name.Replace('-', '_'), "result", .. SweepColumns.All.Select(column => column.Name)]);
        foreach (SweepRow row in rows)
        {
            foreach ((string way, ImmutableArray<SweepPoint> points) in row.Ways)
            {
                foreach (SweepPoint point in points)
                {
                    Line(output,
                    [
                        row.Program, row.Architecture, row.Abi, row.Kernel, row.Mmu, $"{row.PageBytes}", way, $"{point.Value}", point.Result,
                        .. SweepColumns.All.Select(column => point.Succeeded ? $"{column.Value(point)}" : ""),
                    ]);
                }
            }
        }
    }

    private static void Line(TextWriter output, IEnumerable<string> cells)
    {
        output.Write(string.Join(',', cells.Select(Quote)));
        output.Write('\n');
    }

    private static string Quote(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
