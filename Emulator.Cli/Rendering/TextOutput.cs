using System.Text;
using Spectre.Console;

namespace Emulator.Cli.Rendering;

/// <summary>
/// Text for people: on a terminal with frames and colours, elsewhere plain with the same words in the same places. Spectre is
/// only loaded for a terminal.
/// </summary>
internal sealed class TextOutput(Surroundings around)
{
    private readonly TextWriter _output = around.Output;
    private RichOutput? _rich;

    private RichOutput? Rich => around.OutputIsRich ? _rich ??= new RichOutput(around) : null;

    /// <summary>A line.</summary>
    public void Line(string text = "", Tone tone = Tone.Plain)
    {
        if (tone == Tone.Plain || Rich is null)
            _output.WriteLine(text);
        else
            Rich.Line(text, tone);
    }

    /// <summary>A paragraph, wrapped.</summary>
    public void Paragraph(string text)
    {
        foreach (string line in Wrapping.Lines(text, around.Width))
            _output.WriteLine(line);
    }

    /// <summary>A table.</summary>
    public void Table(TextTable table)
    {
        if (Rich is { } rich)
            rich.Table(table);
        else
            PlainTable(table);
    }

    /// <summary>A tree.</summary>
    public void Tree(TextNode root)
    {
        if (Rich is { } rich)
            rich.Tree(root);
        else
            PlainTree(root, "", "");
    }

    private void PlainTable(TextTable table)
    {
        int[] widths = [.. table.Columns.Select((_, column) => Math.Max(table.Heading(column).Length, table.Rows.Max(row => column < row.Length ? row[column].Length : 0)))];
        PlainRow(table, [.. table.Columns.Select((_, column) => table.Heading(column))], widths);
        _output.WriteLine(string.Join("  ", widths.Select(width => new string('-', width))));
        foreach (string[] row in table.Rows)
            PlainRow(table, row, widths);
    }

    private void PlainRow(TextTable table, string[] cells, int[] widths)
    {
        StringBuilder line = new();
        for (int column = 0; column < cells.Length; column++)
        {
            line.Append(column == 0 ? "" : "  ");
            line.Append(table.IsRight(column) ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column]));
        }
        _output.WriteLine(line.ToString().TrimEnd());
    }

    private void PlainTree(TextNode node, string before, string below)
    {
        _output.WriteLine((before + string.Concat(node.Pieces.Select(piece => piece.Text))).TrimEnd());
        for (int i = 0; i < node.Children.Count; i++)
        {
            bool last = i == node.Children.Count - 1;
            PlainTree(node.Children[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
        }
    }

    /// <summary>The part that needs Spectre.</summary>
    private sealed class RichOutput
    {
        private readonly IAnsiConsole _console;

        public RichOutput(Surroundings around)
        {
            _console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.Standard,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(around.Output),
            });
            _console.Profile.Width = around.Width;
        }

        public void Line(string text, Tone tone) => _console.Write(new Text(text + "\n", StyleOf(tone)));

        public void Table(TextTable table)
        {
            Table rich = new() { Border = TableBorder.Rounded };
            for (int column = 0; column < table.Columns.Length; column++)
            {
                TableColumn made = new(new Text(table.Heading(column), StyleOf(Tone.Strong)));
                rich.AddColumn(table.IsRight(column) ? made.RightAligned() : made.LeftAligned());
            }
            foreach (string[] row in table.Rows)
                rich.AddRow(row.Select(cell => new Text(cell)));
            _console.Write(rich);
        }

        public void Tree(TextNode root)
        {
            Tree rich = new(Label(root));
            foreach (TextNode child in root.Children)
                Grow(rich, child);
            _console.Write(rich);
        }

        private static void Grow(IHasTreeNodes parent, TextNode node)
        {
            TreeNode grown = parent.AddNode(Label(node));
            foreach (TextNode child in node.Children)
                Grow(grown, child);
        }

        private static Paragraph Label(TextNode node)
        {
            Paragraph label = new();
            foreach ((string text, Tone tone) in node.Pieces)
                label.Append(text, StyleOf(tone));
            return label;
        }

        private static Style StyleOf(Tone tone) => tone switch
        {
            Tone.Strong => new Style(decoration: Decoration.Bold),
            Tone.Faint => new Style(Color.Grey),
            Tone.Good => new Style(Color.Green),
            Tone.Bad => new Style(Color.Red),
            Tone.Moved => new Style(Color.Yellow),
            _ => Style.Plain,
        };
    }
}
