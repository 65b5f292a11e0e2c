namespace Emulator.Cli.Lessons;

/// <summary>An assertion as it stands in a file.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Text">As written, without the note.</param>
/// <param name="Note">What it means, behind <c>#</c>; may be empty.</param>
/// <param name="Assertion">As read.</param>
internal sealed record AssertionLine(int Line, string Text, string Note, Assertion Assertion);
