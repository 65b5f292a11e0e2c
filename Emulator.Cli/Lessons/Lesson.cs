using System.Globalization;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;

namespace Emulator.Cli.Lessons;

/// <summary>A lesson: Markdown whose blocks are narration, command lines, assertions and answers. docs/lessons.md has the format.</summary>
internal sealed partial class Lesson
{
    private const string CommandFence = "emulator", AssertFence = "assert", TextFence = "text";
    private const int MostRuns = 1 << 16;

    private readonly string _text;
    private readonly List<LessonBlock> _blocks = [];

    private Lesson(string name, string file, string text)
    {
        (Name, File, _text) = (name, file, text);
        Document = Markdown.Parse(text, Pipeline);
        foreach (FencedCodeBlock hidden in Document.Descendants<FencedCodeBlock>().Where(block => block.Parent != Document))
            throw Wrong(hidden.Line + 1, "a fenced block stands inside another block; nothing would run it there");
        foreach (Block block in Document)
            Read(block);
        if (_blocks is not [LessonBlock.Heading { Level: 1 } title, ..])
            throw Wrong(1, "a lesson begins with its title: # and words");
        Title = title.Text;
        int open = 0;
        foreach (LessonBlock block in _blocks)
        {
            open += block switch { LessonBlock.AnswerStart => 1, LessonBlock.AnswerEnd => -1, _ => 0 };
            if (open is < 0 or > 1)
                throw Wrong(block.Line, open < 0 ? "</details> without <details>" : "<details> inside <details>");
        }
        if (open > 0)
            throw Wrong(_blocks.Last(block => block is LessonBlock.AnswerStart).Line, "<details> without </details>");
    }

    /// <summary>How Markdown is read and rendered.</summary>
    public static MarkdownPipeline Pipeline { get; } = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers().Build();

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its file, as errors name it.</summary>
    public string File { get; }

    /// <summary>Its title.</summary>
    public string Title { get; }

    /// <summary>What stands in it, in order.</summary>
    public IReadOnlyList<LessonBlock> Blocks => _blocks;

    /// <summary>The same as Markdown.</summary>
    public MarkdownDocument Document { get; }

    /// <summary>Reads a lesson.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">Its file, as errors should name it.</param>
    /// <param name="text">What stands in the file.</param>
    /// <exception cref="ProblemException">Something in it makes no sense: the message says what, and in which line.</exception>
    public static Lesson Parse(string name, string file, string text) => new(name, file, text);

    /// <summary>A mistake in the file.</summary>
    public ProblemException Wrong(int line, string message) => ProblemException.Input($"{File}:{line}: {message}");

    private void Read(Block block)
    {
        int line = block.Line + 1;
        switch (block)
        {
            case HeadingBlock heading:
                _blocks.Add(new LessonBlock.Heading(line, heading.Level, Source(block).TrimStart('#').Trim()));
                break;
            case FencedCodeBlock fence:
                _blocks.Add(fence.Info switch
                {
                    CommandFence => ReadCommand(fence, line),
                    AssertFence => new LessonBlock.Assertions(line, fence, [.. ReadAssertions(fence, line)]),
                    TextFence or "" or null => new LessonBlock.Narration(line, Source(block)),
                    var other => throw Wrong(line, $"there is no directive \"{other}\"; {(Words.Nearest(other, [CommandFence, AssertFence, TextFence]) is { } near ? $"did you mean {near}?" : $"there are {CommandFence}, {AssertFence} and {TextFence}")}"),
                });
                break;
            case HtmlBlock html:
                ReadHtml(Source(html), line);
                break;
            default:
                _blocks.Add(new LessonBlock.Narration(line, Source(block)));
                break;
        }
    }

    private void ReadHtml(string html, int line)
    {
        if (Opening().Match(html) is { Success: true } opening)
            _blocks.Add(new LessonBlock.AnswerStart(line, opening.Groups[1].Value.Trim()));
        else if (html.Trim() == "</details>")
            _blocks.Add(new LessonBlock.AnswerEnd(line));
        else if (!html.StartsWith("<!--", StringComparison.Ordinal))
            throw Wrong(line, "of HTML a lesson has comments, <details><summary>...</summary> in one line, and </details>, with empty lines around them");
    }

