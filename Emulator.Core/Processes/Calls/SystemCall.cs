namespace Emulator.Core.Processes.Calls;

/// <summary>A system call: one implementation for all ABIs, and what its arguments are.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Run">What it does; null for one that only its name is known of (ENOSYS).</param>
/// <param name="Parameters">
/// What its arguments are, for printing and for taking them apart: words separated by blanks, as <see cref="Strace.CallPrinter"/> knows
/// them. Those that begin with <c>ll</c> are numbers of 64 bits, which take two places in an ABI of 32 bits.
/// </param>
public sealed record SystemCall(string Name, Func<CallContext, CallResult>? Run, string Parameters)
{
    /// <summary>Whether an argument is a number of 64 bits.</summary>
    internal bool HasWide { get; } = Parameters.StartsWith("ll", StringComparison.Ordinal) || Parameters.Contains(" ll", StringComparison.Ordinal);
}
