using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>kill(), sigaction(), sigprocmask() and their like.</summary>
/// <remarks>Source: kernel/signal.c.</remarks>
internal static class SignalCalls
{
    private const int Block = 0, Unblock = 1, SetMask = 2;

    // ---- actions -----------------------------------------------------------------------------------------------------------

    public static CallResult Action(CallContext call)
    {
        if (call[3] != 8)
            return Errno.EINVAL;
        return Action(call, call.Int(0), call[1], call[2], call.Layout.SignalAction, restorer: null);
    }

    /// <summary>rt_sigaction() where the restorer comes beside the structure (alpha).</summary>
    public static CallResult ActionWithRestorer(CallContext call)
    {
        if (call[3] != 8)
            return Errno.EINVAL;
        return Action(call, call.Int(0), call[1], call[2], call.Layout.SignalAction, call[4]);
    }

    public static CallResult OldAction(CallContext call) => Action(call, call.Int(0), call[1], call[2], call.Layout.OldSignalAction, restorer: null);

    /// <summary>signal() of old: once, and the signal is not blocked meanwhile.</summary>
    public static CallResult Signal(CallContext call)
    {
        if (!TrySignal(call, call.Int(0), out Signal signal) || SignalSet.Unblockable.Has(signal))
            return Errno.EINVAL;
        ulong before = call.Task.Handlers[signal].Handler;
        Set(call, signal, new SignalAction(call[1], SignalActionFlags.ResetHandler | SignalActionFlags.NoDefer, 0, default));
        return (long)before;
    }

    public static CallResult AlternateStack(CallContext call)
    {
        LinuxTask task = call.Task;
        ulong stackPointer = task.Userland.StackPointerOf(task.Registers);
        AlternateStack before = task.AlternateStack;
        GuestStruct shape = call.Layout.SignalStack;
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (call[0] != 0)
        {
            if (call.CopyIn(call[0], bytes) is var error && error.Failed())
                return error;
            GuestRecord stack = shape.At(bytes, call.Layout.Order);
            if (before.Contains(stackPointer))
                return Errno.EPERM;
            uint flags = (uint)stack["flags"];
            bool disarms = (flags & Signals.AlternateStack.AutoDisarmFlag) != 0;
            uint mode = flags & ~Signals.AlternateStack.AutoDisarmFlag;
            if (mode is not (0 or Signals.AlternateStack.OnStackFlag or Signals.AlternateStack.DisableFlag))
                return Errno.EINVAL;
            const ulong Least = 2048;       // MINSIGSTKSZ
            if (mode != Signals.AlternateStack.DisableFlag && stack["size"] < Least)
                return Errno.ENOMEM;
            task.AlternateStack = mode == Signals.AlternateStack.DisableFlag ? default : new AlternateStack(stack["sp"], stack["size"], disarms);
        }
        if (call[1] == 0)
            return 0;
        bytes.Clear();
        GuestRecord old = shape.At(bytes, call.Layout.Order);
        old["sp"] = before.Base;
        old["size"] = before.Bytes;
        old["flags"] = (before.Bytes == 0 ? Signals.AlternateStack.DisableFlag : before.Contains(stackPointer) ? Signals.AlternateStack.OnStackFlag : 0u)
            | (before.AutoDisarm ? Signals.AlternateStack.AutoDisarmFlag : 0u);
        return call.CopyOut(call[1], bytes);
    }

    public static CallResult Return(CallContext call) => call.System.Signals.Return(call, realTime: false);

    public static CallResult RealTimeReturn(CallContext call) => call.System.Signals.Return(call, realTime: true);

    /// <summary>What was interrupted goes on.</summary>
    public static CallResult RestartCall(CallContext call)
    {
        if (call.Task.Interrupted is not { } interrupted)
            return Errno.EINTR;
        call.Task.Interrupted = null;
        return call.GoOn(interrupted);
    }

    // ---- masks -------------------------------------------------------------------------------------------------------------

