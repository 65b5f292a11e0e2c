using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Emulator.Cli.Rendering;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>A difference as a page: one file that needs nothing else, and no script.</summary>
internal sealed class DiffPage(DiffReport report)
{
    private const double BarWidth = 120;

    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output)
    {
        const string Title = "What differs between two runs";
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        output.Write($"<link rel=\"icon\" href=\"data:,\">\n<title>{Title}</title>\n<style>\n{Assets.Read("diff.css")}</style>\n</head>\n<body>\n<header><h1>{Title}</h1>\n");
        output.Write("<p class=\"quiet\">Rows with − are only in A, with + only in B, with ~ in both but not alike.</p></header>\n<main>\n");
        foreach (RunDiff pair in report.Pairs)
            Write(output, pair);
        output.Write("</main>\n</body>\n</html>\n");
    }

    private void Write(TextWriter output, RunDiff pair)
    {
        output.Write($"<section>\n<h2>{Text(pair.A.Way == pair.B.Way ? pair.A.Way : $"{pair.A.Way} and {pair.B.Way}")}</h2>\n");
        output.Write($"<div class=\"sides\"><div class=\"a\"><b>A</b>{Text(DiffWords.Side(report.A, pair.A))}</div><div class=\"b\"><b>B</b>{Text(DiffWords.Side(report.B, pair.B))}</div></div>\n");
        output.Write($"<p class=\"verdict\">{Text(DiffWords.Verdict(pair))}</p>\n");
        if (DiffWords.Unknown(pair) is { Length: > 0 } unknown)
            output.Write($"<p class=\"quiet\">{Text(unknown)}</p>\n");
        Facts(output, "Not run alike", pair.Facts);
        Counters(output, pair);
        if (pair.Tables is { } tables)
            Tables(output, tables);
        if (pair.Pages is { } pages)
            Pages(output, pair, pages);
        Areas(output, pair);
        Facts(output, "How it ends, and what the program sees", pair.Outcome);
        output.Write("</section>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Facts(TextWriter output, string heading, ImmutableArray<FactDifference> facts)
    {
        if (facts.IsEmpty)
            return;
        output.Write($"<h3>{heading}</h3>\n<div class=\"wide\"><table><thead><tr><td></td><th scope=\"col\">A</th><th scope=\"col\">B</th></tr></thead>\n<tbody>\n");
        foreach (FactDifference fact in facts)
            output.Write($"<tr><th scope=\"row\">{Text(fact.Key)}</th><td class=\"mono fact\">{Text(fact.A ?? "")}</td><td class=\"mono fact\">{Text(fact.B ?? "")}</td></tr>\n");
        output.Write("</tbody></table></div>\n");
    }

    private static void Counters(TextWriter output, RunDiff pair)
    {
        output.Write("<h3>Ledger</h3>\n<div class=\"wide\"><table><thead><tr><td></td><th scope=\"col\" class=\"number\">A</th><th scope=\"col\" class=\"number\">B</th><th scope=\"col\" class=\"number\">B − A</th><td></td></tr></thead>\n<tbody>\n");
        foreach (CounterPair counter in pair.Counters)
        {
            string change = counter.Differs ? DiffText.Change(counter).Replace('-', '−') : "";
            output.Write($"<tr data-key=\"{counter.Row.Key}\"{(counter.Differs ? " class=\"both\"" : "")}><th scope=\"row\">{Text(counter.Row.Name)}</th><td class=\"number\">{counter.A}</td><td class=\"number\">{counter.B}</td><td class=\"number\">{change}</td><td>{(counter.Differs ? Bars(counter) : "")}</td></tr>\n");
        }
        output.Write("</tbody></table></div>\n");
    }

    /// <summary>Both values as bars of one scale.</summary>
    private static string Bars(CounterPair counter)
    {
        double most = Math.Max(counter.A, counter.B);
        string Bar(string side, double value, int y) => string.Create(CultureInfo.InvariantCulture, $"<rect class=\"bar-{side}\" y=\"{y}\" width=\"{value / most * BarWidth:0.#}\" height=\"6\"/>");
        return $"<svg class=\"bar\" width=\"{BarWidth}\" height=\"14\" aria-hidden=\"true\">{Bar("a", counter.A, 0)}{Bar("b", counter.B, 7)}</svg>";
    }

    private static void Tables(TextWriter output, ImmutableArray<TablePair> tables)
    {
        output.Write($"<h3>Page tables</h3>\n<p>{Text(DiffWords.Tables(tables))}</p>\n");
        if (tables.IsEmpty)
            return;
        output.Write("<div class=\"wide\"><table><thead><tr><td class=\"sign\"></td><th scope=\"col\">table</th><th scope=\"col\">covers</th><th scope=\"col\" class=\"number\">entries in A</th><th scope=\"col\" class=\"number\">in B</th></tr></thead>\n<tbody>\n");
        foreach (TablePair pair in tables)
        {
            TableState table = pair.Any;
            (string row, string sign) = pair.B is null ? ("a", "−") : pair.A is null ? ("b", "+") : pair.A.Used != pair.B.Used ? ("both", "~") : ("", "");
            output.Write($"<tr{(row.Length == 0 ? "" : $" class=\"{row}\"")}><td class=\"sign\">{sign}</td><th scope=\"row\" style=\"padding-left:{6 + 18 * pair.Above}px\">{Text(table.Name)} [{table.LinuxName}]</th><td class=\"mono\">{Form.Range(table.Start.Value, table.Last.Value)}</td><td class=\"number\">{pair.A?.Used}</td><td class=\"number\">{pair.B?.Used}</td></tr>\n");
        }
        output.Write("</tbody></table></div>\n");
    }

    private static void Pages(TextWriter output, RunDiff diff, ImmutableArray<PageRange> pages)
    {
        output.Write($"<h3>Pages</h3>\n<p>{Text(DiffWords.Pages(diff))}</p>\n");
        if (pages.IsEmpty)
            return;
        output.Write("<div class=\"wide\"><table><thead><tr><td class=\"sign\"></td><th scope=\"col\">addresses</th><th scope=\"col\" class=\"number\">pages</th><th scope=\"col\">mapped</th></tr></thead>\n<tbody>\n");
        foreach (PageRange range in pages)
        {
            (string row, string sign, string words) = range.Verdict switch
            {
                PageVerdict.Same => ("", "", "alike"),
                PageVerdict.Frame => ("", "", "to other frames"),
                PageVerdict.OnlyA => ("a", "−", DiffText.Flags(range)),
                PageVerdict.OnlyB => ("b", "+", DiffText.Flags(range)),
                _ => ("both", "~", DiffText.Flags(range)),
            };
            output.Write($"<tr{(row.Length == 0 ? "" : $" class=\"{row}\"")}><td class=\"sign\">{sign}</td><td class=\"mono\">{Form.Range(range.Start.Value, range.Last.Value)}</td><td class=\"number\">{DiffWords.Pages(diff, range)}</td><td>{Text(words)}</td></tr>\n");
        }
        output.Write("</tbody></table></div>\n");
    }

    private static void Areas(TextWriter output, RunDiff pair)
    {
        if (pair.AreasOnlyInA is not { } onlyA || pair.AreasOnlyInB is not { } onlyB)
            return;
        output.Write("<h3>Areas</h3>\n");
        if (onlyA.IsEmpty && onlyB.IsEmpty)
        {
            output.Write("<p>all alike</p>\n");
            return;
        }
        output.Write("<div class=\"wide\"><table><tbody>\n");
        foreach (string line in onlyA)
            output.Write($"<tr class=\"a\"><td class=\"sign\">−</td><td class=\"mono\">{Text(line)}</td></tr>\n");
        foreach (string line in onlyB)
            output.Write($"<tr class=\"b\"><td class=\"sign\">+</td><td class=\"mono\">{Text(line)}</td></tr>\n");
        output.Write("</tbody></table></div>\n");
    }
}
