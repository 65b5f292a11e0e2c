using Emulator.Cli.Rendering;

namespace Emulator.Cli.Lessons;

/// <summary>Narration for a terminal: paragraphs wrapped to its width, tables in columns, the rest as it is written.</summary>
internal static class NarrationText
{
    private const string Indent = "    ";

    /// <summary>Writes a block.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="markdown">The block as the file has it.</param>
    /// <param name="width">Letters in a line.</param>
    public static void Write(TextOutput output, string markdown, int width)
    {
        string[] lines = [.. markdown.Split('\n').Select(line => line.TrimEnd())];
        if (lines[0].StartsWith("```", StringComparison.Ordinal))
            Each(output, lines.Skip(1).SkipLast(1).Select(line => Indent + line));
        else if (lines[0].StartsWith('|'))
            WriteTable(output, lines);
        else if (lines[0].StartsWith('>'))
            Each(output, Wrapping.Lines(string.Join(' ', lines.Select(line => line.TrimStart('>').Trim())), width - Indent.Length).Select(line => Indent + line));
        else if (lines[0].StartsWith("- ", StringComparison.Ordinal))
            WriteList(output, lines, width);
        else
            Each(output, Wrapping.Lines(string.Join(' ', lines.Select(line => line.Trim())), width));
    }

    private static void WriteTable(TextOutput output, string[] lines)
    {
        TextTable table = new([.. Cells(lines[0])]);
        foreach (string line in lines.Skip(2))      // the second line is the rule
            table.Add([.. Cells(line)]);
        output.Table(table);
    }

    private static void WriteList(TextOutput output, string[] lines, int width)
    {
        List<string> items = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("- ", StringComparison.Ordinal))
                items.Add(line[2..]);
            else
                items[^1] += " " + line.Trim();
        }
        foreach (string item in items)
            Each(output, Wrapping.Lines(item, width - 2).Select((line, index) => (index == 0 ? "- " : "  ") + line));
    }

    private static IEnumerable<string> Cells(string line) => line.Trim('|').Split('|').Select(cell => cell.Trim());

    private static void Each(TextOutput output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
            output.Line(line);
    }
}