    public static CallResult Mask(CallContext call)
    {
        if (call[3] != 8)
            return Errno.EINVAL;
        SignalSet before = call.Task.Blocked;
        if (call[1] != 0)
        {
            if (call.ReadSignals(call[1], out SignalSet set) is var error && error.Failed())
                return error;
            if (Change(call, call.Int(0), set, ulong.MaxValue) is var wrong && wrong.Failed())
                return wrong;
        }
        return call.WriteNumberIf(call[2], 8, call.Layout.ToGuest(before));
    }

    /// <summary>sigprocmask() of old: the first word of signals.</summary>
    public static CallResult OldMask(CallContext call)
    {
        SignalSet before = call.Task.Blocked;
        if (call[1] != 0)
        {
            if (call.ReadWord(call[1], out ulong bits) is var error && error.Failed())
                return error;
            if (Change(call, call.Int(0), call.Layout.ToGeneric((uint)bits), uint.MaxValue) is var wrong && wrong.Failed())
                return wrong;
        }
        return call.WriteNumberIf(call[2], call.Layout.WordBytes, (uint)call.Layout.ToGuest(before));
    }

    /// <summary>sgetmask(): the first word of the mask.</summary>
    public static CallResult OldGetMask(CallContext call) => (long)(uint)call.Layout.ToGuest(call.Task.Blocked);

    /// <summary>ssetmask(): sets it and gives the one of before.</summary>
    public static CallResult OldSetMask(CallContext call)
    {
        long before = (uint)call.Layout.ToGuest(call.Task.Blocked);
        call.Task.Blocked = call.Layout.ToGeneric(call.UInt(0)) - SignalSet.Unblockable;
        return before;
    }

