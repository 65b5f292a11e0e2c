using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>Clocks, sleeping, interval timers, and what time was used.</summary>
internal static class TimeCalls
{
    private const long Second = 1_000_000_000;

    private static readonly Signal[] TimerSignals = [Signal.SIGALRM, Signal.SIGVTALRM, Signal.SIGPROF];

    // ---- clocks ------------------------------------------------------------------------------------------------------------

    public static CallResult Time(CallContext call)
    {
        long now = call.System.Clock.RealTime / Second;
        Errno error = call.WriteNumberIf(call[0], call.Layout.WordBytes, (ulong)now);
        return error.Failed() ? error : now;
    }

    public static CallResult TimeOfDay(CallContext call) => TimeOfDay(call, call.Layout.TimeVal);

    public static CallResult TimeOfDay(CallContext call, GuestStruct shape)
    {
        if (call[0] != 0 && WriteTime(call, call[0], shape, call.System.Clock.RealTime) is var error && error.Failed())
            return error;
        if (call[1] == 0)
            return 0;
        Errno zone = call.WriteNumber(call[1], 4, 0);
        return zone.Failed() ? zone : call.WriteNumber(call[1] + 4, 4, 0);
    }

    public static CallResult ClockTime(CallContext call) => ClockTime(call, call.Layout.TimeSpec);

    public static CallResult ClockTime64(CallContext call) => ClockTime(call, call.Layout.TimeSpec64);

    public static CallResult ClockResolution(CallContext call) => ClockResolution(call, call.Layout.TimeSpec);

    public static CallResult ClockResolution64(CallContext call) => ClockResolution(call, call.Layout.TimeSpec64);

    /// <summary>Setting a clock: it is nobody's to set.</summary>
    public static CallResult Refuse(CallContext call) => Errno.EPERM;

    // ---- sleeping ----------------------------------------------------------------------------------------------------------

    public static CallResult Sleep(CallContext call) => Sleep(call, call[0], call[1], call.Layout.TimeSpec, clock: 1, absolute: false);

    public static CallResult ClockSleep(CallContext call) => Sleep(call, call[2], call[3], call.Layout.TimeSpec, call.Int(0), (call.Int(1) & 1) != 0);

    public static CallResult ClockSleep64(CallContext call) => Sleep(call, call[2], call[3], call.Layout.TimeSpec64, call.Int(0), (call.Int(1) & 1) != 0);

    // ---- timers ------------------------------------------------------------------------------------------------------------

    public static CallResult Alarm(CallContext call)
    {
        (long left, _) = Set(call.Task, 0, call.UInt(0) * Second, 0);
        return left == 0 ? 0 : Math.Max(1, (left + Second / 2) / Second);
    }

    public static CallResult SetTimer(CallContext call)
    {
        GuestStruct shape = call.Layout.IntervalTimer;
        int which = call.Int(0);
        if (which is < 0 or >= IntervalTimers.Count)
            return Errno.EINVAL;
        long value = 0, interval = 0;
        if (call[1] != 0)
        {
            Span<byte> bytes = stackalloc byte[shape.Bytes];
            if (call.CopyIn(call[1], bytes) is var error && error.Failed())
                return error;
            GuestRecord timer = shape.At(bytes, call.Layout.Order);
            if (!TryTime(timer.Signed("value_sec"), timer.Signed("value_usec"), 1_000_000, out value) || !TryTime(timer.Signed("interval_sec"), timer.Signed("interval_usec"), 1_000_000, out interval))
                return Errno.EINVAL;
        }
        (long left, long before) = Set(call.Task, which, value, interval);
        return call[2] == 0 ? 0 : WriteTimer(call, call[2], left, before);
    }

    public static CallResult GetTimer(CallContext call)
    {
        int which = call.Int(0);
        if (which is < 0 or >= IntervalTimers.Count)
            return Errno.EINVAL;
        (long left, long interval) = Left(call.Task, which);
        return WriteTimer(call, call[1], left, interval);
    }

    /// <summary>Instructions of a task until a timer of its process that counts instructions is due.</summary>
    public static long UntilOwnTimer(LinuxTask task)
    {
        long until = long.MaxValue;
        for (int which = 1; which < IntervalTimers.Count; which++)
        {
            if (task.Group.Timers[which].Deadline is > 0 and var deadline)
                until = Math.Min(until, Math.Max(1, deadline - task.Group.OwnTime));
        }
        ulong limit = task.Group.Limits[ResourceLimits.CpuTime].Current;
        return limit > (ulong)(long.MaxValue / Second) ? until : Math.Min(until, Math.Max(1, (long)limit * Second - task.Group.OwnTime));
    }

