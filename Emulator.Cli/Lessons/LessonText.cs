using Emulator.Cli.Rendering;

namespace Emulator.Cli.Lessons;

/// <summary>A lesson as text, block by block.</summary>
/// <param name="output">Where to.</param>
/// <param name="around">Its text writer, for what commands printed.</param>
/// <param name="withAnswers">Whether answers are shown.</param>
internal sealed class LessonText(TextOutput output, Surroundings around, bool withAnswers)
{
    private bool _first = true;

    /// <summary>Writes a block.</summary>
    public void Write(PlayedBlock played)
    {
        if (played.Block is LessonBlock.AnswerEnd || (played.IsFolded && !withAnswers))
            return;
        if (!_first)
            output.Line();
        _first = false;
        switch (played.Block)
        {
            case LessonBlock.Heading heading:
                output.Line(heading.Text, Tone.Strong);
                output.Line(new string(heading.Level == 1 ? '=' : '-', heading.Text.Length), Tone.Faint);
                break;
            case LessonBlock.Narration narration:
                NarrationText.Write(output, narration.Text, around.Width);
                break;
            case LessonBlock.Command command:
                output.Line($"$ {command.Text}", Tone.Strong);
                around.Output.Write(played.Output);
                break;
            case LessonBlock.Assertions assertions:
                foreach (AssertionLine line in assertions.Lines)
                    output.Line($"  holds: {line.Text}{(line.Note.Length == 0 ? "" : $"  # {line.Note}")}", Tone.Good);
                break;
            case LessonBlock.AnswerStart answer:
                output.Line(withAnswers ? $"{answer.Summary}:" : $"[{answer.Summary}: folded; --answers shows it]", Tone.Faint);
                break;
        }
    }
}
