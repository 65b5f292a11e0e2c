using System.Globalization;
using System.Security;
using System.Text;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>The trees of all ways side by side, drawn, every table that ever was at its place.</summary>
internal sealed class TreesSvg
{
    private const double LeftMargin = 168, Top = 134, PanelGap = 46, Margin = 16, Strip = 140, ArrowGap = 21;

    private readonly ExecSubject _subject;
    private readonly ExecReport _report;
    private readonly PageTableGeometry _tree;
    private readonly List<(WayReport Way, SeatPlan Plan, TreeLayout Layout, double X)> _panels = [];
    private readonly int _rows, _arrows;
    private readonly StringBuilder _text = new();

    /// <summary>Lays out a picture of all tables.</summary>
    public TreesSvg(ExecSubject subject, ExecReport report)
        : this(subject, report, (default, new VirtualAddress(ulong.MaxValue)))
    {
    }

    /// <summary>Lays out a picture of the tables that cover a range.</summary>
    public TreesSvg(ExecSubject subject, ExecReport report, (VirtualAddress First, VirtualAddress Last) range)
    {
        _subject = subject;
        _report = report;
        _tree = subject.Plan.Profile.Tree;
        SeatPlan[] plans = [.. report.Ways.Select(way => new SeatPlan(way.Steps))];
        _rows = Math.Max(1, plans.Max(plan => plan.Rows));
        double x = LeftMargin;
        foreach ((WayReport way, SeatPlan plan) in report.Ways.Zip(plans))
        {
            TreeLayout layout = new(plan, _tree, _rows, range);
            _panels.Add((way, plan, layout, x));
            x += Math.Max(layout.Width, 400) + PanelGap;
        }
        _arrows = _panels.Max(panel => ArrowsOf(panel.Plan, panel.Layout).Select(arrow => arrow.Hangs).DefaultIfEmpty(0).Max());
        Width = Math.Max(x - PanelGap + Margin, 860);
    }

    /// <summary>Width of the picture.</summary>
    public double Width { get; }

    /// <summary>Height of the picture.</summary>
    public double Height => Top + _rows * TreeLayout.RowHeight + 116 + ArrowGap * _arrows;

    /// <summary>The seats and boxes of each way, for who animates them.</summary>
    public IEnumerable<(WayReport Way, SeatPlan Plan, TreeLayout Layout)> Panels => _panels.Select(panel => (panel.Way, panel.Plan, panel.Layout));

    /// <summary>The picture as a file of its own.</summary>
    public string Document() => $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{Element(Assets.Read("trees.svg.css"))}\n";

