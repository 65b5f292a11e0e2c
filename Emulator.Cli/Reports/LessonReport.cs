using System.Text.Json;
using Emulator.Cli.Lessons;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Reports;

/// <summary>What came of a lesson: schema emulator.lesson/1.</summary>
/// <param name="lesson">Which.</param>
/// <param name="played">Its blocks, as far as it got.</param>
/// <param name="failure">Why it got no further; null when all of it held.</param>
internal sealed class LessonReport(Lesson lesson, IReadOnlyList<PlayedBlock> played, string? failure) : Report
{
    /// <summary>Which.</summary>
    public Lesson Lesson => lesson;

    /// <summary>Its blocks, as far as it got.</summary>
    public IReadOnlyList<PlayedBlock> Played => played;

    /// <summary>Why it got no further; null when all of it held.</summary>
    public string? Failure => failure;

    /// <inheritdoc/>
    public override int ExitCode => failure is null ? Cli.ExitCode.Done : Cli.ExitCode.Refused;

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.lesson/1");
        json.WriteString("name", lesson.Name);
        json.WriteString("title", lesson.Title);
        json.WriteStartArray("commands");
        foreach (LessonBlock.Command command in played.Select(each => each.Block).OfType<LessonBlock.Command>())
        {
            json.WriteStartObject();
            json.WriteNumber("line", command.Line);
            json.WriteString("command", command.Text);
            json.WriteNumber("runs", command.Variable is null ? 1 : command.Values.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("assertions");
        foreach (AssertionLine line in played.Select(each => each.Block).OfType<LessonBlock.Assertions>().SelectMany(block => block.Lines))
        {
            json.WriteStartObject();
            json.WriteNumber("line", line.Line);
            json.WriteString("text", line.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("failure", failure);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        // The text is written while the lesson is played.
    }
}
