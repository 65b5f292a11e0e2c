using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;

namespace Emulator.Cli.Reports;

/// <summary>The modelled execve failed, so there is nothing to look at.</summary>
internal sealed class RefusedReport(string schema, ExecSubject subject, ExecResult result) : Report
{
    /// <inheritdoc/>
    public override int ExitCode => Cli.ExitCode.Refused;

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", schema);
        subject.WriteJson(json);
        json.WriteResult(result);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        CompareText.HeadOf(subject, output);
        output.Line();
        string killed = result.Killed == Signal.None ? "" : $", and {result.Killed} kills the task";
        output.Line($"execve ({result.Way}) fails with {result.Outcome}{killed}: {result.Reason}", Tone.Bad);
    }
}
