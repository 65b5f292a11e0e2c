using System.Text;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>A verb that makes one report; a batch can run it too.</summary>
internal abstract class ReportVerb : Verb
{
    /// <summary>Makes the report.</summary>
    /// <exception cref="ProblemException">Something the user has to put right.</exception>
    public abstract Report Make(Invocation invocation);

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        Report report;
        using (Progress progress = new(invocation.Around.ErrorIsTerminal ? invocation.Around.Error : null))
            report = Make(invocation with { Progress = progress });
        string? file = SaveJson(invocation, report);
        if (file == "-" || report.PrefersJson)
            invocation.Around.Output.WriteLine(Json.Text(report, indented: true));
        else
            report.WriteText(new TextOutput(invocation.Around));
        return report.ExitCode;
    }

    /// <summary>Writes the file that <c>--json</c> names.</summary>
    /// <returns>The value of <c>--json</c>.</returns>
    public static string? SaveJson(Invocation invocation, Report report)
    {
        string? file = invocation.Values.Text(invocation.Common.Json);
        if (file is null or "-")
            return file;
        try
        {
            File.WriteAllText(invocation.Around.FullPath(file), Json.Text(report, indented: true) + "\n", new UTF8Encoding(false));
            return file;
        }
        catch (IOException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
    }
}
