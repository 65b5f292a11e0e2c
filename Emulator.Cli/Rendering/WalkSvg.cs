using System.Globalization;
using System.Security;
using System.Text;
using Emulator.Cli.Reports;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Cli.Rendering;

/// <summary>The picture of one walk: the address in pieces, each piece an index into a table, each entry the way to the next table.</summary>
internal sealed class WalkSvg
{
    private const double Margin = 16, BitWidth = 14, AddressTop = 58, FieldHeight = 46, RowTop = 150, RowHeight = 128, EntryLeft = 268, Strip = 180;

    private readonly PageTableGeometry _tree;
    private readonly Walk _walk;
    private readonly string _title;
    private readonly ulong? _root;
    private readonly int _depth;
    private readonly StringBuilder _text = new();

    /// <summary>Lays a walk out.</summary>
    /// <param name="report">The report that it is in.</param>
    /// <param name="walk">The walk.</param>
    public WalkSvg(WalkReport report, Walk walk)
    {
        _tree = report.Subject.Plan.Profile.Tree;
        _walk = walk;
        _root = report.RootRegister;
        _depth = report.Depth;
        _title = $"{report.AccessName} {Form.Hex(walk.Address.Value)} in {Path.GetFileName(report.Subject.Plan.Program.Path)} ({report.Subject.Abi}), Linux {report.Subject.Plan.Profile.Era.Version}, {report.Subject.Plan.Profile.Mmu}";
        Width = Math.Max(2 * Margin + 64 * BitWidth, EntryLeft + walk.Steps.Select(step => Widths(step.Layout).Sum()).DefaultIfEmpty().Max() + Margin);
    }

    /// <summary>Width of the picture.</summary>
    public double Width { get; }

    /// <summary>Height of the picture.</summary>
    public double Height => EndTop + 84;

    private double EndTop => RowTop + _walk.Steps.Length * RowHeight;

    /// <summary>The picture as an element.</summary>
    /// <param name="number">Its place among the walks, for names that are its own.</param>
    /// <param name="top">Where it begins in the picture around it; null for a picture of its own.</param>
    public string Element(int number, double? top)
    {
        _text.Clear();
        string place = top is { } y ? $" y=\"{y.ToString("0.#", Culture)}\"" : "";
        _text.Append(Culture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\"{place} viewBox=\"0 0 {Width:0.#} {Height:0.#}\" width=\"{Width:0.#}\" height=\"{Height:0.#}\" role=\"img\" aria-labelledby=\"walk-{number}-title walk-{number}-words\">\n");
        _text.Append($"<title id=\"walk-{number}-title\">{Escape(_title)}</title>\n<desc id=\"walk-{number}-words\">{Escape(Outcome)}</desc>\n");
        _text.Append($"<defs><marker id=\"tip-{number}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0,0L10,5L0,10z\" class=\"tip\"/></marker></defs>\n");
        Text(Margin, 26, "headline", _title);
        Address();
        for (int i = 0; i < _walk.Steps.Length; i++)
            Row(i, number);
        End();
        _text.Append("</svg>\n");
        return _text.ToString();
    }

    /// <summary>How the walk ends, in a sentence.</summary>
    public string Outcome => _walk.Physical is { } at
        ? $"leads to physical {Form.Hex(at.Value)}"
        : $"faults: {(_walk.Words is { } words ? $"{words.Name}, vector 0x{words.Vector:x}, code 0x{words.Code:x}, " : "")}{WalkReport.Reason(_walk.Fault.Kind)}";

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private int LeafShift => _tree[_walk.Physical is null ? 0 : _walk.LeafLevel].Shift;

    /// <summary>Pieces of the address from the top: name, lowest bit, bits, and the walk's step that it is for; -1 for none.</summary>
    private IEnumerable<(string Name, int Low, int Bits, int Step)> Pieces()
    {
        if (_depth == 0)
        {
            yield return ("the physical address itself", 0, 64, -1);
            yield break;
        }
        int top = Math.Min(_tree[_depth - 1].TableShift, 64);
        if (top < 64)
            yield return ("not looked up", top, 64 - top, -1);
        int step = 0;
        for (int level = _depth - 1; level >= 0 && _tree[level].Shift >= LeafShift; level--, step++)
            yield return ($"index into the {_tree[level].Name}", _tree[level].Shift, Math.Min(_tree[level].TableShift, 64) - _tree[level].Shift, step < _walk.Steps.Length ? step : -1);
        yield return ("offset in the page", 0, LeafShift, -1);
    }

