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
        output.Line(Sentence, Tone.Bad);
    }

    /// <summary>Writes a page that says so.</summary>
    public void WritePage(TextWriter output) => PageShell.Write(output, Title, $"{Sentence}.", [], [], _ => { });

    /// <summary>Writes a picture that says so.</summary>
    public void WritePicture(TextWriter output) => output.Write($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 960 70" width="960" height="70" role="img" aria-labelledby="title words">
        <title id="title">{PageShell.Text(Title)}</title><desc id="words">{PageShell.Text(Sentence)}</desc>
        <style>
        {Assets.Read("trees.svg.css")}</style>
        <rect class="ground" width="100%" height="100%"/>
        <text class="headline" x="16" y="26">{PageShell.Text(Title)}</text>
        <text x="16" y="50">{PageShell.Text(Sentence)}</text>
        </svg>

        """.ReplaceLineEndings("\n"));

    private string Title => $"execve of {Path.GetFileName(subject.Plan.Program.Path)} on {subject.Plan.Architecture.Name}";

    private string Sentence => $"execve ({result.Way}) fails with {result.Outcome}{(result.Killed == Signal.None ? "" : $", and {result.Killed} kills the task")}: {result.Reason}";
}
