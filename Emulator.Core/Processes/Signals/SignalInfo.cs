using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Signals;

/// <summary>What is told of a signal (<c>siginfo_t</c>): which fields mean something depends on signal and code.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Code">si_code.</param>
public readonly record struct SignalInfo(Signal Signal, int Code)
{
    /// <summary>SI_USER: kill().</summary>
    public const int User = 0;

    /// <summary>SI_KERNEL: the kernel, for no reason with a number.</summary>
    public const int Kernel = 0x80;

    /// <summary>SI_QUEUE: sigqueue().</summary>
    public const int Queue = -1;

    /// <summary>SI_TIMER: a POSIX timer.</summary>
    public const int Timer = -2;

    /// <summary>SI_TKILL: tkill() and tgkill().</summary>
    public const int ThreadKill = -6;

    /// <summary>SEGV_MAPERR: nothing is mapped there.</summary>
    public const int SegvMapError = 1;

    /// <summary>SEGV_ACCERR: what is mapped there does not allow it.</summary>
    public const int SegvAccessError = 2;

    /// <summary>BUS_ADRALN: a misaligned address.</summary>
    public const int BusAlignment = 1;

    /// <summary>BUS_ADRERR: no memory behind the address.</summary>
    public const int BusAddress = 2;

    /// <summary>ILL_ILLOPC: an illegal opcode.</summary>
    public const int IllegalOpcode = 1;

    /// <summary>ILL_ILLOPN: an illegal operand.</summary>
    public const int IllegalOperand = 2;

    /// <summary>FPE_INTDIV: an integer was divided by zero.</summary>
    public const int IntegerDivide = 1;

    /// <summary>FPE_INTOVF: an integer overflowed.</summary>
    public const int IntegerOverflow = 2;

    /// <summary>FPE_FLTDIV: a number was divided by zero.</summary>
    public const int FloatDivide = 3;

    /// <summary>FPE_FLTOVF: a number overflowed.</summary>
    public const int FloatOverflow = 4;

    /// <summary>FPE_FLTUND: a number underflowed.</summary>
    public const int FloatUnderflow = 5;

    /// <summary>FPE_FLTRES: a number is not exact.</summary>
    public const int FloatInexact = 6;

    /// <summary>FPE_FLTINV: an operation is not valid.</summary>
    public const int FloatInvalid = 7;

    /// <summary>FPE_FLTUNK: an exception of floating point that nobody can name.</summary>
    public const int FloatUnknown = 14;

    /// <summary>TRAP_UNK: a trap that nobody can name.</summary>
    public const int TrapUnknown = 5;

    /// <summary>TRAP_BRKPT: a breakpoint.</summary>
    public const int TrapBreakpoint = 1;

    /// <summary>CLD_EXITED: the child called exit().</summary>
    public const int ChildExited = 1;

    /// <summary>CLD_KILLED: a signal ended the child.</summary>
    public const int ChildKilled = 2;

    /// <summary>CLD_DUMPED: the same, with a core dump.</summary>
    public const int ChildDumped = 3;

    /// <summary>CLD_STOPPED: the child stopped.</summary>
    public const int ChildStopped = 5;

    /// <summary>CLD_CONTINUED: the child goes on.</summary>
    public const int ChildContinued = 6;

    /// <summary>si_errno.</summary>
    public int Error { get; init; }

    /// <summary>si_pid.</summary>
    public int Pid { get; init; }

    /// <summary>si_uid.</summary>
    public int Uid { get; init; }

    /// <summary>si_status: an exit code or a signal.</summary>
    public int Status { get; init; }

    /// <summary>si_addr: the address of a fault, or of the instruction.</summary>
    public ulong Address { get; init; }

    /// <summary>si_value.</summary>
    public ulong Value { get; init; }

    /// <summary>si_utime, in nanoseconds.</summary>
    public long UserTime { get; init; }

    /// <summary>si_stime, in nanoseconds.</summary>
    public long SystemTime { get; init; }

    /// <summary>What the machine wants to know of the trap: the x86's page-fault error code; nothing elsewhere.</summary>
    public ulong TrapError { get; init; }

    /// <summary>Number of the machine's trap.</summary>
    public int TrapNumber { get; init; }

    /// <summary>Whether an instruction of the program caused it.</summary>
    public bool IsFault => Code > 0 && Code != Kernel && SignalSet.Synchronous.Has(Signal);
}
