using Markdig.Syntax;

namespace Emulator.Cli.Lessons;

/// <summary>A block of a lesson.</summary>
/// <param name="Line">Its first line in the file, counted from 1.</param>
internal abstract record LessonBlock(int Line)
{
    /// <summary>Something to read.</summary>
    /// <param name="Line">Its first line.</param>
    /// <param name="Text">As in the file.</param>
    public sealed record Narration(int Line, string Text) : LessonBlock(Line);

    /// <summary>A heading; those of the second level begin the steps.</summary>
    /// <param name="Line">Its line.</param>
    /// <param name="Level">1 for the title.</param>
    /// <param name="Text">What it says.</param>
    public sealed record Heading(int Line, int Level, string Text) : LessonBlock(Line);

    /// <summary>A command line.</summary>
    /// <param name="Line">The line of its fence.</param>
    /// <param name="Source">Its block in the document.</param>
    /// <param name="Text">As in the file: <c>emulator</c> and what follows.</param>
    public sealed record Command(int Line, FencedCodeBlock Source, string Text) : LessonBlock(Line)
    {
        /// <summary>The exit code that it should have.</summary>
        public int Exit { get; init; }

        /// <summary>The name that later assertions may use for its report.</summary>
        public string? Name { get; init; }

        /// <summary>Whether what it prints is left out.</summary>
        public bool IsQuiet { get; init; }

        /// <summary>The word in braces that is replaced; null when it runs once.</summary>
        public string? Variable { get; init; }

        /// <summary>What the word is replaced with: a run for each.</summary>
        public IReadOnlyList<string> Values { get; init; } = [];
    }

    /// <summary>Assertions on the reports of the commands above.</summary>
    /// <param name="Line">The line of its fence.</param>
    /// <param name="Source">Its block in the document.</param>
    /// <param name="Lines">One a line.</param>
    public sealed record Assertions(int Line, FencedCodeBlock Source, IReadOnlyList<AssertionLine> Lines) : LessonBlock(Line);

    /// <summary>What follows, up to <see cref="AnswerEnd"/>, is folded.</summary>
    /// <param name="Line">Its line.</param>
    /// <param name="Summary">What is seen of it.</param>
    public sealed record AnswerStart(int Line, string Summary) : LessonBlock(Line);

    /// <summary>The end of what is folded.</summary>
    /// <param name="Line">Its line.</param>
    public sealed record AnswerEnd(int Line) : LessonBlock(Line);
}
