using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Rendering;

internal sealed class CompareText(ExecSubject subject, ExecReport report)
{
    public void Write(TextOutput output) => output.Line($"{subject.Plan.Program.Path}: {report.Verdict}");
}
