using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Sweeps;

/// <summary>The picture of a sweep: a row of diagrams for each program, a column for each cost, a line for each way.</summary>
internal sealed class SweepSvg
{
    private const double Margin = 18, Head = 108, TickRoom = 62, ColumnGap = 30, Foot = 62, RowGap = 18, FailureHeight = 11, FailureRoom = 14;

    private readonly SweepRange _range;
    private readonly ImmutableArray<SweepRow> _rows;
    private readonly IReadOnlyList<string> _ways;
    private readonly double _labelRoom, _width, _height;
    private readonly double[] _tops, _failureRooms;
    private readonly Axis _across;
    private readonly Axis[] _up;
    private readonly StringBuilder _text = new();

    /// <summary>Lays the picture out.</summary>
    public SweepSvg(SweepRange range, ImmutableArray<SweepRow> rows)
    {
        (_range, _rows) = (range, rows);
        _ways = [.. rows.SelectMany(row => row.Ways).Select(way => way.Way).Distinct()];
        bool alone = rows.Length == 1;
        (_width, _height, _labelRoom) = alone ? (330, 260, 0) : (286, 104, 116);
        _failureRooms = [.. rows.Select(row => FailureRoom * row.Ways.Count(Fails))];
        _tops = new double[rows.Length];
        for (int row = 0; row < rows.Length; row++)
            _tops[row] = row == 0 ? Head : _tops[row - 1] + _height + _failureRooms[row - 1] + RowGap;
        _across = Axis.Of(range.Values, range.Knob, alone ? 8 : 7);
        _up = [.. SweepMetric.All.Select(metric => Axis.Upwards(rows.SelectMany(row => row.Ways).SelectMany(way => way.Points).Where(point => point.Succeeded).Select(metric.Value), metric.IsBytes, alone ? 8 : 5))];
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private double Width => 2 * Margin + _labelRoom + SweepMetric.All.Count * (TickRoom + _width) + (SweepMetric.All.Count - 1) * ColumnGap;

    private double Height => _tops[^1] + _height + _failureRooms[^1] + Foot;

    private string Title => $"What execve costs, by {_range.Knob.Words}: {_across.NameOf(_range.Values[0])} to {_across.NameOf(_range.Values[^1])}";

    /// <summary>The picture as a file of its own.</summary>
    public string Document() => $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{Element(Assets.Read("sweep.svg.css"))}\n";

    /// <summary>The picture as an element.</summary>
    /// <param name="style">CSS to put inside; null when the page has it.</param>
    public string Element(string? style)
    {
        _text.Clear();
        _text.Append(Culture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sweep\" viewBox=\"0 0 {Width:0.#} {Height:0.#}\" width=\"{Width:0.#}\" height=\"{Height:0.#}\" role=\"img\" aria-labelledby=\"sweep-title sweep-words\">\n");
        _text.Append($"<title id=\"sweep-title\">{Escape(Title)}</title>\n<desc id=\"sweep-words\">{Escape($"{Words.And([.. SweepMetric.All.Select(metric => metric.Words)])}, for {Words.And([.. _rows.Select(row => row.Abi).Distinct()])}, {Words.And([.. _ways])}")}</desc>\n");
        if (style is not null)
            _text.Append(Culture, $"<style>\n{style}</style>\n<rect class=\"ground\" width=\"{Width:0.#}\" height=\"{Height:0.#}\"/>\n");
        Text(Margin, 30, "headline", Title);
        Text(Margin, 50, "small", Subtitle());
        Legend();
        for (int row = 0; row < _rows.Length; row++)
        {
            if (_rows.Length > 1)
            {
                Text(Margin, _tops[row] + 14, "row-name", _rows[row].Abi);
                Text(Margin, _tops[row] + 31, "small", $"{_rows[row].Mmu}, {_rows[row].PageBytes / 1024} KiB pages");
                Text(Margin, _tops[row] + 46, "small", $"Linux {_rows[row].Kernel}");
            }
            for (int column = 0; column < SweepMetric.All.Count; column++)
                Panel(row, column);
        }
        _text.Append("</svg>");
        return _text.ToString();
    }

    private double X(int column) => Margin + _labelRoom + TickRoom + column * (TickRoom + _width + ColumnGap);

    private static bool Fails((string Way, ImmutableArray<SweepPoint> Points) way) => way.Points.Any(point => !point.Succeeded);

    private string Subtitle() => _rows is [var row]
        ? $"{Path.GetFileName(row.Program)} ({row.Abi}), Linux {row.Kernel}, {row.Mmu}, pages of {row.PageBytes} bytes"
        : $"{Path.GetFileName(_rows[0].Program)} on {_rows.Select(each => each.Architecture).Distinct().Count()} architectures, {_rows.Length} userlands; every column has one scale";

    private void Legend()
    {
        double x = Margin, y = 74;
        foreach (string way in _ways)
        {
            _text.Append(Culture, $"<g class=\"{ClassOf(way)}\"><path class=\"line\" d=\"M{x:0.#},{y - 4:0.#}h34\"/>");
            Marker(way, x + 17, y - 4);
            _text.Append("</g>\n");
            Text(x + 41, y, "legend", way);
            x += 62 + 7.5 * way.Length;
        }
        if (_failureRooms.Any(room => room > 0))
        {
            _text.Append(Culture, $"<g class=\"way\"><rect class=\"fails\" x=\"{x:0.#}\" y=\"{y - 10:0.#}\" width=\"34\" height=\"{FailureHeight}\"/></g>");
            Text(x + 41, y, "legend", "execve fails");
        }
    }

    // ---- one diagram ------------------------------------------------------------------------------------------------

    private void Panel(int row, int column)
    {
        SweepMetric metric = SweepMetric.All[column];
        Axis up = _up[column];
        double left = X(column), top = _tops[row], bottom = top + _height;
        _text.Append(Culture, $"<g class=\"panel\"><title>{Escape($"{_rows[row].Abi}: {metric.Words}")}</title><rect class=\"plot\" x=\"{left:0.#}\" y=\"{top:0.#}\" width=\"{_width:0.#}\" height=\"{_height:0.#}\"/>\n");
        if (row == 0)
            Text(left, top - 12, "column-name", $"{metric.Words}{(up.IsLogarithmic ? " (log scale)" : "")}");
        foreach (ulong tick in up.Ticks)
        {
            double y = bottom - up.ShareOf(tick) * _height;
            _text.Append(Culture, $"<path class=\"grid\" d=\"M{left:0.#},{y:0.#}h{_width:0.#}\"/>");
            Text(left - 7, y + 4, "tick up", up.NameOf(tick));
        }
        bool last = row == _rows.Length - 1;
        double below = bottom + _failureRooms[row];
        foreach (ulong tick in _across.Ticks)
        {
            double x = left + _across.ShareOf(tick) * _width;
            _text.Append(Culture, $"<path class=\"grid\" d=\"M{x:0.#},{top:0.#}v{_height:0.#}\"/>");
            if (last)
                Text(x, below + 17, "tick across", _across.NameOf(tick));
        }
        if (last)
            Text(left + _width / 2, below + 38, "axis", $"{_range.Knob.Words}{(_across.IsLogarithmic ? " (log scale)" : "")}");
        _text.Append('\n');
        double failures = bottom + 3;
        foreach ((string Way, ImmutableArray<SweepPoint> Points) way in _rows[row].Ways)
        {
            Line(way.Way, way.Points, metric, up, left, bottom, failures);
            failures += Fails(way) ? FailureRoom : 0;
        }
        _text.Append("</g>\n");
    }

    private void Line(string way, ImmutableArray<SweepPoint> points, SweepMetric metric, Axis up, double left, double bottom, double failures)
    {
        const int MostMarkers = 30;
        _text.Append($"<g class=\"{ClassOf(way)}\">");
        double AcrossOf(SweepPoint point) => left + _across.ShareOf(point.Value) * _width;
        double UpOf(SweepPoint point) => bottom - up.ShareOf(metric.Value(point)) * _height;
        StringBuilder path = new();
        bool broken = true;
        foreach (SweepPoint point in points)
        {
            if (point.Succeeded && _range.Knob.IsScale)
                path.Append(Culture, $"{(broken ? 'M' : 'L')}{AcrossOf(point):0.#},{UpOf(point):0.#}");
            broken = !point.Succeeded;
        }
        if (path.Length > 0)
            _text.Append($"<path class=\"line\" d=\"{path}\"/>");
        int every = _range.Knob.IsScale ? (points.Length + MostMarkers - 1) / MostMarkers : 1;
        for (int i = 0; i < points.Length; i++)
        {
            bool ends = i == points.Length - 1 || !points[i + 1].Succeeded || i == 0 || !points[i - 1].Succeeded;
            if (points[i].Succeeded && (ends || i % every == 0))
                Marker(way, AcrossOf(points[i]), UpOf(points[i]));
        }
        for (int i = 0; i < points.Length;)
        {
            int end = i;
            while (end < points.Length && !points[end].Succeeded && points[end].Result == points[i].Result)
                end++;
            if (end > i)
                Failure(points[i].Result, i == 0 ? left : AcrossOf(points[i]), end == points.Length ? left + _width : AcrossOf(points[end - 1]), failures);
            i = Math.Max(end, i + 1);
        }
        _text.Append("</g>\n");
    }

    private void Failure(string error, double from, double to, double y)
    {
        _text.Append(Culture, $"<rect class=\"fails\" x=\"{from:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(to - from, 2):0.#}\" height=\"{FailureHeight}\"><title>{error}</title></rect>");
        if (to - from > 6 * error.Length + 6)
            Text(from + 4, y + FailureHeight - 2.5, "error", error);
    }

    private void Marker(string way, double x, double y) => _text.Append(way switch
    {
        "fixed" => string.Create(Culture, $"<path class=\"marker\" d=\"M{x:0.#},{y - 4:0.#}l3.6,6.4h-7.2z\"/>"),
        "staged" => string.Create(Culture, $"<rect class=\"marker\" x=\"{x - 2.4:0.#}\" y=\"{y - 2.4:0.#}\" width=\"4.8\" height=\"4.8\"/>"),
        _ => string.Create(Culture, $"<circle class=\"marker\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3.4\"/>"),
    });

    private static string ClassOf(string way) => $"way {way}";

    private void Text(double x, double y, string kind, string words) => _text.Append(Culture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{Escape(words)}</text>");

    private static string Escape(string text) => SecurityElement.Escape(new string([.. text.Where(letter => letter is '\t' or >= ' ' and not ('\u007f' or '\ufffe' or '\uffff') && !char.IsSurrogate(letter))]));
}