    private static double XOf(int bit) => Margin + (63 - bit) * BitWidth;

    private void Address()
    {
        foreach ((string name, int low, int bits, int step) in Pieces())
        {
            double x = XOf(low + bits - 1), width = bits * BitWidth;
            ulong value = bits == 64 ? _walk.Address.Value : _walk.Address.Value >> low & ((1UL << bits) - 1);
            string kind = step >= 0 ? "index" : name.StartsWith("offset", StringComparison.Ordinal) ? "offset" : "rest";
            _text.Append(Culture, $"<g class=\"piece {kind}\"><rect class=\"box\" x=\"{x:0.#}\" y=\"{AddressTop}\" width=\"{width - 2:0.#}\" height=\"{FieldHeight}\" rx=\"4\"/>");
            for (int bit = 0; bit < bits; bit++)
                Text(XOf(low + bit) + BitWidth / 2 - 1, AddressTop + 18, "digit", (_walk.Address.Value >> (low + bit) & 1) == 0 ? "0" : "1");
            Text(x + width / 2 - 1, AddressTop + 37, "value", bits >= 4 ? kind == "index" ? $"{value}" : Form.Hex(value) : $"{value}");
            Text(x + width / 2 - 1, AddressTop - 6, "bits", bits == 1 ? $"{low}" : $"{low + bits - 1}:{low}");
            _text.Append($"<title>{Escape($"{name}: {value}")}</title></g>\n");
        }
    }

    private void Row(int number, int walkNumber)
    {
        WalkStep step = _walk.Steps[number];
        ref readonly PageTableLevel shape = ref _tree[step.Level];
        double y = RowTop + number * RowHeight, left = Margin + 10;
        ulong table = TableOf(step);
        (_, int low, int bits, _) = Pieces().First(piece => piece.Step == number);

        _text.Append(Culture, $"<g class=\"step\" data-step=\"{number}\"><rect class=\"row\" x=\"{Margin}\" y=\"{y:0.#}\" width=\"{Width - 2 * Margin:0.#}\" height=\"{RowHeight - 18}\" rx=\"6\"/>\n");
        Text(left, y + 18, "level-name", $"{step.Name} [{step.LinuxName}]");
        Text(left, y + 34, "small", $"at {Form.Hex(table)}, {shape.Entries} entries");
        Text(left, y + 50, "small", $"bits {low + bits - 1}:{low} of the address say: entry {step.Index}");
        _text.Append(Culture, $"<rect class=\"strip\" x=\"{left:0.#}\" y=\"{y + 58:0.#}\" width=\"{Strip}\" height=\"13\"/>");
        _text.Append(Culture, $"<rect class=\"here\" x=\"{left + Math.Min(step.Index * Strip / shape.Entries, Strip - 3):0.#}\" y=\"{y + 56:0.#}\" width=\"3\" height=\"17\"/>\n");
        Text(left, y + 91, "arithmetic", $"{Form.Hex(table)} + {step.Index} × {shape.EntryBytes} = {Form.Hex(step.At.Value)}");
        string holds = $"{Form.Hex(step.At.Value)} holds {Form.Hex(step.Entry)}";
        Text(EntryLeft, y + 18, "arithmetic", holds);
        Text(EntryLeft + holds.Length * 7.4 + 14, y + 18, "small", step.Meaning);
        Fields(step, y + 32, walkNumber, leads: number < _walk.Steps.Length - 1 || _walk.Physical is not null);
        _text.Append("</g>\n");
    }

    private ulong TableOf(WalkStep step) => step.At.Value - (ulong)(step.Index * _tree[step.Level].EntryBytes);

