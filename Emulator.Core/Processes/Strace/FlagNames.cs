namespace Emulator.Core.Processes.Strace;

/// <summary>Names of numbers and flags, by the generic values; in the order in which strace prints them.</summary>
internal static class FlagNames
{
    public static readonly (ulong, string)[] Open =
    [
        (0x40, "O_CREAT"), (0x80, "O_EXCL"), (0x100, "O_NOCTTY"), (0x200, "O_TRUNC"), (0x400, "O_APPEND"), (0x800, "O_NONBLOCK"), (0x101000, "O_SYNC"), (0x1000, "O_DSYNC"),
        (0x2000, "O_ASYNC"), (0x8000, "O_LARGEFILE"), (0x20000, "O_NOFOLLOW"), (0x40000, "O_NOATIME"), (0x80000, "O_CLOEXEC"), (0x200000, "O_PATH"),
        (0x410000, "O_TMPFILE"), (0x10000, "O_DIRECTORY"), (0x4000, "O_DIRECT"),
    ];

    public static readonly (ulong, string)[] Protection = [(1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC"), (8, "PROT_SEM"), (0x1000000, "PROT_GROWSDOWN"), (0x2000000, "PROT_GROWSUP")];

    public static readonly (ulong, string)[] Map =
    [
        (0x40, "MAP_32BIT"), (0x10, "MAP_FIXED"), (0x20, "MAP_ANONYMOUS"), (0x8000, "MAP_POPULATE"), (0x10000, "MAP_NONBLOCK"), (0x100, "MAP_GROWSDOWN"), (0x800, "MAP_DENYWRITE"),
        (0x1000, "MAP_EXECUTABLE"), (0x2000, "MAP_LOCKED"), (0x4000, "MAP_NORESERVE"), (0x20000, "MAP_STACK"), (0x40000, "MAP_HUGETLB"), (0x80000, "MAP_SYNC"),
        (0x100000, "MAP_FIXED_NOREPLACE"),
    ];

    public static readonly (ulong, string)[] At = [(0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_REMOVEDIR"), (0x400, "AT_SYMLINK_FOLLOW"), (0x800, "AT_NO_AUTOMOUNT"), (0x1000, "AT_EMPTY_PATH")];

    public static readonly (ulong, string)[] Access = [(4, "R_OK"), (2, "W_OK"), (1, "X_OK")];

    public static readonly (ulong, string)[] Remap = [(1, "MREMAP_MAYMOVE"), (2, "MREMAP_FIXED"), (4, "MREMAP_DONTUNMAP")];

    public static readonly (ulong, string)[] Random = [(1, "GRND_NONBLOCK"), (2, "GRND_RANDOM"), (4, "GRND_INSECURE")];

    public static readonly (ulong, string)[] Wait =
        [(1, "WNOHANG"), (2, "WSTOPPED"), (4, "WEXITED"), (8, "WCONTINUED"), (0x1000000, "WNOWAIT"), (0x80000000, "__WCLONE"), (0x40000000, "__WALL"), (0x20000000, "__WNOTHREAD")];

    public static readonly (ulong, string)[] Poll =
        [(1, "POLLIN"), (2, "POLLPRI"), (4, "POLLOUT"), (64, "POLLRDNORM"), (256, "POLLWRNORM"), (128, "POLLRDBAND"), (512, "POLLWRBAND"), (8, "POLLERR"), (16, "POLLHUP"), (32, "POLLNVAL")];

    public static readonly (ulong, string)[] Clone =
    [
        (0x100, "CLONE_VM"), (0x200, "CLONE_FS"), (0x400, "CLONE_FILES"), (0x800, "CLONE_SIGHAND"), (0x1000, "CLONE_PIDFD"), (0x2000, "CLONE_PTRACE"), (0x4000, "CLONE_VFORK"),
        (0x8000, "CLONE_PARENT"), (0x10000, "CLONE_THREAD"), (0x20000, "CLONE_NEWNS"), (0x40000, "CLONE_SYSVSEM"), (0x80000, "CLONE_SETTLS"), (0x100000, "CLONE_PARENT_SETTID"),
        (0x200000, "CLONE_CHILD_CLEARTID"), (0x400000, "CLONE_DETACHED"), (0x800000, "CLONE_UNTRACED"), (0x1000000, "CLONE_CHILD_SETTID"), (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"), (0x8000000, "CLONE_NEWIPC"), (0x10000000, "CLONE_NEWUSER"), (0x20000000, "CLONE_NEWPID"), (0x40000000, "CLONE_NEWNET"), (0x80000000, "CLONE_IO"),
        (0x100000000, "CLONE_CLEAR_SIGHAND"),
    ];

    public static readonly (ulong, string)[] SignalAction =
        [(0x04000000, "SA_RESTORER"), (0x08000000, "SA_ONSTACK"), (0x10000000, "SA_RESTART"), (1, "SA_NOCLDSTOP"), (2, "SA_NOCLDWAIT"), (4, "SA_SIGINFO"), (0x40000000, "SA_NODEFER"), (0x80000000, "SA_RESETHAND")];

    public static readonly (ulong, string)[] SignalStack = [(1, "SS_ONSTACK"), (2, "SS_DISABLE"), (0x80000000, "SS_AUTODISARM")];

    public static readonly (ulong, string)[] WholeLock = [(1, "LOCK_SH"), (2, "LOCK_EX"), (4, "LOCK_NB"), (8, "LOCK_UN")];

    public static readonly (ulong, string)[] Synchronize = [(1, "MS_ASYNC"), (2, "MS_INVALIDATE"), (4, "MS_SYNC")];

    public static readonly string[] Whence = ["SEEK_SET", "SEEK_CUR", "SEEK_END", "SEEK_DATA", "SEEK_HOLE"];

    public static readonly string[] Resources =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS",
        "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    public static readonly string[] Advice =
    [
        "MADV_NORMAL", "MADV_RANDOM", "MADV_SEQUENTIAL", "MADV_WILLNEED", "MADV_DONTNEED", "", "", "", "MADV_FREE", "MADV_REMOVE", "MADV_DONTFORK", "MADV_DOFORK", "MADV_MERGEABLE",
        "MADV_UNMERGEABLE", "MADV_HUGEPAGE", "MADV_NOHUGEPAGE", "MADV_DONTDUMP", "MADV_DODUMP", "MADV_WIPEONFORK", "MADV_KEEPONFORK",
    ];

    public static readonly string[] Clocks =
    [
        "CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID", "CLOCK_MONOTONIC_RAW", "CLOCK_REALTIME_COARSE", "CLOCK_MONOTONIC_COARSE",
        "CLOCK_BOOTTIME", "CLOCK_REALTIME_ALARM", "CLOCK_BOOTTIME_ALARM", "CLOCK_SGI_CYCLE", "CLOCK_TAI",
    ];

    public static readonly string[] Timers = ["ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"];

    public static readonly string[] MaskCommands = ["SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK"];

    public static readonly string[] Futex =
    [
        "FUTEX_WAIT", "FUTEX_WAKE", "FUTEX_FD", "FUTEX_REQUEUE", "FUTEX_CMP_REQUEUE", "FUTEX_WAKE_OP", "FUTEX_LOCK_PI", "FUTEX_UNLOCK_PI", "FUTEX_TRYLOCK_PI", "FUTEX_WAIT_BITSET",
        "FUTEX_WAKE_BITSET", "FUTEX_WAIT_REQUEUE_PI", "FUTEX_CMP_REQUEUE_PI",
    ];

    public static readonly Dictionary<int, string> FileCommands = new()
    {
        [0] = "F_DUPFD",
        [1] = "F_GETFD",
        [2] = "F_SETFD",
        [3] = "F_GETFL",
        [4] = "F_SETFL",
        [5] = "F_GETLK",
        [6] = "F_SETLK",
        [7] = "F_SETLKW",
        [8] = "F_SETOWN",
        [9] = "F_GETOWN",
        [10] = "F_SETSIG",
        [11] = "F_GETSIG",
        [12] = "F_GETLK64",
        [13] = "F_SETLK64",
        [14] = "F_SETLKW64",
        [36] = "F_OFD_GETLK",
        [37] = "F_OFD_SETLK",
        [38] = "F_OFD_SETLKW",
        [1030] = "F_DUPFD_CLOEXEC",
        [1031] = "F_SETPIPE_SZ",
        [1032] = "F_GETPIPE_SZ",
    };

    public static readonly Dictionary<uint, string> Requests = new()
    {
        [0x5401] = "TCGETS",
        [0x5402] = "TCSETS",
        [0x5403] = "TCSETSW",
        [0x5404] = "TCSETSF",
        [0x5409] = "TCSBRK",
        [0x540a] = "TCXONC",
        [0x540b] = "TCFLSH",
        [0x540e] = "TIOCSCTTY",
        [0x540f] = "TIOCGPGRP",
        [0x5410] = "TIOCSPGRP",
        [0x5413] = "TIOCGWINSZ",
        [0x5414] = "TIOCSWINSZ",
        [0x541b] = "FIONREAD",
        [0x5421] = "FIONBIO",
        [0x5429] = "TIOCGSID",
        [0x5450] = "FIONCLEX",
        [0x5451] = "FIOCLEX",
    };

    private static readonly string[] SignalNames =
    [
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
        "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    public static string Signal(int number) => number < 0 || number > 64 ? $"{number}" : number < SignalNames.Length ? SignalNames[number] : number == 32 ? "SIGRTMIN" : $"SIGRT_{number - 32}";

    /// <summary>One of a list, or a number with what it should have been.</summary>
    public static string One(string[] names, int value, string kind) => (uint)value < (uint)names.Length && names[value].Length > 0 ? names[value] : $"0x{(uint)value:x} /* {kind}_??? */";

    /// <summary>Flags joined by bars; what has no name as a number.</summary>
    public static string Flags((ulong Bits, string Name)[] names, ulong value, string none, string kind)
    {
        if (value == 0)
            return none;
        string text = "";
        foreach ((ulong bits, string name) in names)
        {
            if ((value & bits) != bits)
                continue;
            text += text.Length == 0 ? name : "|" + name;
            value &= ~bits;
        }
        if (value == 0)
            return text;
        return text.Length == 0 ? $"0x{value:x} /* {kind}_??? */" : $"{text}|0x{value:x}";
    }
}
