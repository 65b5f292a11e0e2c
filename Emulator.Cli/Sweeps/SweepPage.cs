using System.Collections.Immutable;
using System.Net;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Sweeps;

/// <summary>A sweep as a page: the picture, and all its numbers in tables. One file that needs nothing else, and no script.</summary>
internal sealed class SweepPage(SweepReport report)
{
    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output)
    {
        string title = $"execve against {report.Range.Knob.Words}";
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        output.Write($"<link rel=\"icon\" href=\"data:,\">\n<title>{Text(title)}</title>\n<style>\n{Assets.Read("sweep.svg.css")}{Assets.Read("sweep.css")}</style>\n</head>\n<body>\n<main>\n<h1>{Text(title)}</h1>\n");
        output.Write($"<figure>{new SweepSvg(report.Range, report.Rows).Element(null)}</figure>\n<h2>All numbers</h2>\n");
        foreach (SweepRow row in report.Rows)
        {
            foreach ((string way, ImmutableArray<SweepPoint> points) in row.Ways)
                WriteTable(output, row, way, points);
        }
        output.Write("</main>\n</body>\n</html>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private void WriteTable(TextWriter output, SweepRow row, string way, ImmutableArray<SweepPoint> points)
    {
        output.Write($"<details><summary>{Text($"{row.Abi}, Linux {row.Kernel}, {row.Mmu}, pages of {row.PageBytes} bytes")}: <b>{way}</b></summary>\n");
        output.Write($"<div class=\"wide\"><table data-abi=\"{row.Abi}\" data-way=\"{way}\"><thead><tr><th scope=\"col\">{report.Range.Knob.Name}</th><th scope=\"col\">result</th>");
        foreach ((string name, _) in SweepColumns.All)
            output.Write($"<th scope=\"col\">{name.Replace('_', ' ')}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        foreach (SweepPoint point in points)
        {
            output.Write($"<tr><th scope=\"row\">{point.Value}</th><td>{point.Result}</td>");
            foreach ((_, Func<SweepPoint, ulong> value) in SweepColumns.All)
                output.Write($"<td>{(point.Succeeded ? $"{value(point)}" : "")}</td>");
            output.Write("</tr>\n");
        }
        output.Write("</tbody></table></div></details>\n");
    }
}
