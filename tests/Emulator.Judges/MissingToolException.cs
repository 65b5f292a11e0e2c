namespace Emulator.Judges;

/// <summary>A judge's program is not installed; tests that need it are skipped with this message.</summary>
public sealed class MissingToolException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which program, and which package has it.</param>
    public MissingToolException(string message) : base(message) { }
}
