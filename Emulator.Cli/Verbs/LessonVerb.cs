using System.CommandLine;
using Emulator.Cli.Lessons;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>Guided demonstrations.</summary>
/// <param name="commands">Runs the command lines of lessons.</param>
internal sealed class LessonVerb(Func<Invocation, LessonCommands> commands) : ReportVerb
{
    private static readonly CliOption Html = new("--html", "FILE", "write the lesson as a page to FILE too, answers folded; with - to standard output instead of text");
    private static readonly CliOption Answers = new("--answers", null, "show the answers to the exercises");

    private readonly Argument _name = Maybe("NAME");

    /// <inheritdoc/>
    public override string Name => "lesson";

    /// <inheritdoc/>
    public override string Operands => "[NAME]";

    /// <inheritdoc/>
    public override string Summary => "guided demonstrations: commands, what they show, exercises";

    /// <inheritdoc/>
    public override string Details =>
        "Without a NAME, the list. A lesson runs its commands and checks every assertion; on a terminal it waits for Enter before each step. NAME may also be a Markdown file of your own: docs/lessons.md has the format. Exit code 1: an assertion does not hold; 3: the file makes no sense.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator lesson", .. LessonShelf.Names.Take(1).SelectMany(name => new[] { $"emulator lesson {name}", $"emulator lesson {name} --html {name}.html" })];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [Html, Answers];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments
    {
        get
        {
            if (_name.CompletionSources.Count == 0)
                _name.CompletionSources.Add(_ => LessonShelf.Names.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
            return [_name];
        }
    }

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        if (invocation.Operands(_name) is not [var name])
            return new LessonListReport([.. LessonShelf.Names.Select(each => LessonShelf.Find(each, invocation.Around))]);
        List<PlayedBlock> played = [];
        Lesson lesson = LessonShelf.Find(name, invocation.Around);
        try
        {
            played.AddRange(new LessonPlayer(lesson, commands(invocation), invocation.Progress).Play());
        }
        catch (ProblemException problem) when (problem.ExitCode == ExitCode.Refused)
        {
            return new LessonReport(lesson, played, problem.Message);
        }
        return new LessonReport(lesson, played, failure: null);
    }

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        bool shown = invocation.Values.Text(invocation.Common.Json) == "-" || invocation.Values.Text(Html) == "-";
        if (invocation.Operands(_name) is not [var name])
            return invocation.Values.Text(Html) is null ? base.Run(invocation) : throw ProblemException.Usage("--html: the list of lessons has no page; give NAME");
        if (shown)
            return base.Run(invocation);
        Lesson lesson = LessonShelf.Find(name, invocation.Around);
        List<PlayedBlock> played = [];
        try
        {
            if (Play(invocation, lesson, played))
                Save(invocation, new LessonReport(lesson, played, failure: null));
            return ExitCode.Done;
        }
        catch (ProblemException problem) when (problem.ExitCode == ExitCode.Refused)
        {
            Save(invocation, new LessonReport(lesson, played, problem.Message));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report) => report is LessonReport { Failure: null } whole
        ? [new Attachment(Html, output => output.Write(LessonPage.Of(whole.Lesson, whole.Played)))]
        : [];

    /// <inheritdoc/>
    protected override void Show(Invocation invocation, Report report)
    {
        if (report is LessonReport { Failure: { } failure })
            throw ProblemException.Broken(failure);
        base.Show(invocation, report);
    }

    /// <summary>Plays and shows a lesson.</summary>
    /// <returns>False when the reader had enough.</returns>
    private bool Play(Invocation invocation, Lesson lesson, List<PlayedBlock> played)
    {
        Surroundings around = invocation.Around;
        bool waits = around.IsInteractive;
        using Progress progress = new(around.ErrorIsTerminal && !waits ? around.Error : null);
        using TextReader? keys = waits ? around.Input() : null;
        LessonText text = new(new TextOutput(around), around, invocation.Values.IsOn(Answers));
        foreach (PlayedBlock each in new LessonPlayer(lesson, commands(invocation), progress).Play())
        {
            if (keys is not null && each.Block is LessonBlock.Heading { Level: 2 })
            {
                around.Output.Write("\n[Enter goes on, q ends] ");
                around.Output.Flush();
                if (keys.ReadLine() is null or "q")
                    return false;
            }
            played.Add(each);
            text.Write(each);
            if (keys is not null)
                around.Output.Flush();
        }
        return true;
    }
}
