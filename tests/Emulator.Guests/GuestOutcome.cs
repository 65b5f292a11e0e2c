using System.Text;

namespace Emulator.Guests;

/// <summary>What a run left behind.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="ExitCode">As a shell has it: the program's own, or 128 and the number of the signal that killed it (the host's number).</param>
/// <param name="EndedInTime">False when it was killed because its time was over.</param>
public sealed record GuestOutcome(ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Errors, int ExitCode, bool EndedInTime)
{
    /// <summary>Standard output as text, bytes beyond ASCII as Latin-1.</summary>
    public string OutputText => Encoding.Latin1.GetString(Output.Span);

    /// <summary>Standard error as text, bytes beyond ASCII as Latin-1.</summary>
    public string ErrorText => Encoding.Latin1.GetString(Errors.Span);

    /// <summary>Whether output and exit code are the same. What a runner itself says goes to standard error, which is not compared.</summary>
    /// <param name="other">Another outcome.</param>
    /// <returns>True if nobody could tell the two apart.</returns>
    public bool Agrees(GuestOutcome other) =>
        EndedInTime && other.EndedInTime && ExitCode == other.ExitCode && Output.Span.SequenceEqual(other.Output.Span);
}
