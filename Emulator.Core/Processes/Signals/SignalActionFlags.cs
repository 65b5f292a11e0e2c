namespace Emulator.Core.Processes.Signals;

/// <summary>Flags of sigaction(), by generic bits.</summary>
[Flags]
public enum SignalActionFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>SA_NOCLDSTOP: no SIGCHLD when a child stops.</summary>
    NoChildStop = 1,

    /// <summary>SA_NOCLDWAIT: children leave no zombies.</summary>
    NoChildWait = 2,

    /// <summary>SA_SIGINFO: the handler is told more.</summary>
    SignalInfo = 4,

    /// <summary>SA_RESTORER: there is an address to return to.</summary>
    Restorer = 0x0400_0000,

    /// <summary>SA_ONSTACK: on the alternate stack.</summary>
    OnStack = 0x0800_0000,

    /// <summary>SA_RESTART: interrupted calls are made again.</summary>
    Restart = 0x1000_0000,

    /// <summary>SA_NODEFER: the signal itself is not blocked meanwhile.</summary>
    NoDefer = 0x4000_0000,

    /// <summary>SA_RESETHAND: only once.</summary>
    ResetHandler = 0x8000_0000,
}