    /// <summary>How wide each field is drawn: by its bits, but so that its name fits.</summary>
    private static double[] Widths(EntryLayout layout) => [.. layout.Fields.Select(field => Math.Max(Math.Max((field.High - field.Low + 1) * 3.4, field.Name.Length * 6.6 + 8), field.Bits.Length * 6.6 + 8))];

    private void Fields(WalkStep step, double y, int walkNumber, bool leads)
    {
        double[] widths = Widths(step.Layout);
        double x = EntryLeft, down = y - 32 + RowHeight + 2;
        for (int i = 0; i < widths.Length; i++)
        {
            EntryField field = step.Layout.Fields[i];
            string kind = field.AddressShift is not null ? "target" : field.Words.IsEmpty && !field.IsCounted ? "silent" : field.ValueOf(step.Entry) != 0 ? "set" : "clear";
            string shown = field.ShowValueOf(step.Entry);
            double middle = x + widths[i] / 2 - 1;
            _text.Append(Culture, $"<g class=\"field {kind}\"><title>{Escape($"{field.Bits} {field.Name} = {shown}: {field.MeaningOf(step.Entry)}")}</title>");
            _text.Append(Culture, $"<rect class=\"box\" x=\"{x:0.#}\" y=\"{y + 13:0.#}\" width=\"{widths[i] - 2:0.#}\" height=\"24\" rx=\"3\"/>");
            Text(middle, y + 8, "bits", field.Bits);
            Text(middle, y + 29, "value", shown.Length * 7.4 > widths[i] ? "…" : shown);
            Text(middle, y + 50, "name", field.Name);
            if (leads && kind == "target")
                _text.Append(Culture, $"<path class=\"leads\" marker-end=\"url(#tip-{walkNumber})\" d=\"M{middle:0.#},{y + 54:0.#} V{y + 78 - 8:0.#} Q{middle:0.#},{y + 82:0.#} {middle - 12:0.#},{y + 82:0.#} H{Margin + 60} Q{Margin + 48},{y + 82:0.#} {Margin + 48},{down - 2:0.#} V{down:0.#}\"/>");
            _text.Append("</g>\n");
            x += widths[i];
        }
    }

    private void End()
    {
        double y = EndTop;
        if (_walk.Physical is { } at)
        {
            ulong offset = _depth == 0 ? 0 : _walk.Address.Value & ((1UL << LeafShift) - 1);
            _text.Append(Culture, $"<g class=\"end done\"><rect class=\"box\" x=\"{Margin}\" y=\"{y + 2:0.#}\" width=\"{Width - 2 * Margin:0.#}\" height=\"58\" rx=\"6\"/>");
            Text(Margin + 12, y + 24, "arithmetic", _depth == 0 ? $"physical {Form.Hex(at.Value)}" : $"{Form.Hex(at.Value - offset)} + {Form.Hex(offset)} = {Form.Hex(at.Value)}: the byte in physical memory");
            Text(Margin + 12, y + 46, "small", $"there: {string.Join(' ', _walk.Bytes.Select(value => value.ToString("x2")))}{(_walk.Instruction is { } code ? $"    {code}" : "")}");
        }
        else
        {
            _text.Append(Culture, $"<g class=\"end faults\"><rect class=\"box\" x=\"{Margin}\" y=\"{y + 2:0.#}\" width=\"{Width - 2 * Margin:0.#}\" height=\"58\" rx=\"6\"/>");
            Text(Margin + 12, y + 24, "fault", Outcome);
            Text(Margin + 12, y + 46, "small", $"the kernel: {_walk.Kernel}");
        }
        _text.Append("</g>\n");
        if (_root is { } root && _walk.Steps.IsEmpty)
            Text(Margin, RowTop - 22, "small", $"root register {Form.Hex(root)}; no entry is read");
        else if (_root is { } register)
            Text(Margin, RowTop - 22, "small", $"root register {Form.Hex(register)}: {Form.Count(_depth, "level")}, the top table at {Form.Hex(TableOf(_walk.Steps[0]))}");
    }

    private void Text(double x, double y, string kind, string words) => _text.Append(Culture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{Escape(words)}</text>\n");

    private static string Escape(string text) => SecurityElement.Escape(text);
}
