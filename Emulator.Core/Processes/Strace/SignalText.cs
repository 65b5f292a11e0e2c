using Emulator.Core.Kernel;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Strace;

/// <summary>A signal as strace prints it.</summary>
internal static class SignalText
{
    public static string Of(in SignalInfo info) => $"{FlagNames.Signal((int)info.Signal)} {Details(info)}";

    /// <summary>siginfo_t.</summary>
    public static string Details(in SignalInfo info)
    {
        string text = $"{{si_signo={FlagNames.Signal((int)info.Signal)}, si_code={Code(info)}";
        if (info.Error != 0)
            text += $", si_errno={info.Error}";
        if (info.IsFault)
            text += $", si_addr={ArgumentPrinter.Pointer(info.Address)}";
        else if (info.Signal == Signal.SIGCHLD && info.Code > 0)
            text += $", si_pid={info.Pid}, si_uid={info.Uid}, si_status={Status(info)}, si_utime={Ticks(info.UserTime)}, si_stime={Ticks(info.SystemTime)}";
        else if (info.Code != SignalInfo.Kernel)
            text += $", si_pid={info.Pid}, si_uid={info.Uid}";
        if (info.Code == SignalInfo.Queue && info.Value != 0)
            text += $", si_int={(int)info.Value}, si_ptr={ArgumentPrinter.Pointer(info.Value)}";
        return text + "}";
    }

    private static string Status(in SignalInfo info) => info.Code == SignalInfo.ChildExited ? $"{info.Status}" : FlagNames.Signal(info.Status);

    private static string Ticks(long nanoseconds) => $"{nanoseconds / 10_000_000}";

    private static string Code(in SignalInfo info) => (info.Signal, info.Code) switch
    {
        (_, SignalInfo.User) => "SI_USER",
        (_, SignalInfo.Kernel) => "SI_KERNEL",
        (_, SignalInfo.Queue) => "SI_QUEUE",
        (_, SignalInfo.Timer) => "SI_TIMER",
        (_, SignalInfo.ThreadKill) => "SI_TKILL",
        (Signal.SIGSEGV, SignalInfo.SegvMapError) => "SEGV_MAPERR",
        (Signal.SIGSEGV, SignalInfo.SegvAccessError) => "SEGV_ACCERR",
        (Signal.SIGBUS, SignalInfo.BusAlignment) => "BUS_ADRALN",
        (Signal.SIGBUS, SignalInfo.BusAddress) => "BUS_ADRERR",
        (Signal.SIGILL, SignalInfo.IllegalOpcode) => "ILL_ILLOPC",
        (Signal.SIGILL, SignalInfo.IllegalOperand) => "ILL_ILLOPN",
        (Signal.SIGFPE, SignalInfo.IntegerDivide) => "FPE_INTDIV",
        (Signal.SIGFPE, SignalInfo.IntegerOverflow) => "FPE_INTOVF",
        (Signal.SIGFPE, SignalInfo.FloatDivide) => "FPE_FLTDIV",
        (Signal.SIGFPE, SignalInfo.FloatOverflow) => "FPE_FLTOVF",
        (Signal.SIGFPE, SignalInfo.FloatUnderflow) => "FPE_FLTUND",
        (Signal.SIGFPE, SignalInfo.FloatInexact) => "FPE_FLTRES",
        (Signal.SIGFPE, SignalInfo.FloatInvalid) => "FPE_FLTINV",
        (Signal.SIGFPE, SignalInfo.FloatUnknown) => "FPE_FLTUNK",
        (Signal.SIGTRAP, SignalInfo.TrapBreakpoint) => "TRAP_BRKPT",
        (Signal.SIGTRAP, SignalInfo.TrapUnknown) => "TRAP_UNK",
        (Signal.SIGCHLD, SignalInfo.ChildExited) => "CLD_EXITED",
        (Signal.SIGCHLD, SignalInfo.ChildKilled) => "CLD_KILLED",
        (Signal.SIGCHLD, SignalInfo.ChildDumped) => "CLD_DUMPED",
        (Signal.SIGCHLD, SignalInfo.ChildStopped) => "CLD_STOPPED",
        (Signal.SIGCHLD, SignalInfo.ChildContinued) => "CLD_CONTINUED",
        _ => info.Code < 0 ? $"{info.Code}" : $"0x{info.Code:x}",
    };
}
