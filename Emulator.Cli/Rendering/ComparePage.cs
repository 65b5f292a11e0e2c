using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

/// <summary>The page of <c>compare</c>.</summary>
internal sealed class ComparePage(ExecSubject subject, ExecReport report)
{
    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output) =>
        PageShell.Write(output, $"execve of {Path.GetFileName(subject.Plan.Program.Path)} on {subject.Plan.Architecture.Name}", report.Verdict, HistoryView.Styles, HistoryView.Scripts,
            body => new HistoryView(report, new TreesSvg(subject, report)).Write(body));
}
