using Emulator.Cli.Reports;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Rendering;

/// <summary>The steps of every way: in a pipe all of them, a line each; on a terminal one moment at a time, by keys.</summary>
internal sealed class Steps(ExecSubject subject, ExecReport report)
{
    private const string Clear = "\u001b[H\u001b[2J";
    private const int LongestRun = 3;

    private readonly PageTableGeometry _tree = subject.Plan.Profile.Tree;
    private readonly Pace _pace = new(report.Ways.Select(way => way.Steps));
    private readonly Moment[] _moments = [.. report.Ways.Select(way => way.Steps.At(0))];
    private readonly Narrator[] _narrators = [.. report.Ways.Select(way => new Narrator(way.Steps))];

    /// <summary>Writes every step of every way.</summary>
    public void Write(TextOutput output)
    {
        CompareText.HeadOf(subject, output);
        for (int i = 0; i < _moments.Length; i++)
        {
            output.Line();
            output.Line(report.Ways[i].Result.Way, Tone.Strong);
            History history = report.Ways[i].Steps;
            int width = $"{history.End}".Length;
            while (_moments[i].Position < history.End)
            {
                (string sentence, string source) = Tell(i);
                output.Line($"{_moments[i].Position.ToString().PadLeft(width)}  {sentence}{(source.Length == 0 ? "" : $"  ({source})")}");
            }
        }
        output.Line();
        output.Paragraph(report.Verdict);
    }

    /// <summary>Shows moments until the user has enough.</summary>
    /// <param name="around">The terminal.</param>
    /// <param name="readKey">Waits for a key.</param>
    public void Walk(Surroundings around, Func<ConsoleKeyInfo> readKey)
    {
        TextOutput output = new(around);
        int moment = 0;
        while (true)
        {
            Show(around, output, moment);
            around.Output.Flush();
            ConsoleKeyInfo pressed = readKey();
            switch (pressed.Key, pressed.KeyChar)
            {
                case (ConsoleKey.RightArrow or ConsoleKey.Spacebar or ConsoleKey.Enter, _):
                    moment = Math.Min(moment + 1, _pace.Last);
                    break;
                case (ConsoleKey.LeftArrow or ConsoleKey.Backspace, _):
                    moment = Math.Max(moment - 1, 0);
                    break;
                case (ConsoleKey.PageDown or ConsoleKey.DownArrow, _):
                    moment = NextTable(moment, 1);
                    break;
                case (ConsoleKey.PageUp or ConsoleKey.UpArrow, _):
                    moment = NextTable(moment, -1);
                    break;
                case (ConsoleKey.Home, _):
                    moment = 0;
                    break;
                case (ConsoleKey.End, _):
                    moment = _pace.Last;
                    break;
                case (_, ']'):
                    moment = _pace.Turns.FirstOrDefault(turn => turn > moment, _pace.Last);
                    break;
                case (_, '['):
                    moment = _pace.Turns.LastOrDefault(turn => turn < moment, 0);
                    break;
                case (ConsoleKey.Escape, _) or (_, 'q'):
                    return;
            }
        }
    }

    private void Show(Surroundings around, TextOutput output, int moment)
    {
        if (around.OutputIsRich)
            around.Output.Write(Clear);
        output.Line($"moment {moment} of {_pace.Last}: {(moment == _pace.Last ? "the end" : Form.During(_pace.StageAt(moment)))}", Tone.Strong);
        for (int i = 0; i < _moments.Length; i++)
        {
            output.Line();
            int position = _pace.PositionOf(i, moment);
            _moments[i].MoveTo(Math.Max(position - 1, 0));
            (string sentence, string source) = position == 0 ? ("Nothing has happened yet.", "") : Tell(i);
            HistoryLedger ledger = _moments[i].Ledger;
            output.Line(report.Ways[i].Result.Way, Tone.Strong);
            output.Paragraph(sentence);
            output.Line(source, Tone.Faint);
            output.Line($"{Form.Count(ledger.Depth, "level")}; tables built {ledger.Allocated.Total}, freed {ledger.Freed.Total}, {ledger.TableBytes} bytes; entries moved {ledger.Moves.Pte}, tables re-hung {ledger.Moves.Pmd + ledger.Moves.Pud}; pages waiting {ledger.WaitingPages}; faults {ledger.Faults}");
            if (_moments[i].Top is { IsLive: true } top)
                output.Tree(Node(_moments[i], top, null));
        }
        output.Line();
        output.Line("left, right: a step; up, down: a table; [ ]: a stage; Home, End; q: enough", Tone.Faint);
    }

    /// <summary>Goes one step on and says what it was.</summary>
    private (string Sentence, string Source) Tell(int way)
    {
        string sentence = _narrators[way].Tell(_moments[way]), source = _narrators[way].Choose(_moments[way]).Source;
        _moments[way].TryForward();
        return (sentence, source);
    }

    private int NextTable(int moment, int direction)
    {
        for (int at = moment + direction; at > 0 && at < _pace.Last; at += direction)
        {
            for (int i = 0; i < _moments.Length; i++)
            {
                int position = _pace.PositionOf(i, at);
                if (position > _pace.PositionOf(i, at - 1) && report.Ways[i].Steps[position - 1].Kind is TraceEventKind.TableBuilt or TraceEventKind.TableFreed or TraceEventKind.TableMoved or TraceEventKind.RootGrown or TraceEventKind.RootShrunk)
                    return at;
            }
        }
        return direction > 0 ? _pace.Last : 0;
    }

    private TextNode Node(Moment moment, HistoryTable table, HistoryTable? parent)
    {
        TextNode node = Line(moment, table, parent, 1);
        for (int i = 0; i < table.Children.Count;)
        {
            int end = i + 1;
            while (end < table.Children.Count && table.Children[end] is { Level: 0 } next && moment.FateOf(next) == moment.FateOf(table.Children[i])
                && next.Start == table.Children[end - 1].Start + (1UL << _tree[0].TableShift))
                end++;
            if (end - i <= LongestRun)
                end = i + 1;
            node.Add(end - i > 1 ? Line(moment, table.Children[i], table, end - i) : Node(moment, table.Children[i], table));
            i = end;
        }
        return node;
    }

    private TextNode Line(Moment moment, HistoryTable table, HistoryTable? parent, int times)
    {
        TextNode node = new();
        if (parent is not null)
            node.Add($"{_tree[parent.Level].IndexOf(table.Start),4} ", Tone.Faint);
        node.Add($"{(times > 1 ? $"{times} x " : "")}{Narration.NameOf(_tree, table.Level, moment.Depth)}", Tone.Strong);
        node.Add($" from {Form.Address(table.Start.Value)}", Tone.Faint);
        TableFate fate = moment.FateOf(table);
        string word = fate switch { TableFate.Moved => "re-hung", TableFate.BuiltHigh => "a guess", _ => "there" };
        return node.Add($": {word}, {Form.Count(table.Entries.Count, "entry", "entries")}", fate switch { TableFate.Moved => Tone.Moved, TableFate.BuiltHigh => Tone.Bad, _ => Tone.Good });
    }
}
