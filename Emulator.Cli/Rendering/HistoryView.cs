using System.Text.Json;
using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>
/// The middle of a page that shows a run at any moment: the picture and the ledger as they are at the end, a slider, sentences, one
/// entry bit by bit, and the steps, which a script folds to show any other moment.
/// </summary>
internal sealed class HistoryView(ExecReport report, TreesSvg picture)
{
    /// <summary>Style sheets that it needs.</summary>
    public static IReadOnlyList<string> Styles { get; } = ["trees.svg.css"];

    /// <summary>Scripts that it needs.</summary>
    public static IReadOnlyList<string> Scripts { get; } = ["way.js", "entry.js", "page.js"];

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="below">Writes what comes below the sentences and the ledger; null for nothing.</param>
    public void Write(TextWriter output, Action<TextWriter>? below = null)
    {
        WriteControls(output);
        output.Write($"<figure tabindex=\"0\" aria-label=\"Page tables of every way\">{picture.Element(null)}</figure>\n");
        output.Write("<div class=\"below\">\n<div>\n");
        WriteSentences(output);
        WriteEntry(output);
        output.Write("</div>\n");
        WriteLedger(output);
        output.Write("</div>\n");
        below?.Invoke(output);
        output.Write($"<script type=\"application/json\" id=\"pace\">{Json.Page(WritePace)}</script>\n");
        foreach ((WayReport way, SeatPlan plan, TreeLayout layout) in picture.Panels)
            new PackedHistory(way.Steps, plan, layout).Write(output);
    }

    private static void WriteControls(TextWriter output) => output.Write("""
        <section class="controls" hidden aria-label="Step through the run">
        <button type="button" data-go="first" title="Home">|◀ <span>beginning</span></button>
        <button type="button" data-go="stage-back" title="[">◀| <span>stage</span></button>
        <button type="button" data-go="table-back" title="Page Up">◀◀ <span>table</span></button>
        <button type="button" data-go="back" title="Left arrow">◀ <span>step</span></button>
        <input type="range" id="moment" min="0" max="0" value="0" step="1" aria-label="Moment of the run">
        <button type="button" data-go="on" title="Right arrow"><span>step</span> ▶</button>
        <button type="button" data-go="table-on" title="Page Down"><span>table</span> ▶▶</button>
        <button type="button" data-go="stage-on" title="]"><span>stage</span> |▶</button>
        <button type="button" data-go="last" title="End"><span>end</span> ▶|</button>
        <button type="button" data-go="play" title="Space" aria-pressed="false">play</button>
        <output id="where" for="moment">at the end</output>
        </section>
        <p class="still">Without scripts this page shows the end of the run alone.</p>

        """.ReplaceLineEndings("\n"));

    private void WriteSentences(TextWriter output)
    {
        output.Write("<section class=\"says\" aria-label=\"What the kernel does\">\n");
        for (int i = 0; i < report.Ways.Length; i++)
            output.Write($"<article data-way=\"{i}\"><h2>{PageShell.Text(report.Ways[i].Result.Way)}</h2><p class=\"sentence\" aria-live=\"polite\">{PageShell.Text(CompareText.Outcome(report.Ways[i].Result))}</p><p class=\"source\"></p></article>\n");
        output.Write("</section>\n");
    }

    private static void WriteEntry(TextWriter output) => output.Write("""
        <p class="hint" hidden>A click on a table, or Enter when it has the focus, shows its entries bit by bit.</p>
        <section class="entry" id="entry" role="dialog" aria-labelledby="entry-name" hidden>
        <div class="entry-head"><h2 id="entry-name" tabindex="-1"></h2><button type="button" id="entry-close" title="Escape">close</button></div>
        <div class="entry-nav">
        <button type="button" data-entry="back" title="The entry in use before this one">◀ used</button>
        <label>entry <input type="number" id="entry-index" min="0" value="0"></label>
        <button type="button" data-entry="on" title="The entry in use after this one">used ▶</button>
        <label id="entry-table">of table <input type="number" min="1" value="1"> <span></span></label>
        </div>
        <p id="entry-words" aria-live="polite"></p>
        <div class="scrolls" tabindex="0" role="group" aria-label="The bits of the entry"><table><thead><tr><th scope="col">bits</th><th scope="col">field</th><th scope="col" class="before">before</th><th scope="col" class="now">value</th><th scope="col">says</th></tr></thead><tbody></tbody></table></div>
        </section>

        """.ReplaceLineEndings("\n"));

    private void WriteLedger(TextWriter output)
    {
        output.Write("<section class=\"books\"><table><caption>Ledger at this moment</caption>\n<thead><tr><td></td>");
        foreach (WayReport way in report.Ways)
            output.Write($"<th scope=\"col\">{PageShell.Text(way.Result.Way)}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        HistoryLedger[] ledgers = [.. report.Ways.Select(way => way.Steps.At(way.Steps.End).Ledger)];
        foreach (LedgerRow row in LedgerRow.All)
        {
            output.Write($"<tr data-key=\"{row.Key}\"><th scope=\"row\">{row.Name}</th>");
            foreach (HistoryLedger ledger in ledgers)
                output.Write($"<td>{row.Value(ledger)}</td>");
            output.Write("</tr>\n");
        }
        output.Write("</tbody></table></section>\n");
    }

    private void WritePace(Utf8JsonWriter json)
    {
        Pace pace = new(report.Ways.Select(way => way.Steps));
        json.WriteStartObject();
        json.WriteNumber("last", pace.Last);
        json.WriteStartArray("stretches");
        foreach (PaceStretch stretch in pace.Stretches)
        {
            json.WriteStartObject();
            json.WriteString("name", Form.During(stretch.Stage));
            json.WriteNumber("begin", stretch.Begin);
            json.WriteNumber("length", stretch.Length);
            WriteNumbers(json, "from", stretch.From);
            WriteNumbers(json, "to", stretch.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
