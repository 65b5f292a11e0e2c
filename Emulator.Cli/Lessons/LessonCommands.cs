using System.CommandLine;
using System.Text.Json;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Cli.Verbs;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Lessons;

/// <summary>
/// Runs the command lines of lessons by the same path as the command line, but where the bundled programs are, and without
/// settings of the host: a lesson is the same everywhere.
/// </summary>
/// <param name="dispatcher">Knows the verbs.</param>
/// <param name="around">Where output would go; only its width matters.</param>
/// <param name="log">The log.</param>
internal sealed class LessonCommands(Dispatcher dispatcher, Surroundings around, ILogger log)
{
    /// <summary>Runs a command line.</summary>
    /// <param name="line">It, with <c>emulator</c> before it.</param>
    /// <param name="withText">Whether what it prints is wanted.</param>
    /// <exception cref="ProblemException">It makes no sense, or a file that it names cannot be used.</exception>
    public (int Exit, JsonElement Report, string Text) Run(string line, bool withText)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Surroundings here = around with { Output = text, Error = TextWriter.Null, Input = () => TextReader.Null, Environment = new Dictionary<string, string>(), Directory = AppContext.BaseDirectory };
        ParseResult parsed = dispatcher.Parse([.. CommandWords.Split(line).Skip(1)]);
        if (Dispatcher.IsAside(parsed) || dispatcher.Find(parsed) is not ReportVerb verb || verb is LessonVerb)
            throw ProblemException.Usage("only commands that make a report are for lessons");
        Invocation invocation = dispatcher.Prepare(parsed, here, log);
        string? json = invocation.Values.Text(invocation.Common.Json);
        if (json is not (null or "-") || verb.FileOptions.Any(option => invocation.Values.Text(option) is not null) || parsed.GetResult(dispatcher.Common.Plugin) is not null)
            throw ProblemException.Usage("a lesson writes no files and loads no plugins");
        Report report = verb.Make(invocation);
        if (withText && (json is not null || report.PrefersJson))
            text.WriteLine(Json.Text(report, indented: true));
        else if (withText)
            report.WriteText(new TextOutput(here with { OutputIsRich = false }));
        return (report.ExitCode, JsonDocument.Parse(Json.Text(report, indented: false)).RootElement, text.ToString());
    }
}
