namespace Emulator.Cli.Lessons;

/// <summary>A block of a lesson, and what came of it.</summary>
/// <param name="Block">The block.</param>
/// <param name="Output">What a command printed; empty for every other block.</param>
/// <param name="IsFolded">Whether it belongs to an answer.</param>
internal sealed record PlayedBlock(LessonBlock Block, string Output, bool IsFolded);