    private LessonBlock.Command ReadCommand(FencedCodeBlock fence, int line)
    {
        string[] lines = [.. Lines(fence)];
        string text = string.Join(' ', lines.Select((each, index) => index < lines.Length - 1 && each.EndsWith('\\') ? each[..^1].Trim() : each.Trim()));
        if (lines.Length == 0 || lines.SkipLast(1).Any(each => !each.EndsWith('\\')) || !text.StartsWith("emulator ", StringComparison.Ordinal))
            throw Wrong(line, "a block of directive emulator holds one command line that begins with emulator; \\ at the end of a line continues it");
        LessonBlock.Command command = new(line, fence, text);
        foreach (string setting in (fence.Arguments ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            command = Set(command, setting, line);
        if (command.Variable is { } variable && !text.Contains($"{{{variable}}}", StringComparison.Ordinal))
            throw Wrong(line, $"each={variable}: the command line has no {{{variable}}}");
        return command;
    }

    private LessonBlock.Command Set(LessonBlock.Command command, string setting, int line)
    {
        string[] parts = setting.Split('=', 2);
        switch (parts)
        {
            case ["quiet"]:
                return command with { IsQuiet = true };
            case ["as", var name] when NamePattern().IsMatch(name):
                return command with { Name = name };
            case ["exit", "0" or "1"]:
                return command with { Exit = parts[1][0] - '0' };
            case ["each", var each] when EachPattern().Match(each) is { Success: true } match:
                return command with { Variable = match.Groups[1].Value, Values = [.. match.Groups[2].Value.Split(',').SelectMany(item => Values(item, setting, line))] };
            default:
                throw Wrong(line, $"\"{setting}\" should be quiet, as=NAME, exit=0, exit=1 or each=NAME:VALUES");
        }
    }

    /// <summary>A word; or A..B or A..B/STEP, which stands for many numbers.</summary>
    private IEnumerable<string> Values(string item, string setting, int line)
    {
        if (RangePattern().Match(item) is not { Success: true } range)
            return [item];
        long step = 1;
        if (!long.TryParse(range.Groups[1].Value, out long first) || !long.TryParse(range.Groups[2].Value, out long last) || last < first
            || (range.Groups[3].Success && (!long.TryParse(range.Groups[3].Value, out step) || step == 0)) || (last - first) / step >= MostRuns)
        {
            throw Wrong(line, $"\"{setting}\": a range is FIRST..LAST or FIRST..LAST/STEP, upwards, of at most {MostRuns} numbers");
        }
        return Enumerable.Range(0, (int)((last - first) / step) + 1).Select(index => (first + index * step).ToString(CultureInfo.InvariantCulture));
    }

    private IEnumerable<AssertionLine> ReadAssertions(FencedCodeBlock fence, int line)
    {
        foreach (string text in Lines(fence))
        {
            line++;
            int hash = Hash(text);
            string assertion = text[..hash].Trim(), note = hash < text.Length ? text[(hash + 1)..].Trim() : "";
            if (assertion.Length == 0)
                continue;
            AssertionLine read;
            try
            {
                read = new AssertionLine(line, assertion, note, Assertion.Parse(assertion));
            }
            catch (AssertionException problem)
            {
                throw Wrong(line, $"{assertion}: {problem.Message}");
            }
            yield return read;
        }
    }

    /// <summary>Where the note begins: the first # outside quotes.</summary>
    private static int Hash(string text)
    {
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '#' && !quoted)
                return i;
        }
        return text.Length;
    }

    private static IEnumerable<string> Lines(FencedCodeBlock fence) => fence.Lines.Lines.Take(fence.Lines.Count).Select(each => each.Slice.ToString());

    private string Source(Block block) => _text.Substring(block.Span.Start, block.Span.Length);

    [GeneratedRegex(@"\A<details>\s*<summary>(.*?)</summary>\s*\z")]
    private static partial Regex Opening();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z_0-9]*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A([A-Za-z_][A-Za-z_0-9]*):([^,]+(?:,[^,]+)*)\z")]
    private static partial Regex EachPattern();

    [GeneratedRegex(@"\A(\d+)\.\.(\d+)(?:/(\d+))?\z")]
    private static partial Regex RangePattern();
}
