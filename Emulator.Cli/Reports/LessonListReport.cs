using System.Text.Json;
using Emulator.Cli.Lessons;
using Emulator.Cli.Rendering;

namespace Emulator.Cli.Reports;

/// <summary>A line for each lesson: schema emulator.lesson-list/1.</summary>
internal sealed class LessonListReport(IReadOnlyList<Lesson> lessons) : Report
{
    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.lesson-list/1");
        json.WriteStartArray("lessons");
        foreach (Lesson lesson in lessons)
        {
            json.WriteStartObject();
            json.WriteString("name", lesson.Name);
            json.WriteString("title", lesson.Title);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        TextTable table = new("name", "what it shows");
        foreach (Lesson lesson in lessons)
            table.Add(lesson.Name, lesson.Title);
        output.Table(table);
    }
}
