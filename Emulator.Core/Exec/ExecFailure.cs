using Emulator.Core.Kernel;

namespace Emulator.Core.Exec;

/// <summary>Why a step of execve failed: the errno, and where, in words. Null means that it did not.</summary>
/// <param name="Error">The errno.</param>
/// <param name="Reason">Which function refused what.</param>
/// <param name="Kill">The signal, where it differs from the era's usual one after the point of no return.</param>
public sealed record ExecFailure(Errno Error, string Reason, Signal Kill = Signal.None)
{
    /// <summary>A failure when <paramref name="error"/> is one, else null.</summary>
    public static ExecFailure? When(Errno error, string reason) => error.Failed() ? new ExecFailure(error, reason) : null;
}
