using System.Numerics;
using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Signals;

/// <summary>A set of signals: bit n-1 for signal n, by generic numbers.</summary>
/// <param name="Bits">The bits.</param>
public readonly record struct SignalSet(ulong Bits)
{
    /// <summary>The last signal.</summary>
    public const int Last = 64;

    /// <summary>Signals that cannot be blocked, caught or ignored.</summary>
    public static SignalSet Unblockable { get; } = Of(Signal.SIGKILL) | Of(Signal.SIGSTOP);

    /// <summary>Signals that stop a process when nobody handles them.</summary>
    public static SignalSet Stopping { get; } = Of(Signal.SIGSTOP) | Of(Signal.SIGTSTP) | Of(Signal.SIGTTIN) | Of(Signal.SIGTTOU);

    /// <summary>Signals that an instruction causes: they are delivered before others (SYNCHRONOUS_MASK).</summary>
    public static SignalSet Synchronous { get; } = Of(Signal.SIGSEGV) | Of(Signal.SIGBUS) | Of(Signal.SIGILL) | Of(Signal.SIGTRAP) | Of(Signal.SIGFPE) | Of(Signal.SIGSYS);

    /// <summary>Whether it is empty.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>The lowest signal; None of an empty set.</summary>
    public Signal First => Bits == 0 ? Signal.None : (Signal)(BitOperations.TrailingZeroCount(Bits) + 1);

    /// <summary>A set of one.</summary>
    public static SignalSet Of(Signal signal) => new(1UL << ((int)signal - 1));

    /// <summary>Whether a signal is in it.</summary>
    public bool Has(Signal signal) => (Bits >> ((int)signal - 1) & 1) != 0;

    /// <summary>All that are in either.</summary>
    public static SignalSet operator |(SignalSet a, SignalSet b) => new(a.Bits | b.Bits);

    /// <summary>All that are in both.</summary>
    public static SignalSet operator &(SignalSet a, SignalSet b) => new(a.Bits & b.Bits);

    /// <summary>All that are in the first and not in the second.</summary>
    public static SignalSet operator -(SignalSet a, SignalSet b) => new(a.Bits & ~b.Bits);

    /// <summary>As the operator.</summary>
    public static SignalSet BitwiseOr(SignalSet left, SignalSet right) => left | right;

    /// <summary>As the operator.</summary>
    public static SignalSet BitwiseAnd(SignalSet left, SignalSet right) => left & right;

    /// <summary>As the operator.</summary>
    public static SignalSet Subtract(SignalSet left, SignalSet right) => left - right;
}
