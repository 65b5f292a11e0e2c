using System.Numerics;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Abi;

/// <summary>
/// All that an ABI has its own of in what passes between programs and kernel: layouts of structures, numbers of errors and signals, bits
/// of flags. The usual is computed from word size and byte order; a plugin changes what is different <c>with { ... }</c>.
/// </summary>
/// <remarks>Source: include/uapi/asm-generic, include/uapi/linux and include/linux/compat.h, v6.1; the same in v2.6.32.</remarks>
public sealed record GuestLayout
{
    /// <summary>The usual layout.</summary>
    public GuestLayout(int wordBytes, ByteOrder order)
    {
        (WordBytes, Order) = (wordBytes, order);
        TimeSpec = New("sec:w nsec:w");
        TimeVal = New("sec:w usec:w");
        TimeSpec64 = New("sec:8 nsec:8");
        IntervalTimer = New("interval_sec:w interval_usec:w value_sec:w value_usec:w");
        Vector = New("base:w length:w");
        Limit = New("current:w most:w");
        SysInfo = wordBytes == 8
            ? New("uptime:8 load0:8 load1:8 load2:8 total:8 free:8 shared:8 buffer:8 totalswap:8 freeswap:8 procs:2 -:6 totalhigh:8 freehigh:8 unit:4 -:4")
            : New("uptime:4 load0:4 load1:4 load2:4 total:4 free:4 shared:4 buffer:4 totalswap:4 freeswap:4 procs:2 -:2 totalhigh:4 freehigh:4 unit:4 -:8");
        Times = New("user:w system:w child_user:w child_system:w");
        Usage = New("user_sec:w user_usec:w system_sec:w system_usec:w maxrss:w ixrss:w idrss:w isrss:w minflt:w majflt:w nswap:w inblock:w oublock:w msgsnd:w msgrcv:w nsignals:w nvcsw:w nivcsw:w");
        SignalStack = wordBytes == 8 ? New("sp:8 flags:4 -:4 size:8") : New("sp:4 flags:4 size:4");
        SignalAction = New("handler:w flags:w restorer:w mask:8");
        OldSignalAction = New("handler:w mask:w flags:w restorer:w");
        FileLock = wordBytes == 8 ? New("type:2 whence:2 -:4 start:8 len:8 pid:4 -:4") : New("type:2 whence:2 start:4 len:4 pid:4");
        FileLock64 = wordBytes == 8 ? FileLock : New("type:2 whence:2 start:8 len:8 pid:4");
        Stat = wordBytes == 8
            ? New("dev:8 ino:8 nlink:8 mode:4 uid:4 gid:4 -:4 rdev:8 size:8 blksize:8 blocks:8 atime:8 atime_nsec:8 mtime:8 mtime_nsec:8 ctime:8 ctime_nsec:8 -:24")
            : New("dev:4 ino:4 mode:2 nlink:2 uid:2 gid:2 rdev:4 size:4 blksize:4 blocks:4 atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 -:8");
        Stat64 = wordBytes == 8 ? Stat : New("dev:8 -:4 ino32:4 mode:4 nlink:4 uid:4 gid:4 rdev:8 -:4 size:8 blksize:4 blocks:8 atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 ino:8");
        StatFs = New("type:w bsize:w blocks:w bfree:w bavail:w files:w ffree:w fsid0:4 fsid1:4 namelen:w frsize:w flags:w -:w -:w -:w -:w");
        StatFs64 = wordBytes == 8 ? StatFs : New("type:4 bsize:4 blocks:8 bfree:8 bavail:8 files:8 ffree:8 fsid0:4 fsid1:4 namelen:4 frsize:4 flags:4 -:16");
        Termios = New("iflag:4 oflag:4 cflag:4 lflag:4 line:1 cc:1 -:18");
    }

    /// <summary>Bytes of a pointer and of a long: 4 or 8.</summary>
    public int WordBytes { get; }

    /// <summary>Byte order.</summary>
    public ByteOrder Order { get; }

    /// <summary>struct timespec of the calls without a number in their name.</summary>
    public GuestStruct TimeSpec { get; init; }

    /// <summary>struct timeval.</summary>
    public GuestStruct TimeVal { get; init; }

    /// <summary>struct __kernel_timespec: 64 bits of seconds everywhere.</summary>
    public GuestStruct TimeSpec64 { get; init; }

    /// <summary>struct itimerval.</summary>
    public GuestStruct IntervalTimer { get; init; }

    /// <summary>struct iovec.</summary>
    public GuestStruct Vector { get; init; }

    /// <summary>struct rlimit.</summary>
    public GuestStruct Limit { get; init; }

    /// <summary>struct sysinfo.</summary>
    public GuestStruct SysInfo { get; init; }

    /// <summary>struct tms.</summary>
    public GuestStruct Times { get; init; }

    /// <summary>struct rusage.</summary>
    public GuestStruct Usage { get; init; }

    /// <summary>stack_t.</summary>
    public GuestStruct SignalStack { get; init; }

    /// <summary>struct sigaction of rt_sigaction().</summary>
    public GuestStruct SignalAction { get; init; }

