using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>A verb that makes one report; a batch can run it too.</summary>
internal abstract class ReportVerb : Verb
{
    private const string StandardOutput = "-";

    /// <summary>Makes the report.</summary>
    /// <exception cref="ProblemException">Something the user has to put right.</exception>
    public abstract Report Make(Invocation invocation);

    /// <summary>Files that this verb can write beside the report.</summary>
    protected virtual IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report) => [];

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        Check(invocation);
        Report report;
        using (Progress progress = new(invocation.Around.ErrorIsTerminal ? invocation.Around.Error : null))
            report = Make(invocation with { Progress = progress });
        Save(invocation, report);
        Attachment? shown = All(invocation, report).FirstOrDefault(attachment => invocation.Values.Text(attachment.Option) == StandardOutput);
        if (shown is not null)
            shown.Show(invocation.Around);
        else if (report.PrefersJson)
            Json.WritePage(report, invocation.Around.Output);
        else
            Show(invocation, report);
        return report.ExitCode;
    }

    /// <summary>Writes the files that options name.</summary>
    public void Save(Invocation invocation, Report report)
    {
        foreach (Attachment attachment in All(invocation, report))
        {
            if ((invocation.Values.Text(attachment.Option) ?? attachment.Beside) is { } file && file != StandardOutput)
                ResultFile.Write(invocation.Around, file, attachment.Write);
        }
    }

    /// <summary>Options of this verb whose value is a file to write, besides <c>--json</c>.</summary>
    public virtual IReadOnlyList<CliOption> FileOptions => [];

    /// <summary>Writes the report for people.</summary>
    protected virtual void Show(Invocation invocation, Report report) => report.WriteText(new TextOutput(invocation.Around));

    private IEnumerable<Attachment> All(Invocation invocation, Report report) =>
        Attachments(invocation, report).Prepend(new Attachment(invocation.Common.Json, output => Json.WritePage(report, output)));

    private void Check(Invocation invocation)
    {
        CliOption[] shown = [.. FileOptions.Prepend(invocation.Common.Json).Where(option => invocation.Values.Text(option) == StandardOutput)];
        if (shown.Length > 1)
            throw ProblemException.Usage($"{Words.And([.. shown.Select(option => option.Name)])} cannot all have standard output; give files to all but one");
    }
}
