namespace Emulator.Core.Tests.Processes;

/// <summary>System calls of the toy: every call has the number of its place in the list.</summary>
internal static class ToyCalls
{
    public static string[] Names { get; } =
    [
        "read", "write", "open", "openat", "close", "lseek", "pread64", "pwrite64", "readv", "writev", "dup", "dup2", "pipe", "pipe2", "fcntl", "ioctl", "stat", "fstat", "lstat",
        "newfstatat", "access", "readlink", "getcwd", "chdir", "mkdir", "rmdir", "unlink", "link", "symlink", "rename", "getdents64", "ftruncate", "umask", "poll", "select", "sendfile",
        "brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "fork", "vfork", "clone", "execve", "exit", "exit_group", "wait4", "waitid", "getpid", "getppid", "gettid", "set_tid_address",
        "kill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigreturn", "restart_syscall", "sigaltstack", "pause", "alarm", "setitimer",
        "nanosleep", "clock_gettime", "gettimeofday", "times", "getrusage", "futex", "uname", "sysinfo", "getrandom", "getrlimit", "setrlimit", "prlimit64", "sched_yield", "setpgid", "getpgid",
        "setsid", "prctl", "nobody_knows", "rt_sigqueueinfo", "set_robust_list", "statx", "truncate", "creat", "chroot", "fchdir", "utimensat", "memfd_create", "close_range", "msync",
    ];

    public static ulong NumberOf(string name) => Array.IndexOf(Names, name) is >= 0 and var number ? (ulong)number : throw new ArgumentException($"the toy has no call {name}", nameof(name));
}