    /// <summary>Changes the mask within the signals that the caller can name.</summary>
    public static Errno Change(CallContext call, int guestHow, SignalSet set, ulong within)
    {
        LinuxTask task = call.Task;
        set -= SignalSet.Unblockable;
        switch (call.Layout.MaskCommands.ToGeneric(guestHow))
        {
            case Block:
                task.Blocked |= set;
                return Errno.None;
            case Unblock:
                task.Blocked -= set;
                return Errno.None;
            case SetMask:
                task.Blocked = new SignalSet((task.Blocked.Bits & ~within) | (set.Bits & within));
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    public static CallResult Pending(CallContext call) => call[1] > 8 ? Errno.EINVAL : call.WriteNumber(call[0], (int)call[1], call.Layout.ToGuest(PendingOf(call.Task)));

    public static CallResult OldPending(CallContext call) => call.WriteNumber(call[0], call.Layout.WordBytes, (uint)call.Layout.ToGuest(PendingOf(call.Task)));

    public static CallResult Suspend(CallContext call)
    {
        if (call.IsResumed)
            return call.Sleep(null, Errno.ERESTARTNOHAND);
        if (call[1] != 8)
            return Errno.EINVAL;
        return call.ReadSignals(call[0], out SignalSet mask) is var error && error.Failed() ? error : SuspendWith(call, mask);
    }

    /// <summary>sigsuspend() of old: the mask itself, as the last argument.</summary>
    public static CallResult OldSuspend(CallContext call) => OldSuspend(call, call[call.Call!.Parameters.AsSpan().Count(' ')]);

    public static CallResult Pause(CallContext call) => call.Sleep(null, Errno.ERESTARTNOHAND);

    public static CallResult TimedWait(CallContext call) => TimedWait(call, call.Layout.TimeSpec);

    public static CallResult TimedWait64(CallContext call) => TimedWait(call, call.Layout.TimeSpec64);

    // ---- sending -----------------------------------------------------------------------------------------------------------

    public static CallResult Kill(CallContext call)
    {
        int pid = call.Int(0), number = call.Int(1);
        Signal signal = Kernel.Signal.None;
        if (number != 0 && !TrySignal(call, number, out signal))
            return Errno.EINVAL;
        SignalInfo info = new(signal, SignalInfo.User) { Pid = call.Task.Group.Id };
        if (pid > 0)
            return call.System.FindGroup(pid) is { } group ? SendTo(call, group, info) : Errno.ESRCH;
        if (pid == int.MinValue)
            return Errno.ESRCH;
        int processGroup = pid == 0 ? call.Task.Group.ProcessGroup : -pid;
        bool found = false;
        List<ThreadGroup> groups = [];
        foreach (LinuxTask task in call.System.Tasks)
        {
            if (task == task.Group.Leader && (pid == -1 ? task.Group != call.Task.Group : task.Group.ProcessGroup == processGroup))
                groups.Add(task.Group);
        }
        foreach (ThreadGroup group in groups)
        {
            SendTo(call, group, info);
            found = true;
        }
        return found ? 0 : Errno.ESRCH;
    }

    public static CallResult ThreadKill(CallContext call) => ThreadKill(call, null, call.Int(0), call.Int(1));

    public static CallResult GroupThreadKill(CallContext call) => ThreadKill(call, call.Int(0), call.Int(1), call.Int(2));

    public static CallResult Queue(CallContext call)
    {
        if (ReadInfo(call, call[2], call.Int(1), call.Int(0), out SignalInfo info) is var error && error.Failed())
            return error;
        return call.System.FindGroup(call.Int(0)) is { } group ? SendTo(call, group, info) : Errno.ESRCH;
    }

    public static CallResult QueueToThread(CallContext call)
    {
        if (ReadInfo(call, call[3], call.Int(2), call.Int(0), out SignalInfo info) is var error && error.Failed())
            return error;
        if (call.System.FindTask(call.Int(1)) is not { } task || task.Group.Id != call.Int(0))
            return Errno.ESRCH;
        if (info.Signal != Kernel.Signal.None)
            call.System.Signals.SendTo(task, info);
        return 0;
    }

    /// <summary>A signal by the program's number.</summary>
    public static bool TrySignal(CallContext call, int number, out Signal signal)
    {
        signal = (Signal)call.Layout.Signals.ToGeneric(number);
        return number is > 0 and <= SignalSet.Last;
    }

    private static CallResult Action(CallContext call, int number, ulong newAt, ulong oldAt, GuestStruct shape, ulong? restorer)
    {
        if (!TrySignal(call, number, out Signal signal) || (newAt != 0 && SignalSet.Unblockable.Has(signal)))
            return Errno.EINVAL;
        SignalAction before = call.Task.Handlers[signal];
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (newAt != 0)
        {
            if (call.CopyIn(newAt, bytes) is var error && error.Failed())
                return error;
            GuestRecord action = shape.At(bytes, call.Layout.Order);
            SignalActionFlags flags = (SignalActionFlags)call.Layout.ActionFlags.ToGeneric(action["flags"]);
            ulong returnTo = restorer ?? (shape.Has("restorer") && flags.HasFlag(SignalActionFlags.Restorer) ? action["restorer"] : 0);
            Set(call, signal, new SignalAction(action["handler"], flags, returnTo, call.Layout.ToGeneric(action["mask"]) - SignalSet.Unblockable));
        }
        if (oldAt == 0)
            return 0;
        bytes.Clear();
        GuestRecord old = shape.At(bytes, call.Layout.Order);
        old["handler"] = before.Handler;
        old["flags"] = call.Layout.ActionFlags.ToGuest((ulong)before.Flags);
        old.Set("restorer", before.Restorer);
        old["mask"] = call.Layout.ToGuest(before.Mask);
        return call.CopyOut(oldAt, bytes);
    }

    /// <summary>A signal that is ignored from now on is forgotten where it waits (<c>do_sigaction()</c>).</summary>
    private static void Set(CallContext call, Signal signal, in SignalAction action)
    {
        call.Task.Handlers[signal] = action;
        if (action.Handler != SignalAction.Ignore && (action.Handler != SignalAction.Default || !DefaultAction.Ignores(signal)))
            return;
        call.Task.Group.Pending.Remove(SignalSet.Of(signal));
        foreach (LinuxTask task in call.Task.Group.Tasks)
            task.Pending.Remove(SignalSet.Of(signal));
    }

    private static SignalSet PendingOf(LinuxTask task) => (task.Pending.Set | task.Group.Pending.Set) & task.Blocked;

    private static CallResult OldSuspend(CallContext call, ulong bits) =>
        call.IsResumed ? call.Sleep(null, Errno.ERESTARTNOHAND) : SuspendWith(call, call.Layout.ToGeneric((uint)bits) - SignalSet.Unblockable);

    private static CallResult SuspendWith(CallContext call, SignalSet mask)
    {
        call.Task.SavedMask = call.Task.Blocked;
        call.Task.Blocked = mask;
        return call.Sleep(null, Errno.ERESTARTNOHAND);
    }

    /// <summary>rt_sigtimedwait(): signals that are waited for are let through while the task sleeps, and taken, not delivered.</summary>
    private static CallResult TimedWait(CallContext call, GuestStruct time)
    {
        LinuxTask task = call.Task;
        if (call[3] != 8)
            return Errno.EINVAL;
        if (call.ReadSignals(call[0], out SignalSet wanted) is var error && error.Failed())
            return error;
        if (call.State is SignalWait sleeping)
            (task.Blocked, task.AlsoBlocked) = (sleeping.Blocked, default);
        SignalSet others = new(~wanted.Bits);
        if (task.Pending.TryTake(others, out SignalInfo info) || task.Group.Pending.TryTake(others, out info))
            return Took(call, info);
        long? deadline = (call.State as SignalWait)?.Deadline;
        if (call.State is null && call[2] != 0)
        {
            if (TimeCalls.ReadTime(call, call[2], time, out long timeout) is var badTime && badTime.Failed())
                return badTime;
            long now = call.System.Clock.Now;
            deadline = timeout > long.MaxValue - now ? null : now + timeout;
        }
        if (call.TimedOut || deadline <= call.System.Clock.Now)
            return Errno.EAGAIN;
        if (call.Signalled)
            return Errno.EINTR;
        call.State = new SignalWait(task.Blocked, deadline);
        task.AlsoBlocked = task.Blocked;
        task.Blocked -= wanted;
        task.Sleep(deadline);
        return CallResult.Sleeping;
    }

    private static CallResult Took(CallContext call, in SignalInfo info)
    {
        if (call[1] != 0)
        {
            Span<byte> bytes = stackalloc byte[SignalInfoFormat.Bytes];
            SignalInfoFormat.Write(info, call.Layout, bytes);
            if (call.CopyOut(call[1], bytes) is var fault && fault.Failed())
                return fault;
        }
        return call.Layout.Signals.ToGuest((int)info.Signal);
    }

    private static CallResult SendTo(CallContext call, ThreadGroup group, in SignalInfo info)
    {
        if (info.Signal != Kernel.Signal.None)
            call.System.Signals.Send(group, info);
        return 0;
    }

    private static CallResult ThreadKill(CallContext call, int? processId, int id, int number)
    {
        Signal signal = Kernel.Signal.None;
        if (id <= 0 || processId <= 0 || (number != 0 && !TrySignal(call, number, out signal)))
            return Errno.EINVAL;
        if (call.System.FindTask(id) is not { } task || (processId is { } group && task.Group.Id != group))
            return Errno.ESRCH;
        if (signal != Kernel.Signal.None)
            call.System.Signals.SendTo(task, new SignalInfo(signal, SignalInfo.ThreadKill) { Pid = call.Task.Group.Id });
        return 0;
    }

    private static Errno ReadInfo(CallContext call, ulong at, int number, int target, out SignalInfo info)
    {
        info = default;
        Span<byte> bytes = stackalloc byte[SignalInfoFormat.Bytes];
        if (call.CopyIn(at, bytes) is var error && error.Failed())
            return error;
        Signal signal = Kernel.Signal.None;
        if (number != 0 && !TrySignal(call, number, out signal))
            return Errno.EINVAL;
        info = SignalInfoFormat.Read(bytes, call.Layout) with { Signal = signal };
        return info.Code is >= 0 or SignalInfo.ThreadKill && target != call.Task.Group.Id ? Errno.EPERM : Errno.None;
    }

    private sealed record SignalWait(SignalSet Blocked, long? Deadline);
}