    /// <summary>The picture as an element.</summary>
    /// <param name="style">CSS to put inside; null when the page has it.</param>
    public string Element(string? style)
    {
        _text.Clear();
        _text.Append(Culture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {Width:0.#} {Height:0.#}\" width=\"{Width:0.#}\" height=\"{Height:0.#}\" role=\"img\" aria-labelledby=\"picture-title picture-words\">\n");
        _text.Append($"<title id=\"picture-title\">{Escape(Title)}</title>\n<desc id=\"picture-words\">{Escape(_report.Verdict)}</desc>\n");
        if (style is not null)
            _text.Append($"<style>\n{style}</style>\n");
        _text.Append("<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" class=\"hatch-ground\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" class=\"hatch-line\"/></pattern>");
        _text.Append("<marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0,0L10,5L0,10z\" class=\"tip\"/></marker></defs>\n");
        if (style is not null)
            _text.Append(Culture, $"<rect class=\"ground\" width=\"{Width:0.#}\" height=\"{Height:0.#}\"/>\n");
        Text(Margin, 26, "headline", Title);
        Rows();
        for (int i = 0; i < _panels.Count; i++)
            Panel(i);
        Legend(anyMoment: style is null);
        _text.Append("</svg>");
        return _text.ToString();
    }

    /// <summary>Lower edge of the lowest boxes.</summary>
    private double Below => Top + (_rows - 1) * TreeLayout.RowHeight + TreeLayout.BoxHeight;

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private string Title => $"{Path.GetFileName(_subject.Plan.Program.Path)} ({_subject.Abi ?? "unknown ABI"}), Linux {_subject.Plan.Profile.Era.Version}, {_subject.Plan.Profile.Mmu}: {_subject.Plan.ArgumentBytes} bytes of arguments, {Words.And([.. _report.Ways.Select(way => way.Result.Way)])}";

    // ---- levels -----------------------------------------------------------------------------------------------------

    private void Rows()
    {
        for (int level = 0; level < _rows; level++)
        {
            double y = Y(level);
            _text.Append(Culture, $"<g class=\"level\" data-level=\"{level}\"><rect class=\"row\" x=\"{Margin}\" y=\"{y - 26:0.#}\" width=\"{Width - 2 * Margin:0.#}\" height=\"{TreeLayout.RowHeight - 12}\" rx=\"6\"/>");
            Text(Margin + 10, y + 8, "level-name", _tree[level].Name);
            Text(Margin + 10, y + 24, "small", $"{_tree[level].Entries} entries");
            Text(Margin + 10, y + 39, "small", $"of {Form.Reach(_tree[level].Shift)} each");
            _text.Append("</g>\n");
        }
    }

    private double Y(int level) => Top + (_rows - 1 - level) * TreeLayout.RowHeight;

    // ---- one way ----------------------------------------------------------------------------------------------------

    private void Panel(int number)
    {
        (WayReport way, SeatPlan plan, TreeLayout layout, double x) = _panels[number];
        _text.Append(Culture, $"<g class=\"way\" data-way=\"{number}\" transform=\"translate({x:0.#},0)\">\n");
        Text(0, 56, "way-name", way.Result.Way);
        string[] summary = Summary(way, plan);
        for (int line = 0; line < summary.Length; line++)
            Text(0, 74 + 15 * line, "small", summary[line]);
        if (plan.Depth != plan.FirstDepth)
            DepthChange(plan, layout);
        if (layout.Blocks.Count == 0)
            Text(0, Top + 30, "small", "no page tables: every address is a physical one");
        // All lines, then what stands at them, so that no line crosses a number out.
        foreach (Block block in layout.Blocks.Where(block => block.Parent is not null))
            Edge(block);
        foreach (Block block in layout.Blocks.Where(block => block.Parent is not null))
            EdgeIndex(block);
        foreach (Block block in layout.Blocks)
            Box(block, plan);
        Arrows(plan, layout);
        _text.Append("</g>\n");
    }

    private static string[] Summary(WayReport way, SeatPlan plan)
    {
        if (!way.Result.Succeeded)
            return [$"fails: {CompareText.Outcome(way.Result)}"];
        long moved = way.Result.Moves.Pte;
        string moves = way.TablesMoved > 0 ? $"{Form.Count(way.TablesMoved, "table")} re-hung, " : "";
        return
        [
            $"{Form.Count(way.TablesBuilt, "table")} built to place strings, {moves}{Form.Count(moved, "entry", "entries")} moved, {way.TablesFreed} freed",
            $"{plan.Ledger.PeakTableBytes} bytes of tables at the peak, {plan.Ledger.TableBytes} at the end",
        ];
    }

    /// <summary>A banner across every level that went or came.</summary>
    private void DepthChange(SeatPlan plan, TreeLayout layout)
    {
        bool shrinks = plan.Depth < plan.FirstDepth;
        for (int level = Math.Min(plan.Depth, plan.FirstDepth); level < Math.Max(plan.Depth, plan.FirstDepth); level++)
        {
            double y = Y(level);
            _text.Append(Culture, $"<g class=\"depth {(shrinks ? "shrinks" : "grows")}\" data-level=\"{level}\"><rect class=\"depth-band\" x=\"-8\" y=\"{y - 25:0.#}\" width=\"{Math.Max(layout.Width, 400) + 16:0.#}\" height=\"{TreeLayout.RowHeight - 14}\" rx=\"6\"/>");
            Text(0, y - 11, "depth-words", shrinks ? $"THIS LEVEL GOES: {plan.FirstDepth} levels become {plan.Depth}" : $"THIS LEVEL COMES: {plan.FirstDepth} levels become {plan.Depth}");
            _text.Append("</g>\n");
        }
    }

    private void Edge(Block block)
    {
        Block parent = block.Parent!;
        double share = (_tree[parent.First.Level].IndexOf(new(block.First.Start)) + 0.5) / _tree[parent.First.Level].Entries;
        double fromX = parent.X + 8 + Strip * share, fromY = Top + parent.Y + 36, toX = block.X + TreeLayout.BoxWidth / 2, toY = Top + block.Y;
        double middle = (Top + parent.Y + TreeLayout.BoxHeight + toY) / 2;
        _text.Append(Culture, $"<g class=\"edge {EdgeState(block)}\" data-block=\"{block.Number}\"><path d=\"M{fromX:0.#},{fromY:0.#} L{fromX:0.#},{Top + parent.Y + TreeLayout.BoxHeight + 4:0.#} C{fromX:0.#},{middle:0.#} {toX:0.#},{middle:0.#} {toX:0.#},{toY:0.#}\"/></g>\n");
    }

    private void EdgeIndex(Block block)
    {
        PageTableLevel above = _tree[block.Parent!.First.Level];
        int first = above.IndexOf(new(block.First.Start)), last = above.IndexOf(new(block.Seats[^1].Start));
        _text.Append(Culture, $"<g class=\"edge {EdgeState(block)}\" data-block=\"{block.Number}\">");
        Text(block.X + TreeLayout.BoxWidth / 2 + 7, Top + block.Y - 6, "index", first == last ? $"{first}" : $"{first}..{last}");
        _text.Append("</g>\n");
    }

    private static string EdgeState(Block block) => block.First.To < int.MaxValue ? "was" : "is";

    private void Box(Block block, SeatPlan plan)
    {
        string fate = FateOf(block);
        string name = Form.Table(_tree, block.First.Level, block.First.Depth), words = StateOf(block);
        string label = $"{(block.Seats.Count > 1 ? $"{block.Seats.Count} x " : "")}{name} from {Form.Address(block.First.Start)}: {words}";
        _text.Append(Culture, $"<g class=\"table {fate}\" data-block=\"{block.Number}\" data-name=\"{Escape($"{(block.Seats.Count > 1 ? $"{block.Seats.Count} x " : "")}{name}")}\" data-at=\"0x{block.First.At:x}\" transform=\"translate({block.X:0.#},{Top + block.Y:0.#})\"><title>{Escape(label)}</title>");
        if (block.Seats.Count > 1)
            _text.Append(Culture, $"<rect class=\"box behind\" x=\"5\" y=\"-5\" width=\"{TreeLayout.BoxWidth}\" height=\"{TreeLayout.BoxHeight}\" rx=\"5\"/>");
        _text.Append(Culture, $"<rect class=\"box\" width=\"{TreeLayout.BoxWidth}\" height=\"{TreeLayout.BoxHeight}\" rx=\"5\"/>");
        Text(8, 16, "address", $"0x{block.First.Start:x}{(block.Seats.Count > 1 ? $" ×{block.Seats.Count}" : "")}");
        _text.Append(Culture, $"<rect class=\"strip\" x=\"8\" y=\"23\" width=\"{Strip}\" height=\"11\"/>");
        Ticks("gone", block.Seats.SelectMany(seat => seat.Gone.Except(seat.Entries.Keys)), block.First.Level);
        Ticks("used", block.Seats.SelectMany(seat => seat.Entries.Where(entry => !entry.Value).Select(entry => entry.Key)), block.First.Level);
        Ticks("came", block.Seats.SelectMany(seat => seat.Entries.Where(entry => entry.Value).Select(entry => entry.Key)), block.First.Level);
        Text(8, 50, "words", words);
        if (block.First.Level == plan.Depth - 1 && block.Seats.Any(seat => seat.To == int.MaxValue) && block.First.Start == 0)
            Text(TreeLayout.BoxWidth - 6, 16, "root", plan.Depth == plan.FirstDepth ? "top" : "top at the end");
        _text.Append("</g>\n");
    }

    /// <summary>Marks of entries along a strip, at their real indices.</summary>
    private void Ticks(string kind, IEnumerable<int> indices, int level)
    {
        StringBuilder path = new();
        double scale = Strip / _tree[level].Entries;
        int from = -1, to = -1;
        void Flush()
        {
            if (from >= 0)
                path.Append(Culture, $"M{8 + from * scale:0.##},24h{Math.Max(1.6, (to - from + 1) * scale):0.##}v9h-{Math.Max(1.6, (to - from + 1) * scale):0.##}z");
        }
        foreach (int index in indices.Distinct().Order())
        {
            if (index != to + 1 || from < 0)
            {
                Flush();
                from = index;
            }
            to = index;
        }
        Flush();
        _text.Append($"<path class=\"{kind}\" d=\"{path}\"/>");
    }

    private static string FateOf(Block block) => block.First switch
    {
        { To: < int.MaxValue, LeftWhole: true } => "left",
        { To: < int.MaxValue } => "freed",
        { CameWhole: true } => "moved",
        _ => "kept",
    };

    private static string StateOf(Block block)
    {
        long entries = block.Seats.Sum(seat => (long)seat.Entries.Count), movedIn = block.Seats.Sum(seat => seat.MovedIn), movedOut = block.Seats.Sum(seat => seat.MovedOut);
        string kept = block.First.Level == 0 ? Form.Count(entries, "page") : Form.Count(entries, "entry", "entries");
        return FateOf(block) switch
        {
            "left" => "re-hung elsewhere",
            "freed" => movedOut > 0 ? $"FREED; {movedOut} moved out" : "FREED",
            "moved" => $"re-hung, {kept}",
            _ => movedIn > 0 ? $"kept, {kept}, {(movedIn == entries ? "" : $"{movedIn} ")}moved in" : movedOut > 0 ? $"kept, {movedOut} moved out" : $"kept, {kept}",
        };
    }

    // ---- what moved -------------------------------------------------------------------------------------------------

    private void Arrows(SeatPlan plan, TreeLayout layout)
    {
        double y = Below;
        List<Arrow> arrows = ArrowsOf(plan, layout);
        foreach (Arrow arrow in arrows)
            Curve(arrow);
        foreach (Arrow arrow in arrows)
            CurveWords(arrow);
        Flags(layout, y);
        if (plan.Waited == 0)
            return;
        double listY = y + 46;
        Block? into = plan.InsertedInto.FirstOrDefault(layout.Shows) is { } seat ? layout.Of(seat) : null;
        double listX = into is null ? 0 : Math.Max(0, into.X - 10);
        _text.Append(Culture, $"<g class=\"list\"><rect class=\"waiting\" x=\"{listX:0.#}\" y=\"{listY:0.#}\" width=\"168\" height=\"24\" rx=\"12\"/>");
        Text(listX + 84, listY + 16, "list-words", $"{Form.Count(plan.Waited, "page")} waited in a list");
        if (into is not null)
            _text.Append(Culture, $"<path class=\"insert\" marker-end=\"url(#tip)\" d=\"M{into.X + 120:0.#},{listY:0.#} L{into.X + 120:0.#},{y + 20:0.#}\"/>");
        _text.Append("</g>\n");
    }

    /// <summary>What moved from box to box: entries one by one, and tables whole.</summary>
    private static List<Arrow> ArrowsOf(SeatPlan plan, TreeLayout layout)
    {
        List<Arrow> arrows = [];
        Dictionary<(Block From, Block To), long> moves = [];
        foreach (((Seat from, Seat to), long count) in plan.Moves.Where(move => layout.Shows(move.Key.From) && layout.Shows(move.Key.To)))
        {
            (Block, Block) pair = (layout.Of(from), layout.Of(to));
            moves[pair] = moves.GetValueOrDefault(pair) + count;
        }
        foreach (((Block from, Block to), long count) in moves.Where(move => move.Key.From != move.Key.To))
            arrows.Add(new(from, to, arrows.Count, IsWhole: false, Form.Count(count, "entry moves", "entries move")));
        IEnumerable<(Block From, Block To)> rehung = plan.Rehangs.Where(pair => layout.Shows(pair.From) && layout.Shows(pair.To) && (pair.From.Parent is null || !plan.Rehangs.Any(upper => upper.From == pair.From.Parent)))
            .Select(pair => (layout.Of(pair.From), layout.Of(pair.To)));
        foreach (IGrouping<(Block From, Block To), (Block, Block)> pair in rehung.GroupBy(pair => pair))
            arrows.Add(new(pair.Key.From, pair.Key.To, pair.Key.From.First.Level == 0 ? arrows.Count : 0, IsWhole: true, $"{Form.Count(pair.Count(), "table")} re-hung"));
        return arrows;
    }

    private void Curve(Arrow arrow)
    {
        // A curve comes three quarters of the way down to its handles.
        double fromX = arrow.From.X + TreeLayout.BoxWidth / 2, toX = arrow.To.X + TreeLayout.BoxWidth / 2, y = Top + arrow.From.Y + TreeLayout.BoxHeight + 20, handles = y + arrow.Deep * 4 / 3;
        _text.Append(Culture, $"{Group(arrow)}<path marker-end=\"url(#tip)\" d=\"M{fromX:0.#},{y:0.#} C{fromX:0.#},{handles:0.#} {toX:0.#},{handles:0.#} {toX:0.#},{y:0.#}\"/></g>\n");
    }

    private void CurveWords(Arrow arrow)
    {
        _text.Append(Group(arrow));
        Text((arrow.From.X + arrow.To.X + TreeLayout.BoxWidth) / 2, Top + arrow.From.Y + TreeLayout.BoxHeight + 20 + arrow.Deep + 4, "move-words", arrow.Words);
        _text.Append("</g>\n");
    }

    private static string Group(Arrow arrow) => $"<g class=\"move{(arrow.IsWhole ? " whole" : "")}\" data-from=\"{arrow.From.Number}\" data-to=\"{arrow.To.Number}\">";

    /// <summary>Names the leaf tables that the stack's two possible tops lie in.</summary>
    private void Flags(TreeLayout layout, double y)
    {
        ulong highest = _subject.Plan.Profile.StackTopMax - 1, final = _subject.StackTop - 1;
        foreach (Block block in layout.Blocks.Where(block => block.First.Level == 0))
        {
            string[] flags = [.. new[] { (highest, "STACK_TOP_MAX"), (final, "STACK_TOP") }.Where(flag => block.Seats.Any(seat => flag.Item1 - seat.Start < 1UL << _tree[0].TableShift)).Select(flag => flag.Item2)];
            if (flags.Length > 0)
                Text(block.X, y + 14, "flag", $"ends at {string.Join(" = ", flags)}");
        }
    }

    private void Legend(bool anyMoment)
    {
        double x = Margin + 10, y = Height - 20;
        foreach ((string fate, string words, int width) in new[] { ("kept", "kept", 66), ("freed", "built, then freed", 136), ("moved", "re-hung whole", 120), ("high", "built high: a guess", 142) }.SkipLast(anyMoment ? 0 : 1))
        {
            _text.Append(Culture, $"<g class=\"table {fate}\"><rect class=\"box\" x=\"{x:0.#}\" y=\"{y - 11:0.#}\" width=\"16\" height=\"14\" rx=\"3\"/></g>");
            Text(x + 22, y, "small", words);
            x += width;
        }
        foreach ((string kind, string words, int width) in new[] { ("used", "entry in use", 100), ("came", "entry moved in", 120), ("gone", "entry that was there", 150) })
        {
            _text.Append(Culture, $"<path class=\"{kind}\" d=\"M{x:0.#},{y - 10:0.#}h6v11h-6z\"/>");
            Text(x + 12, y, "small", words);
            x += width;
        }
        if (x + 240 < Width)
            Text(x, y, "small", "left to right: ascending addresses");
    }

    private void Text(double x, double y, string kind, string words) => _text.Append(Culture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{Escape(words)}</text>\n");

    private static string Escape(string text) => SecurityElement.Escape(new string([.. text.Where(letter => letter is '\t' or >= ' ' and not ('\u007f' or '\ufffe' or '\uffff') && !char.IsSurrogate(letter))]));

    /// <summary>What moved from one box to another.</summary>
    /// <param name="From">From where.</param>
    /// <param name="To">To where.</param>
    /// <param name="Hangs">How deep it hangs: each below the one before, so that its words are on it and on no other.</param>
    /// <param name="IsWhole">Whether tables moved, not entries one by one.</param>
    /// <param name="Words">How many.</param>
    private sealed record Arrow(Block From, Block To, int Hangs, bool IsWhole, string Words)
    {
        /// <summary>Its lowest point, from where it begins.</summary>
        public double Deep => 38 + ArrowGap * Hangs;
    }
}
