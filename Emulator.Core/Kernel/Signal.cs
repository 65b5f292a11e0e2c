namespace Emulator.Core.Kernel;

/// <summary>Signals by Linux's names; the numbers are the generic ones (some architectures number a few differently).</summary>
/// <remarks>Source: include/uapi/asm-generic/signal.h. Real-time signals are the numbers from <see cref="SIGRTMIN"/> to 64.</remarks>
public enum Signal
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Hangup.</summary>
    SIGHUP = 1,

    /// <summary>Interrupt from the keyboard.</summary>
    SIGINT = 2,

    /// <summary>Quit from the keyboard.</summary>
    SIGQUIT = 3,

    /// <summary>Illegal instruction.</summary>
    SIGILL = 4,

    /// <summary>Breakpoint.</summary>
    SIGTRAP = 5,

    /// <summary>Abort.</summary>
    SIGABRT = 6,

    /// <summary>Bus error: memory behind the end of a file, or a misaligned access.</summary>
    SIGBUS = 7,

    /// <summary>Arithmetic error.</summary>
    SIGFPE = 8,

    /// <summary>Kill; no handler, no mask.</summary>
    SIGKILL = 9,

    /// <summary>First signal of the program's own.</summary>
    SIGUSR1 = 10,

    /// <summary>Segmentation violation.</summary>
    SIGSEGV = 11,

    /// <summary>Second signal of the program's own.</summary>
    SIGUSR2 = 12,

    /// <summary>A pipe without readers was written to.</summary>
    SIGPIPE = 13,

    /// <summary>The alarm clock.</summary>
    SIGALRM = 14,

    /// <summary>Termination.</summary>
    SIGTERM = 15,

    /// <summary>Stack fault of a coprocessor; unused.</summary>
    SIGSTKFLT = 16,

    /// <summary>A child stopped or ended.</summary>
    SIGCHLD = 17,

    /// <summary>Continue.</summary>
    SIGCONT = 18,

    /// <summary>Stop; no handler, no mask.</summary>
    SIGSTOP = 19,

    /// <summary>Stop from the keyboard.</summary>
    SIGTSTP = 20,

    /// <summary>A background process reads from its terminal.</summary>
    SIGTTIN = 21,

    /// <summary>A background process writes to its terminal.</summary>
    SIGTTOU = 22,

    /// <summary>Urgent data on a socket.</summary>
    SIGURG = 23,

    /// <summary>The limit of CPU time is used up.</summary>
    SIGXCPU = 24,

    /// <summary>The limit of file size is reached.</summary>
    SIGXFSZ = 25,

    /// <summary>The alarm clock of user time.</summary>
    SIGVTALRM = 26,

    /// <summary>The alarm clock of profiling.</summary>
    SIGPROF = 27,

    /// <summary>The window changed its size.</summary>
    SIGWINCH = 28,

    /// <summary>Input or output is possible.</summary>
    SIGIO = 29,

    /// <summary>Power failure.</summary>
    SIGPWR = 30,

    /// <summary>Bad system call.</summary>
    SIGSYS = 31,

    /// <summary>First of the real-time signals, which are queued; the last is 64.</summary>
    SIGRTMIN = 32,
}
