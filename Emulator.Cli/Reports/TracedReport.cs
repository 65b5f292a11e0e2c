using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Reports;

namespace Emulator.Cli.Reports;

/// <summary>A report, and every event of the run that it came from.</summary>
/// <param name="inner">The report.</param>
/// <param name="subject">What was exec'd on what.</param>
/// <param name="way">The run.</param>
internal sealed class TracedReport(Report inner, ExecSubject subject, WayReport way) : Report
{
    /// <summary>The report.</summary>
    public Report Inner => inner;

    /// <summary>What was exec'd on what.</summary>
    public ExecSubject Subject => subject;

    /// <summary>The run.</summary>
    public WayReport Way => way;

    /// <inheritdoc/>
    public override int ExitCode => inner.ExitCode;

    /// <inheritdoc/>
    public override bool PrefersJson => inner.PrefersJson;

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json) => inner.WriteJson(json);

    /// <inheritdoc/>
    public override void WriteText(TextOutput output) => inner.WriteText(output);
}
