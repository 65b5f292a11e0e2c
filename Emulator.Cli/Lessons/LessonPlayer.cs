using System.Text;
using System.Text.Json;

namespace Emulator.Cli.Lessons;

/// <summary>Plays a lesson, block by block.</summary>
/// <param name="lesson">Which.</param>
/// <param name="commands">Runs its command lines.</param>
/// <param name="progress">Is told of commands that run often.</param>
internal sealed class LessonPlayer(Lesson lesson, LessonCommands commands, Progress progress)
{
    private readonly Dictionary<string, JsonElement> _named = [];
    private JsonElement? _last;

    /// <summary>Plays it; each block when it is asked for.</summary>
    /// <exception cref="ProblemException">
    /// Exit 1: an assertion does not hold, or a command ends otherwise than the lesson says. Exit 3: the lesson makes no sense.
    /// </exception>
    public IEnumerable<PlayedBlock> Play()
    {
        bool folded = false;
        foreach (LessonBlock block in lesson.Blocks)
        {
            if (block is LessonBlock.AnswerStart or LessonBlock.AnswerEnd)
                folded = block is LessonBlock.AnswerStart;
            string output = "";
            if (block is LessonBlock.Command command)
                output = command.Variable is null ? RunOnce(command) : RunEach(command);
            else if (block is LessonBlock.Assertions assertions)
                Check(assertions);
            yield return new PlayedBlock(block, output, folded && block is not LessonBlock.AnswerStart);
        }
    }

    private string RunOnce(LessonBlock.Command command)
    {
        (JsonElement report, string text) = Run(command, command.Text);
        Keep(command, report);
        return command.IsQuiet ? "" : text;
    }

    /// <summary>One run for each value; their reports become one.</summary>
    private string RunEach(LessonBlock.Command command)
    {
        StringBuilder all = new("{\"runs\":[");
        for (int i = 0; i < command.Values.Count; i++)
        {
            string value = command.Values[i];
            progress.Show($"{command.Variable} {value}: run {i + 1} of {command.Values.Count}");
            (JsonElement report, _) = Run(command, command.Text.Replace($"{{{command.Variable}}}", value, StringComparison.Ordinal));
            string quoted = value.All(char.IsAsciiDigit) ? value : $"\"{JsonEncodedText.Encode(value)}\"";
            all.Append(i == 0 ? "" : ",").Append("{\"value\":").Append(quoted).Append(",\"report\":").Append(report.GetRawText()).Append('}');
        }
        Keep(command, JsonDocument.Parse(all.Append("]}").ToString()).RootElement);
        return command.IsQuiet ? "" : $"{command.Values.Count} runs, with {command.Variable} from {command.Values[0]} to {command.Values[^1]}\n";
    }

    private (JsonElement Report, string Text) Run(LessonBlock.Command command, string line)
    {
        try
        {
            (int exit, JsonElement report, string text) = commands.Run(line, withText: command.Variable is null && !command.IsQuiet);
            return exit == command.Exit
                ? (report, text)
                : throw ProblemException.Broken($"{lesson.File}:{command.Line}: {line}: ends with exit code {exit}, the lesson says {command.Exit}");
        }
        catch (ProblemException problem) when (problem.ExitCode is ExitCode.Usage or ExitCode.Input)
        {
            throw lesson.Wrong(command.Line, $"{line}: {problem.Message}");
        }
    }

    private void Keep(LessonBlock.Command command, JsonElement report)
    {
        _last = report;
        if (command.Name is { } name)
            _named[name] = report;
    }

    private void Check(LessonBlock.Assertions assertions)
    {
        Scope scope = new(_last, _named);
        foreach (AssertionLine line in assertions.Lines)
        {
            try
            {
                if (!line.Assertion.Holds(scope, out string found))
                    throw ProblemException.Broken($"{lesson.File}:{line.Line}: {line.Text} does not hold: found {found}");
            }
            catch (AssertionException problem)
            {
                throw ProblemException.Broken($"{lesson.File}:{line.Line}: {line.Text} does not hold: {problem.Message}");
            }
        }
    }
}
