namespace Emulator.Judges;

/// <summary>A judge could not be asked: its program is missing, stopped, timed out or was given something it cannot take.</summary>
public sealed class JudgeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what would have been right.</param>
    public JudgeException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what would have been right.</param>
    /// <param name="inner">The cause.</param>
    public JudgeException(string message, Exception inner) : base(message, inner) { }
}
