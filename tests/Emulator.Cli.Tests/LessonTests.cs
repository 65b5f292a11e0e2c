using System.Text.Json;
using System.Text.RegularExpressions;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Lessons: each of those that come along is a test, and mistakes in a lesson are told with their line.</summary>
public partial class LessonTests
{
    private const string Program = "Programs/s390/show";

    public static TheoryData<string> Lessons => [.. Directory.EnumerateFiles(Repository.PathOf("lessons"), "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    // ---- the lessons that come along --------------------------------------------------------------------------------

    [Theory]
    [MemberData(nameof(Lessons))]
    public void Every_assertion_of_a_lesson_holds(string name)
    {
        CommandLine run = CommandLine.Run("lesson", name, "--html", "-");

        Assert.Equal(("", 0), (run.Error, run.Exit));
        Assert.StartsWith("<!DOCTYPE html>\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("""<script|<link|(src|href)="(?!#)""", run.Output);     // works offline
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void A_lesson_has_steps_exercises_and_as_many_answers(string name)
    {
        string text = File.ReadAllText(Repository.PathOf($"lessons/{name}.md"));
        string[] steps = [.. text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))];

        Assert.InRange(steps.Length, 5, 11);
        Assert.Equal("## Exercises", steps[^1]);
        string exercises = text[text.IndexOf("\n## Exercises", StringComparison.Ordinal)..];
        Assert.InRange(Exercise().Count(exercises), 1, 9);
        Assert.Equal(Exercise().Count(exercises), exercises.Split("<details>").Length - 1);
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void Every_answer_is_asserted(string name)
    {
        string[] answers = [.. File.ReadAllText(Repository.PathOf($"lessons/{name}.md")).Split("<details>").Skip(1).Select(answer => answer.Split("</details>")[0])];

        Assert.All(answers, answer => Assert.Contains("\n```assert\n", answer, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void A_lesson_that_comes_along_fails_with_file_and_line_when_an_assertion_of_it_breaks(string name)
    {
        string[] lines = File.ReadAllLines(Repository.PathOf($"lessons/{name}.md"));
        int fence = Array.IndexOf(lines, "```assert"), broken = Array.FindIndex(lines, fence, line => line.Contains(" == ", StringComparison.Ordinal));
        string assertion = lines[broken].Split('#')[0];
        int relation = assertion.LastIndexOf(" == ", StringComparison.Ordinal);       // behind those in selections
        lines[broken] = $"{assertion[..relation]} != {assertion[(relation + 4)..]}";
        using TemporaryDirectory directory = new();
        directory.Write($"{name}.md", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)), TemporaryDirectory.Plain);

        CommandLine run = CommandLine.Run(CommandLine.In(directory.Path), "lesson", $"{name}.md");

        Assert.Equal(1, run.Exit);
        Assert.Matches($@"\Aemulator: {Regex.Escape(name)}\.md:{broken + 1}: .+ does not hold: found .+\n\z", run.Error);
    }

    [Fact]
    public void The_documents_lead_to_every_lesson()
    {
        string shelf = File.ReadAllText(Repository.PathOf("docs/lessons.md")), ways = File.ReadAllText(Repository.PathOf("docs/execve-both-ways.md"));
        foreach (string name in Lessons.Select(row => row.Data))
        {
            string title = File.ReadLines(Repository.PathOf($"lessons/{name}.md")).First()["# ".Length..];
            Assert.Contains($"| [{name}](../lessons/{name}.md) | {title} |\n", shelf, StringComparison.Ordinal);
            Assert.Contains($"](../lessons/{name}.md)", ways, StringComparison.Ordinal);
        }
        Assert.Contains("docs/lessons.md", File.ReadAllText(Repository.PathOf("README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void Numbers_in_the_narration_stand_in_assertions_or_commands_too(string name)
    {
        string text = File.ReadAllText(Repository.PathOf($"lessons/{name}.md"));
        string narration = Fence().Replace(text, ""), rest = string.Concat(Fence().Matches(text).Select(match => match.Value));

        HashSet<string> known = [.. Number().Matches(rest).Select(match => match.Value)];
        string[] invented = [.. Number().Matches(narration).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal)).Where(number => !known.Contains(number)).Distinct()];
        Assert.True(invented.Length == 0, $"lessons/{name}.md: no assertion and no command has {string.Join(", ", invented)}");
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void Lessons_exec_bundled_programs_only(string name)
    {
        string text = File.ReadAllText(Repository.PathOf($"lessons/{name}.md"));

        foreach (Match command in Command().Matches(text))
            Assert.True(!command.Value.Contains('/', StringComparison.Ordinal) || command.Value.Contains(" Programs/", StringComparison.Ordinal), command.Value);
    }

    [Fact]
    public void The_list_has_every_lesson_with_its_title()
    {
        JsonElement[] lessons = [.. CommandLine.Run("lesson", "--json", "-").Json.GetProperty("lessons").EnumerateArray()];

        Assert.Equal(Lessons.Select(row => row.Data), lessons.Select(lesson => lesson.GetProperty("name").GetString()!));
        string text = CommandLine.Run("lesson").Output;
        Assert.All(lessons, lesson => Assert.Contains(lesson.GetProperty("title").GetString()!, text, StringComparison.Ordinal));
    }

    // ---- what a lesson looks like -----------------------------------------------------------------------------------

    [Fact]
    public void A_lesson_shows_its_steps_and_folds_its_answers()
    {
        using TemporaryDirectory directory = new();
        CommandLine run = Play(directory, Whole);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.StartsWith("A title\n=======\n\nWords.\n\nOne\n---\n\n$ emulator compare " + Program + "\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n  holds: ways[0].moved.pte == 1  # one entry\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n[Answer: folded; --answers shows it]\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Forty-two.", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nAnswer:\n\nForty-two.\n", CommandLine.Run(CommandLine.In(directory.Path), "lesson", "l.md", "--answers").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_page_has_the_output_the_checks_and_folded_answers()
    {
        using TemporaryDirectory directory = new();
        Play(directory, Whole, "--html", "l.html");
        string page = File.ReadAllText(directory.PathOf("l.html"));

        Assert.Contains("<span class=\"command\">$ emulator compare " + Program + "</span>\n" + Program + " on s390", page, StringComparison.Ordinal);
        Assert.Contains("<li><code>ways[0].moved.pte == 1</code> one entry</li>", page, StringComparison.Ordinal);
        Assert.Matches("<details><summary>Answer</summary>\n<p>Forty-two.</p>\n(.|\n)*</details>", page);
        Assert.Contains("1 commands ran, 2 assertions held", page, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_it_waits_before_each_step()
    {
        using TemporaryDirectory directory = new();
        directory.Write("l.md", System.Text.Encoding.UTF8.GetBytes(Whole), TemporaryDirectory.Plain);
        CommandLine ended = CommandLine.Run(CommandLine.In(directory.Path, input: "q\n") with { IsInteractive = true }, "lesson", "l.md");
        CommandLine whole = CommandLine.Run(CommandLine.In(directory.Path, input: "\n") with { IsInteractive = true }, "lesson", "l.md");

        Assert.Equal("A title\n=======\n\nWords.\n\n[Enter goes on, q ends] ", ended.Output);
        Assert.Contains("holds: same_user_view == true", whole.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0), (ended.Exit, whole.Exit));
    }

    [Fact]
    public void A_command_runs_once_for_each_value()
    {
        using TemporaryDirectory directory = new();
        CommandLine run = Play(directory, $"""
            # A title

            ```emulator each=n:0..8/4,11 as=draws
            emulator compare --stack-rnd {"{n}"} {Program}
            ```

            ```assert
            count(runs) == 4
            max(runs[*].value) == 11
            runs[value == 8].report.ways[0].shift == 0x3ff80000000 + 8 * 4096
            sum($draws.runs[*].report.ways[way == "in-place"].moved.pte) == 2 + 8 / 4 * 1
            count(runs[report.ways[0].shift > 0x3ff80000000]) / count(runs) == 0.75
            ```
            """);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("\n4 runs, with n from 0 to 11\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_takes_lessons_too()
    {
        using TemporaryDirectory directory = new();
        directory.Write("l.md", System.Text.Encoding.UTF8.GetBytes(Whole.Replace("pte == 1", "pte == 2", StringComparison.Ordinal)), TemporaryDirectory.Plain);
        CommandLine run = CommandLine.Run(CommandLine.In(directory.Path, input: """{"id": 1, "args": ["lesson", "l.md"]}"""), "batch", "-");

        Assert.Equal(1, run.Json.GetProperty("exit").GetInt32());
        Assert.Equal("l.md:12: ways[0].moved.pte == 2 does not hold: found 1 == 2", run.Json.GetProperty("report").GetProperty("failure").GetString());
    }

    // ---- mistakes ---------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("ways[0].moved.pte == 2", "does not hold: found 1 == 2")]
    [InlineData("ways[0].moved.pte > ways[1].moved.pte + 1", "does not hold: found 1 > 1")]
    [InlineData("verdict contains \"can tell\"", "does not hold: found \"")]
    [InlineData("ways[0].moved.ptes == 1", "does not hold: there is no ptes; did you mean pte?")]
    [InlineData("count(ways[0].depth_evnts) == 0", "does not hold: there is no depth_evnts; did you mean depth_events?")]
    [InlineData("ways[7].shift == 0", "does not hold: there is no [7], only 2 elements from [0]")]
    [InlineData("count(arch[*]) == 0", "does not hold: a selection stands behind \"s390\", which has no elements")]
    [InlineData("count(arch[0]) == 0", "does not hold: [0] stands behind \"s390\", which has no elements")]
    [InlineData("arch.name == 0", "does not hold: name is looked for in \"s390\", which has no members")]
    [InlineData("ways[way == \"fixed\"].shift == 0", "does not hold: ways[way == \"fixed\"].shift leads to nothing; one is needed here")]
    [InlineData("ways[*].moved.pte == 1", "does not hold: ways[*].moved.pte leads to 2 values; one is needed here, or one of count, sum, min or max around it")]
    [InlineData("ways[0] == 1", "does not hold: ways[0] leads to an object; a number or a text is needed here")]
    [InlineData("arch < 5", "does not hold: < needs a number on both sides, found \"s390\" and 5")]
    [InlineData("$old.arch == arch", "does not hold: $old: no command before it has this name; none has any")]
    [InlineData("1 / 0 == 1", "does not hold: division by 0")]
    [InlineData("min(ways[way == \"fixed\"].moved.pte) == 0", "does not hold: min of nothing: ways[way == \"fixed\"].moved.pte leads nowhere")]
    public void A_broken_assertion_fails_with_its_line(string assertion, string message)
    {
        using TemporaryDirectory directory = new();
        CommandLine run = Play(directory, Whole.Replace("ways[0].moved.pte == 1 ", assertion, StringComparison.Ordinal));

        Assert.StartsWith($"emulator: l.md:12: {assertion} {message}", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(letter => letter == '\n'));
        Assert.Equal(1, run.Exit);
    }

    [Theory]
    [InlineData("ways[0].moved.pte", "expected one of ==, !=, <=, >=, <, > or contains at column 18, found the end")]
    [InlineData("ways[0 == 1", "expected ] at column 12, found the end")]
    [InlineData("ways[0].moved.pte = 1", "expected one of ==, !=, <=, >=, <, > or contains at column 19, found \"= 1\"")]
    [InlineData("a == ", "expected a value at column 5, found the end")]
    [InlineData("a == 1 b", "expected the end at column 8, found \"b\"")]
    [InlineData("a == \"b", "expected the closing quote at column 22, found the end")]
    [InlineData("a == 0xg", "expected a number at column 6, found \"0xg\"")]
    [InlineData("a == 1.2.3", "expected a number at column 6, found \"1.2.3\"")]
    [InlineData("average(a) == 1", "there is no function average; there are count, sum, min and max")]
    [InlineData("count(1) == 1", "count(...) needs a path")]
    [InlineData("a. == 1", "expected a name at column 3, found \" == 1\"")]
    [InlineData("a[99999999999] == 1", "expected a smaller index at column 3, found \"99999999999] == 1\"")]
    public void An_assertion_that_makes_no_sense_is_told_before_anything_runs(string assertion, string message)
    {
        using TemporaryDirectory directory = new();

        Play(directory, Whole.Replace("ways[0].moved.pte == 1 ", assertion, StringComparison.Ordinal)).IsRefused(3, $"l.md:12: {assertion.Trim()}{(assertion.Contains("\"b", StringComparison.Ordinal) ? "   # one entry" : "")}: {message}");    // an open quote takes the note in
    }

    [Theory]
    [InlineData("```emulator", "```emulater", 7, "there is no directive \"emulater\"; did you mean emulator?")]
    [InlineData("```emulator", "```ruby", 7, "there is no directive \"ruby\"; there are emulator, assert and text")]
    [InlineData("```emulator", "```emulator loud", 7, "\"loud\" should be quiet, as=NAME, exit=0, exit=1 or each=NAME:VALUES")]
    [InlineData("```emulator", "```emulator each=n:5..1", 7, "\"each=n:5..1\": a range is FIRST..LAST or FIRST..LAST/STEP, upwards, of at most 65536 numbers")]
    [InlineData("```emulator", "```emulator each=n:1..2", 7, "each=n: the command line has no {n}")]
    [InlineData("emulator compare", "compare", 7, "a block of directive emulator holds one command line that begins with emulator; \\ at the end of a line continues it")]
    [InlineData("emulator compare", "emulator lesson x", 7, "emulator lesson x " + Program + ": lesson: \"" + Program + "\" is one operand too many; see emulator lesson --help")]
    [InlineData("emulator compare", "emulator --help", 7, "emulator --help " + Program + ": only commands that make a report are for lessons")]
    [InlineData("emulator compare", "emulator compare --json x", 7, "emulator compare --json x " + Program + ": a lesson writes no files and loads no plugins")]
    [InlineData("emulator compare", "emulator compare --svg -", 7, "emulator compare --svg - " + Program + ": a lesson writes no files and loads no plugins")]
    [InlineData("emulator compare", "emulator compare --kernel 7", 7, "emulator compare --kernel 7 " + Program + ": s390 has no kernel 7; use 2.6.32 or 6.1")]
    [InlineData("emulator compare", "emulator compare no-", 7, "emulator compare no- " + Program + ": no-: no such file")]
    [InlineData("emulator compare", "emulator compare 'a", 7, "emulator compare 'a " + Program + ": the quote ' is not closed")]
    [InlineData("# A title", "A title", 1, "a lesson begins with its title: # and words")]
    [InlineData("</details>", "", 15, "<details> without </details>")]
    [InlineData("<details><summary>Answer</summary>", "", 19, "</details> without <details>")]
    [InlineData("<details><summary>Answer</summary>", "<div>", 15, "of HTML a lesson has comments, <details><summary>...</summary> in one line, and </details>, with empty lines around them")]
    [InlineData("Words.", "- list\n\n  ```assert\n  1 == 2\n  ```", 5, "a fenced block stands inside another block; nothing would run it there")]
    public void A_mistake_in_the_file_is_told_with_its_line(string good, string bad, int line, string message)
    {
        using TemporaryDirectory directory = new();
        CommandLine run = Play(directory, ReplaceFirst(Whole, good, bad));

        Assert.Equal($"emulator: l.md:{line}: {message}\n", run.Error);
        Assert.Equal(3, run.Exit);
    }

    [Fact]
    public void A_command_that_ends_otherwise_than_the_lesson_says_breaks_it()
    {
        using TemporaryDirectory directory = new();
        CommandLine run = Play(directory, ReplaceFirst(Whole, "compare", "compare --memory 8k"));

        Assert.Equal($"emulator: l.md:7: emulator compare --memory 8k {Program}: ends with exit code 1, the lesson says 0\n", run.Error);
        Assert.Equal(1, run.Exit);
        Assert.Equal(0, Play(directory, ReplaceFirst(Whole, "```emulator\nemulator compare", "```emulator exit=1\nemulator compare --memory 8k").Replace("ways[0].moved.pte == 1 ", "ways[0].result == \"ENOMEM\"", StringComparison.Ordinal)).Exit);
    }

    [Fact]
    public void A_broken_lesson_has_no_page()
    {
        using TemporaryDirectory directory = new();
        string broken = Whole.Replace("pte == 1", "pte == 2", StringComparison.Ordinal);
        CommandLine page = Play(directory, broken, "--html", "-"), json = Play(directory, broken, "--json", "-", "--html", "l.html");

        page.IsRefused(1, "l.md:12: ways[0].moved.pte == 2 does not hold: found 1 == 2");
        Assert.Equal((1, ""), (json.Exit, json.Error));
        Assert.StartsWith("l.md:12: ", json.Json.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(directory.PathOf("l.html")));
    }

    [Fact]
    public void A_lesson_that_is_not_there_is_told_with_those_that_are()
    {
        CommandLine.Run("lesson", "the-argumnt").IsRefused(2, "lesson: there is no lesson \"the-argumnt\"; did you mean the-argument?");
        CommandLine.Run("lesson", "no/such.md").IsRefused(3, "no/such.md: no such file");
        CommandLine.Run("lesson", "--html", "x.html").IsRefused(2, "--html: the list of lessons has no page; give NAME");
    }

    [Fact]
    public void Settings_of_the_host_do_not_reach_a_lesson()
    {
        using TemporaryDirectory directory = new();
        directory.Write("l.md", System.Text.Encoding.UTF8.GetBytes(Whole), TemporaryDirectory.Plain);

        Assert.Equal(0, CommandLine.Run(CommandLine.In(directory.Path, new() { ["EMULATOR_MEMORY"] = "8k" }), "lesson", "l.md").Exit);
    }

    private const string Whole = $"""
        # A title

        Words.

        ## One

        ```emulator
        emulator compare {Program}
        ```

        ```assert
        ways[0].moved.pte == 1    # one entry
        ```

        <details><summary>Answer</summary>

        Forty-two.

        </details>

        ```assert
        same_user_view == true
        ```
        """;

    private static CommandLine Play(TemporaryDirectory directory, string text, params string[] options)
    {
        directory.Write("l.md", System.Text.Encoding.UTF8.GetBytes(text), TemporaryDirectory.Plain);
        return CommandLine.Run(CommandLine.In(directory.Path), ["lesson", "l.md", .. options]);
    }

    private static string ReplaceFirst(string text, string old, string by)
    {
        int at = text.IndexOf(old, StringComparison.Ordinal);
        return text[..at] + by + text[(at + old.Length)..];
    }

    [GeneratedRegex(@"^\*\*\d+\.\*\* ", RegexOptions.Multiline)]
    private static partial Regex Exercise();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    // Of three digits and more, or hexadecimal; no years, percentages, versions, CVE numbers, or names like amd64.
    [GeneratedRegex(@"(?<![\w.\-^/])(?:0x[0-9a-f]+|\d{1,3}(?:,\d{3})+|(?!(?:199\d|20[0-2]\d)(?!\d))\d{3,})(?![\w%-])")]
    private static partial Regex Number();

    [GeneratedRegex(@"^emulator .*$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