    /// <summary>Sends the signals of timers that count instructions, and those of a limit on time.</summary>
    public static void ExpireOwnTimers(LinuxTask task)
    {
        ThreadGroup group = task.Group;
        for (int which = 1; which < IntervalTimers.Count; which++)
        {
            (long deadline, long interval, _) = group.Timers[which];
            if (deadline == 0 || group.OwnTime < deadline)
                continue;
            group.Timers[which] = (interval == 0 ? 0 : deadline + interval, interval, null);
            task.System.Signals.Send(group, new SignalInfo(TimerSignals[which], SignalInfo.Kernel));
        }
        (ulong soft, ulong hard) = group.Limits[ResourceLimits.CpuTime];
        if (soft == ResourceLimits.None || (ulong)group.OwnTime < soft * (ulong)Second)
            return;
        bool killed = hard != ResourceLimits.None && (ulong)group.OwnTime >= hard * (ulong)Second;
        task.System.Signals.Send(group, new SignalInfo(killed ? Signal.SIGKILL : Signal.SIGXCPU, SignalInfo.Kernel));
        group.Limits[ResourceLimits.CpuTime] = (soft + 1, hard);       // again a second later
    }

    // ---- what was used -----------------------------------------------------------------------------------------------------

    public static CallResult Times(CallContext call)
    {
        long tick = Second / call.Layout.ClockTicks;
        if (call[0] != 0)
        {
            Span<byte> bytes = stackalloc byte[call.Layout.Times.Bytes];
            bytes.Clear();
            GuestRecord times = call.Layout.Times.At(bytes, call.Layout.Order);
            times["user"] = (ulong)(call.Task.Group.Usage.Instructions / tick);
            times["child_user"] = (ulong)(call.Task.Group.Waited.Instructions / tick);
            if (call.CopyOut(call[0], bytes) is var error && error.Failed())
                return error;
        }
        return call.System.Clock.Now / tick;
    }

    public static CallResult Usage(CallContext call)
    {
        const int Self = 0, Children = -1, Thread = 1;
        Usage? usage = call.Int(0) switch
        {
            Self => call.Task.Group.Usage + new Usage(0, 0, 0, 0, (ulong)call.Space.ResidentPages * call.Space.PageBytes),
            Children => call.Task.Group.Waited,
            Thread => call.Task.Usage,
            _ => null,
        };
        return usage is { } found ? WriteUsage(call, call[1], found) : Errno.EINVAL;
    }

    public static Errno WriteUsage(CallContext call, ulong to, in Usage usage)
    {
        Span<byte> bytes = stackalloc byte[call.Layout.Usage.Bytes];
        bytes.Clear();
        GuestRecord record = call.Layout.Usage.At(bytes, call.Layout.Order);
        record["user_sec"] = (ulong)(usage.Instructions / Second);
        record["user_usec"] = (ulong)(usage.Instructions % Second / 1000);
        record["maxrss"] = usage.PeakResidentBytes / 1024;
        record["minflt"] = (ulong)usage.Faults;
        record["nvcsw"] = (ulong)usage.VoluntarySwitches;
        record["nivcsw"] = (ulong)usage.Switches;
        return call.CopyOut(to, bytes);
    }

    // ---- times in memory ---------------------------------------------------------------------------------------------------

    /// <summary>Reads a timespec or timeval, in nanoseconds; a time that is too large for them is the largest.</summary>
    public static Errno ReadTime(CallContext call, ulong at, GuestStruct shape, out long time)
    {
        time = 0;
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (call.CopyIn(at, bytes) is var error && error.Failed())
            return error;
        GuestRecord record = shape.At(bytes, call.Layout.Order);
        bool micro = shape.Has("usec");
        return TryTime(record.Signed("sec"), record.Signed(micro ? "usec" : "nsec"), micro ? 1_000_000 : Second, out time) ? Errno.None : Errno.EINVAL;
    }

