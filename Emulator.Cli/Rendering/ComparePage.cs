using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Rendering;

/// <summary>
/// The page of <c>compare</c>: one file that needs nothing else. The picture and the ledger are in it as they are at the end;
/// a script folds the same steps to show any other moment.
/// </summary>
internal sealed class ComparePage(ExecSubject subject, ExecReport report)
{
    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output)
    {
        CompareSvg picture = new(subject, report);
        string title = $"execve of {Path.GetFileName(subject.Plan.Program.Path)} on {subject.Plan.Architecture.Name}";
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n");
        output.Write($"<link rel=\"icon\" href=\"data:,\">\n<title>{Text(title)}</title>\n<style>\n{Assets.Read("compare.svg.css")}{Assets.Read("compare.css")}</style>\n</head>\n<body>\n");
        output.Write($"<header><h1>{Text(title)}</h1>\n<p>{Text(report.Verdict)}</p></header>\n<main>\n");
        output.Write($"<figure tabindex=\"0\" aria-label=\"Page tables of every way\">{picture.Element(null)}</figure>\n");
        WriteControls(output);
        WriteSentences(output);
        WriteLedger(output);
        output.Write("</main>\n");
        foreach ((WayReport way, SeatPlan plan, TreeLayout layout) in picture.Panels)
            WriteWay(output, way.Steps, plan, layout);
        output.Write($"<script>\n{Assets.Read("compare.js")}</script>\n</body>\n</html>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

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
        output.Write("<div class=\"below\">\n<section class=\"says\" aria-label=\"What the kernel does\">\n");
        for (int i = 0; i < report.Ways.Length; i++)
            output.Write($"<article data-way=\"{i}\"><h2>{Text(report.Ways[i].Result.Way)}</h2><p class=\"sentence\" aria-live=\"polite\">{Text(CompareText.Outcome(report.Ways[i].Result))}</p><p class=\"source\"></p></article>\n");
        output.Write("</section>\n");
    }

    private void WriteLedger(TextWriter output)
    {
        output.Write("<section class=\"books\"><table><caption>Ledger at this moment</caption>\n<thead><tr><td></td>");
        foreach (WayReport way in report.Ways)
            output.Write($"<th scope=\"col\">{Text(way.Result.Way)}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        HistoryLedger[] ledgers = [.. report.Ways.Select(way => way.Steps.At(way.Steps.End).Ledger)];
        foreach (LedgerRow row in LedgerRow.All)
        {
            output.Write($"<tr data-key=\"{row.Key}\"><th scope=\"row\">{row.Name}</th>");
            foreach (HistoryLedger ledger in ledgers)
                output.Write($"<td>{row.Value(ledger)}</td>");
            output.Write("</tr>\n");
        }
        output.Write("</tbody></table></section>\n</div>\n");
    }

    // ---- data for the script ----------------------------------------------------------------------------------------

    private static void WriteWay(TextWriter output, History history, SeatPlan plan, TreeLayout layout)
    {
        int[] tables = new int[history.End], from = new int[history.End];
        byte[] told = new byte[history.End];
        List<Narration> narrations = [];
        List<int> stages = [];
        Dictionary<Narration, int> numbers = [];
        Narrator narrator = new(history);
        Moment moment = history.At(0);
        for (int step = 0; step < history.End; step++)
        {
            TraceEvent happens = history[step];
            Narration narration = narrator.Choose(moment);
            if (!numbers.TryGetValue(narration, out int number))
            {
                numbers.Add(narration, number = narrations.Count);
                narrations.Add(narration);
            }
            told[step] = (byte)number;
            from[step] = happens.Kind == TraceEventKind.EntryMoved ? moment.Find(0, new VirtualAddress(happens.Detail))!.Number : -1;
            moment.TryForward();
            tables[step] = TableOf(moment, happens, history.Tree);
            if (happens.Kind == TraceEventKind.StageReached)
                stages.Add(step + 1);
        }
        string facts = Json.Page(json => WriteFacts(json, history, plan, layout, narrations, stages, moment));
        output.Write($"<script type=\"application/json\" class=\"facts\">{facts}</script>\n<script type=\"application/octet-stream\" class=\"steps\">{Pack(history, told, tables, from)}</script>\n");
    }

    /// <summary>The table that a step is about; -1 for none.</summary>
    private static int TableOf(Moment after, in TraceEvent happened, PageTableGeometry tree)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.TableBuilt:
                return after.Tables.Count - 1;
            case TraceEventKind.TableFreed or TraceEventKind.TableMoved or TraceEventKind.RootGrown or TraceEventKind.RootShrunk:
                PhysicalAddress at = happened.At;
                return after.Tables.LastOrDefault(table => table.At == at)?.Number ?? -1;
            case TraceEventKind.EntryWritten:
                PhysicalAddress start = new(happened.At.Value - tree[happened.Level].OffsetOf(happened.Address));
                return after.Find(happened.Level, happened.Address) is { } found && found.At == start ? found.Number
                    : after.Tables.LastOrDefault(table => table.At == start && table.IsLive)?.Number ?? -1;
            case TraceEventKind.EntryMoved or TraceEventKind.FrameFilled:
                return after.Find(0, happened.Address)?.Number ?? -1;
            default:
                return -1;
        }
    }

    private static void WriteFacts(Utf8JsonWriter json, History history, SeatPlan plan, TreeLayout layout, List<Narration> narrations, List<int> stages, Moment end)
    {
        json.WriteStartObject();
        json.WriteString("way", history.Way);
        json.WriteNumber("steps", history.End);
        json.WriteNumber("accounted", history.AccountedLevels);
        json.WriteNumber("pageShift", history.Tree.PageShift);
        json.WriteStartArray("stages");
        foreach (int stage in stages)
            json.WriteNumberValue(stage);
        json.WriteEndArray();
        json.WriteStartArray("levels");
        for (int level = 0; level < history.Tree.MaxDepth; level++)
        {
            json.WriteStartObject();
            json.WriteString("name", history.Tree[level].Name);
            json.WriteNumber("shift", history.Tree[level].Shift);
            json.WriteNumber("bits", history.Tree[level].IndexBits);
            json.WriteNumber("proc", history.Tree[level].ProcBytes);
            json.WriteAddress("empty", history.EntryFormat.Empty(level));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("told");
        foreach (Narration narration in narrations)
        {
            json.WriteStartArray();
            json.WriteStringValue(narration.Pattern);
            json.WriteStringValue(narration.Source);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("blocks");
        foreach (Block block in layout.Blocks)
        {
            json.WriteStartArray();
            foreach (Seat seat in block.Seats)
            {
                json.WriteStartObject();
                json.WriteNumber("table", seat.Table);
                json.WriteNumber("level", seat.Level);
                json.WriteNumber("from", seat.From);
                json.WriteNumber("to", seat.To == int.MaxValue ? -1 : seat.To);
                json.WriteBoolean("came", seat.CameWhole);
                json.WriteBoolean("left", seat.LeftWhole);
                json.WriteBoolean("guess", seat.Built == ExecStageName.Copied && seat.Table > 0);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteNumber("depth", plan.Depth);
        json.WriteEndObject();
    }

    /// <summary>Columns, each value as the difference to the one before: they shrink to little.</summary>
    private static string Pack(History history, byte[] told, int[] tables, int[] from)
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (BinaryWriter writer = new(zip))
        {
            int steps = history.End;
            for (int i = 0; i < steps; i++)
                writer.Write((byte)history[i].Kind);
            for (int i = 0; i < steps; i++)
                writer.Write((byte)history[i].Level);
            writer.Write(told);
            for (int bytes = steps * 3; bytes % 4 != 0; bytes++)
                writer.Write((byte)0);      // numbers of four bytes begin at a multiple of four
            foreach (Func<TraceEvent, ulong> column in new Func<TraceEvent, ulong>[] { step => step.Address.Value, step => step.At.Value, step => step.Before, step => step.After, step => step.Detail })
            {
                Deltas(writer, steps, i => (uint)column(history[i]));
                Deltas(writer, steps, i => (uint)(column(history[i]) >> 32));
            }
            Deltas(writer, steps, i => (uint)tables[i]);
            Deltas(writer, steps, i => (uint)from[i]);
        }
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    private static void Deltas(BinaryWriter writer, int count, Func<int, uint> value)
    {
        uint before = 0;
        for (int i = 0; i < count; i++)
        {
            uint now = value(i);
            writer.Write(now - before);
            before = now;
        }
    }
}