    /// <summary>struct old_sigaction.</summary>
    public GuestStruct OldSignalAction { get; init; }

    /// <summary>struct flock.</summary>
    public GuestStruct FileLock { get; init; }

    /// <summary>struct flock64.</summary>
    public GuestStruct FileLock64 { get; init; }

    /// <summary>struct stat.</summary>
    public GuestStruct Stat { get; init; }

    /// <summary>struct stat64.</summary>
    public GuestStruct Stat64 { get; init; }

    /// <summary>struct statfs.</summary>
    public GuestStruct StatFs { get; init; }

    /// <summary>struct statfs64.</summary>
    public GuestStruct StatFs64 { get; init; }

    /// <summary>struct termios as the kernel has it; <c>cc</c> is the first of its control characters.</summary>
    public GuestStruct Termios { get; init; }

    /// <summary>Numbers of errors.</summary>
    public NumberMap Errors { get; init; } = NumberMap.Same;

    /// <summary>Numbers of signals.</summary>
    public NumberMap Signals { get; init; } = NumberMap.Same;

    /// <summary>Numbers of resources that have a limit.</summary>
    public NumberMap Resources { get; init; } = NumberMap.Same;

    /// <summary>Commands of fcntl().</summary>
    public NumberMap FileCommands { get; init; } = NumberMap.Same;

    /// <summary>F_RDLCK, F_WRLCK and F_UNLCK; the generic ones are 0, 1 and 2.</summary>
    public NumberMap LockKinds { get; init; } = NumberMap.Same;

    /// <summary>How sigprocmask() is to be understood.</summary>
    public NumberMap MaskCommands { get; init; } = NumberMap.Same;

    /// <summary>Advice to madvise().</summary>
    public NumberMap Advice { get; init; } = NumberMap.Same;

    /// <summary>Requests of ioctl(), where they are not the generic ones: generic, the ABI's.</summary>
    public IReadOnlyList<(uint Generic, uint Guest)> Requests { get; init; } = [];

    /// <summary>Flags of open().</summary>
    public FlagMap OpenFlags { get; init; } = FlagMap.Same;

    /// <summary>Flags of mmap().</summary>
    public FlagMap MapFlags { get; init; } = FlagMap.Same;

    /// <summary>Flags of sigaction().</summary>
    public FlagMap ActionFlags { get; init; } = FlagMap.Same;

    /// <summary>Local modes of a terminal.</summary>
    public FlagMap LocalModes { get; init; } = FlagMap.Same;

    /// <summary>Input modes of a terminal.</summary>
    public FlagMap InputModes { get; init; } = FlagMap.Same;

    /// <summary>Output modes of a terminal.</summary>
    public FlagMap OutputModes { get; init; } = FlagMap.Same;

    /// <summary>Control modes of a terminal at 38400 baud with eight bits, as a terminal shows them at first.</summary>
    public uint ControlModes { get; init; } = 0xbf;

    /// <summary>Control characters of a terminal: interrupt, quit, erase and so on, in the ABI's order.</summary>
    public ReadOnlyMemory<byte> ControlCharacters { get; init; } = new byte[] { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0 };

    /// <summary>Number of a resource limit that means none.</summary>
    public ulong NoLimit => WordBytes == 8 ? NoLimit64 : uint.MaxValue;

    /// <summary>The same in 64 bits (alpha: 2^63 - 1).</summary>
    public ulong NoLimit64 { get; init; } = ulong.MaxValue;

    /// <summary>Ticks that times() counts a second.</summary>
    public int ClockTicks { get; init; } = 100;

    /// <summary>pipe() gives its two descriptors in registers (alpha, sparc); pipe2() never does.</summary>
    public bool PipeReturnsTwo { get; init; }

    /// <summary>The last of two arguments that make a number of 64 bits is the upper one.</summary>
    public bool PairsAreLowFirst => Order == ByteOrder.LittleEndian;

    /// <summary>Two arguments that make a number of 64 bits begin at an even one.</summary>
    public bool PairsAreAligned { get; init; }

    /// <summary>A set of signals in the ABI's numbers.</summary>
    public ulong ToGuest(SignalSet set)
    {
        if (Signals == NumberMap.Same)
            return set.Bits;
        ulong bits = 0;
        for (ulong left = set.Bits; left != 0; left &= left - 1)
            bits |= 1UL << (Signals.ToGuest(BitOperations.TrailingZeroCount(left) + 1) - 1);
        return bits;
    }

    /// <summary>A set of signals in generic numbers.</summary>
    public SignalSet ToGeneric(ulong set)
    {
        if (Signals == NumberMap.Same)
            return new SignalSet(set);
        ulong bits = 0;
        for (ulong left = set; left != 0; left &= left - 1)
            bits |= 1UL << (Signals.ToGeneric(BitOperations.TrailingZeroCount(left) + 1) - 1);
        return new SignalSet(bits);
    }

    /// <summary>A structure of this ABI.</summary>
    public GuestStruct New(string row) => new(row, WordBytes);
}