    public static Errno WriteTime(CallContext call, ulong at, GuestStruct shape, long time)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        bytes.Clear();
        GuestRecord record = shape.At(bytes, call.Layout.Order);
        record["sec"] = (ulong)(time / Second);
        if (shape.Has("usec"))
            record["usec"] = (ulong)(time % Second / 1000);
        else
            record["nsec"] = (ulong)(time % Second);
        return call.CopyOut(at, bytes);
    }

    private static bool TryTime(long seconds, long fraction, long fractionsASecond, out long time)
    {
        time = 0;
        if (seconds < 0 || fraction < 0 || fraction >= fractionsASecond)
            return false;
        time = seconds >= long.MaxValue / Second - 1 ? long.MaxValue : seconds * Second + fraction * (Second / fractionsASecond);
        return true;
    }

    private static CallResult ClockTime(CallContext call, GuestStruct shape) =>
        TryClock(call, call.Int(0), out long now) ? WriteTime(call, call[1], shape, now) : Errno.EINVAL;

    private static CallResult ClockResolution(CallContext call, GuestStruct shape)
    {
        if (!TryClock(call, call.Int(0), out _))
            return Errno.EINVAL;
        bool coarse = call.Int(0) is 5 or 6;
        return call[1] == 0 ? 0 : WriteTime(call, call[1], shape, coarse ? Second / 250 : 1);
    }

    /// <summary>A clock by its number (include/uapi/linux/time.h); negative ones are those of a process or thread.</summary>
    private static bool TryClock(CallContext call, int clock, out long now)
    {
        VirtualClock time = call.System.Clock;
        now = clock switch
        {
            0 or 5 or 8 or 11 => time.RealTime,
            1 or 4 or 6 or 7 or 9 => time.Now,
            2 => call.Task.Group.OwnTime,
            3 => call.Task.Retired,
            _ => -1,
        };
        if (clock >= 0 || now >= 0)
            return now >= 0;
        int id = ~(clock >> 3);
        LinuxTask? task = id == 0 ? call.Task : call.System.FindTask(id);
        if (task is null)
            return false;
        now = (clock & 4) != 0 ? task.Retired : task.Group.OwnTime;
        return true;
    }

    private static CallResult Sleep(CallContext call, ulong timeAt, ulong leftAt, GuestStruct shape, int clock, bool absolute)
    {
        long now = call.System.Clock.Now;
        if (call.State is not long deadline)
        {
            if (ReadTime(call, timeAt, shape, out long time) is var error && error.Failed())
                return error;
            if (!TryClock(call, clock, out _))
                return Errno.EINVAL;
            if (absolute)
                time = (clock is 0 or 11 ? call.System.Clock.FromRealTime(time) : time) - now;
            deadline = time > long.MaxValue - now ? long.MaxValue : now + time;
            call.State = deadline;
        }
        if (now >= deadline || call.TimedOut)
            return 0;
        if (!call.Signalled)
            return call.Sleep(null, deadline: deadline);
        if (absolute)
            return Errno.ERESTARTNOHAND;
        Errno fault = leftAt == 0 ? Errno.None : WriteTime(call, leftAt, shape, deadline - now);
        return fault.Failed() ? fault : Errno.ERESTART_RESTARTBLOCK;
    }

    private static (long Left, long Interval) Left(LinuxTask task, int which)
    {
        (long deadline, long interval, _) = task.Group.Timers[which];
        long now = which == 0 ? task.System.Clock.Now : task.Group.OwnTime;
        return (deadline == 0 ? 0 : Math.Max(1000, deadline - now), interval);
    }

    private static (long Left, long Interval) Set(LinuxTask task, int which, long value, long interval)
    {
        (long Left, long Interval) before = Left(task, which);
        ThreadGroup group = task.Group;
        group.Timers[which].Timer?.Cancel();
        long now = which == 0 ? task.System.Clock.Now : group.OwnTime;
        long deadline = value == 0 ? 0 : value > long.MaxValue - now ? long.MaxValue : now + value;
        group.Timers[which] = (deadline, interval, deadline == 0 || which != 0 ? null : Start(task.System, group, deadline));
        return before;
    }

    private static SystemTimer Start(LinuxSystem system, ThreadGroup group, long deadline) => system.Timers.Add(deadline, () =>
    {
        (_, long interval, _) = group.Timers[0];
        group.Timers[0] = interval == 0 ? default : (deadline + interval, interval, Start(system, group, deadline + interval));
        system.Signals.Send(group, new SignalInfo(Signal.SIGALRM, SignalInfo.Kernel));
    });

    private static Errno WriteTimer(CallContext call, ulong to, long value, long interval)
    {
        Span<byte> bytes = stackalloc byte[call.Layout.IntervalTimer.Bytes];
        GuestRecord timer = call.Layout.IntervalTimer.At(bytes, call.Layout.Order);
        timer["value_sec"] = (ulong)(value / Second);
        timer["value_usec"] = (ulong)(value % Second / 1000);
        timer["interval_sec"] = (ulong)(interval / Second);
        timer["interval_usec"] = (ulong)(interval % Second / 1000);
        return call.CopyOut(to, bytes);
    }
}
