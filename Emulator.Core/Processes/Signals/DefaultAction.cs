using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Signals;

/// <summary>What happens when nobody handles a signal.</summary>
/// <remarks>Source: signal(7); SIG_KERNEL_*_MASK, include/linux/signal.h.</remarks>
internal static class DefaultAction
{
    private static readonly SignalSet Ignored = Set(Signal.SIGCHLD, Signal.SIGCONT, Signal.SIGURG, Signal.SIGWINCH);

    private static readonly SignalSet Dumping = Set(Signal.SIGQUIT, Signal.SIGILL, Signal.SIGTRAP, Signal.SIGABRT, Signal.SIGFPE, Signal.SIGSEGV,
        Signal.SIGBUS, Signal.SIGSYS, Signal.SIGXCPU, Signal.SIGXFSZ);

    /// <summary>Nothing.</summary>
    public static bool Ignores(Signal signal) => Ignored.Has(signal);

    /// <summary>The process stops.</summary>
    public static bool Stops(Signal signal) => SignalSet.Stopping.Has(signal);

    /// <summary>The process ends, and would leave a core dump if it were allowed to.</summary>
    public static bool Dumps(Signal signal) => Dumping.Has(signal);

    private static SignalSet Set(params ReadOnlySpan<Signal> signals)
    {
        SignalSet set = default;
        foreach (Signal signal in signals)
            set |= SignalSet.Of(signal);
        return set;
    }
}
