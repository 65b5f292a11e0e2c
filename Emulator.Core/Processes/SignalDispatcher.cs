using Emulator.Core.Kernel;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>Sends signals, and delivers them when a task is about to go back to its program.</summary>
/// <remarks>Source: kernel/signal.c and <c>handle_signal()</c> of the architectures, v2.6.32 and v6.1.</remarks>
internal sealed class SignalDispatcher(LinuxSystem system)
{
    /// <summary>Sends a signal to a process: any of its threads may take it.</summary>
    public void Send(ThreadGroup group, in SignalInfo info)
    {
        if (group.HasEnded || !Prepare(group, info.Signal))
            return;
        LinuxTask main = group.Leader;
        if (IsIgnored(main, info.Signal))
        {
            system.Strace?.Ignored(main, info);
            return;
        }
        group.Pending.Add(info);
        if (info.Signal == Signal.SIGKILL)
        {
            foreach (LinuxTask task in group.Tasks)
                Notify(task, Signal.SIGKILL);
            return;
        }
        foreach (LinuxTask task in group.Tasks)
        {
            if (!task.HasEnded && !task.Blocked.Has(info.Signal))
            {
                Notify(task, info.Signal);
                return;
            }
        }
    }

    /// <summary>Sends a signal to one thread.</summary>
    public void SendTo(LinuxTask task, in SignalInfo info)
    {
        if (task.HasEnded || !Prepare(task.Group, info.Signal))
            return;
        if (IsIgnored(task, info.Signal))
        {
            system.Strace?.Ignored(task, info);
            return;
        }
        task.Pending.Add(info);
        if (!task.Blocked.Has(info.Signal))
            Notify(task, info.Signal);
    }

    /// <summary>Sends a signal that the task itself caused: it cannot be put off or ignored (<c>force_sig_info()</c>).</summary>
    public static void Force(LinuxTask task, in SignalInfo info)
    {
        SignalAction action = task.Handlers[info.Signal];
        if (action.Handler == SignalAction.Ignore || task.Blocked.Has(info.Signal))
        {
            task.Handlers[info.Signal] = action with { Handler = SignalAction.Default };
            task.Blocked -= SignalSet.Of(info.Signal);
        }
        task.Pending.Add(info);
    }

    /// <summary>Delivers what waits.</summary>
    /// <returns>Whether the task goes to its program now; otherwise it has ended or stopped.</returns>
    public bool Deliver(LinuxTask task)
    {
        while (true)
        {
            if (task.IsDoomed)
            {
                system.Life.Leave(task);
                return false;
            }
            if (task.Group.IsStopped)
            {
                task.State = TaskState.Stopped;
                return false;
            }
            if (!task.Pending.TryTake(task.Blocked, out SignalInfo info) && !task.Group.Pending.TryTake(task.Blocked, out info))
                break;
            if (!Act(task, info))
                return false;
        }
        RestartWithoutHandler(task);
        if (task.SavedMask is { } mask)
        {
            task.Blocked = mask;
            task.SavedMask = null;
        }
        return true;
    }

    /// <summary>Lets a stopped process go on.</summary>
    public void Continue(ThreadGroup group)
    {
        if (!group.IsStopped)
            return;
        group.IsStopped = false;
        group.ContinueToTell = true;
        group.StopToTell = Signal.None;
        foreach (LinuxTask task in group.Tasks)
        {
            if (task.State != TaskState.Stopped)
                continue;
            task.State = TaskState.Running;
            system.Scheduler.Ready(task);
        }
        TellParent(group, SignalInfo.ChildContinued, Signal.SIGCONT);
    }

    /// <summary>A handler has returned.</summary>
    public CallResult Return(CallContext call, bool realTime)
    {
        LinuxTask task = call.Task;
        SignalReturn back = new(task.Registers, task.Space, call.Layout, system.Kernel.Profile.Era, realTime);
        if (task.Userland.PopFrame(back).Failed())
        {
            Force(task, new SignalInfo(Signal.SIGSEGV, SignalInfo.Kernel));
            return CallResult.Gone;
        }
        task.Blocked = back.Mask - SignalSet.Unblockable;
        if (back.AlternateStack is { } stack && !task.AlternateStack.Contains(task.Userland.StackPointerOf(task.Registers)))
            task.AlternateStack = stack;
        return CallResult.Gone;
    }

    private bool Act(LinuxTask task, in SignalInfo info)
    {
        Signal signal = info.Signal;
        SignalAction action = task.Handlers[signal];
        if (signal is Signal.SIGKILL or Signal.SIGSTOP)
            action = default;
        if (action.Handler != SignalAction.Ignore || signal == Signal.SIGKILL)
        {
            system.Strace?.Delivered(task, info);
            system.Watcher?.Delivered(task, info);
        }
        if (action.Handler == SignalAction.Ignore)
            return true;
        if (action.Handler != SignalAction.Default)
        {
            Handle(task, info, action);
            return true;
        }
        if (DefaultAction.Ignores(signal))
            return true;
        if (DefaultAction.Stops(signal))
        {
            Stop(task.Group, signal);
            return true;
        }
        ProcessLife.EndGroup(task.Group, 0, signal);
        system.Life.Leave(task);
        return false;
    }

    private void Handle(LinuxTask task, in SignalInfo info, in SignalAction action)
    {
        Signal signal = info.Signal;
        CallContext call = task.Call;
        if (call.Restart != Errno.None)
        {
            bool again = call.Restart == Errno.ERESTARTNOINTR || (call.Restart == Errno.ERESTARTSYS && action.Flags.HasFlag(SignalActionFlags.Restart));
            if (again)
                task.Userland.Repeat(task.Registers, call.Request);
            else
                task.Userland.Return(task.Registers, Errno.EINTR);
            call.Restart = Errno.None;
        }
        SignalDelivery delivery = new(task.Registers, task.Space, task.Userland.Layout, system.Kernel.Profile.Era)
        {
            Info = info,
            Action = action,
            SavedMask = task.SavedMask ?? task.Blocked,
            AlternateStack = task.AlternateStack,
        };
        if (action.Flags.HasFlag(SignalActionFlags.ResetHandler))
            task.Handlers[signal] = action with { Handler = SignalAction.Default };
        if (task.Userland.PushFrame(delivery).Failed())
        {
            // force_sigsegv(): a SIGSEGV whose own frame cannot be written ends the task.
            if (signal == Signal.SIGSEGV)
                task.Handlers[signal] = default;
            Force(task, new SignalInfo(Signal.SIGSEGV, SignalInfo.Kernel));
            return;
        }
        task.SavedMask = null;
        task.Blocked |= action.Mask;
        if (!action.Flags.HasFlag(SignalActionFlags.NoDefer))
            task.Blocked |= SignalSet.Of(signal);
        if (task.AlternateStack.AutoDisarm)
            task.AlternateStack = default;
    }

    /// <summary>No handler ran: an interrupted call is made again.</summary>
    private static void RestartWithoutHandler(LinuxTask task)
    {
        CallContext call = task.Call;
        if (call.Restart == Errno.None)
            return;
        SystemCallRequest request = call.Request;
        if (call.Restart == Errno.ERESTART_RESTARTBLOCK && task.System.CallsOf(task.Userland).NumberOf("restart_syscall") is { } number)
        {
            task.Interrupted = new InterruptedCall(call.RestartableCall!, request, call.State);
            request = request with { Number = number };
        }
        task.Userland.Repeat(task.Registers, request);
        call.Restart = Errno.None;
    }

    /// <summary>What a signal does before it is queued (<c>prepare_signal()</c>).</summary>
    private bool Prepare(ThreadGroup group, Signal signal)
    {
        if (signal == Signal.None)
            return false;
        if (SignalSet.Stopping.Has(signal))
        {
            Forget(group, SignalSet.Of(Signal.SIGCONT));
        }
        else if (signal == Signal.SIGCONT)
        {
            Forget(group, SignalSet.Stopping);
            Continue(group);
        }
        return true;
    }

    private static void Forget(ThreadGroup group, SignalSet which)
    {
        group.Pending.Remove(which);
        foreach (LinuxTask task in group.Tasks)
            task.Pending.Remove(which);
    }

    private static bool IsIgnored(LinuxTask task, Signal signal)
    {
        if ((task.Blocked | task.AlsoBlocked).Has(signal) || signal is Signal.SIGKILL or Signal.SIGSTOP)
            return false;
        ulong handler = task.Handlers[signal].Handler;
        return handler == SignalAction.Ignore || (handler == SignalAction.Default && DefaultAction.Ignores(signal));
    }

    private void Notify(LinuxTask task, Signal signal)
    {
        if (signal == Signal.SIGKILL && task.State == TaskState.Stopped)
        {
            task.Group.IsStopped = false;
            task.State = TaskState.Running;
            system.Scheduler.Ready(task);
        }
        else if (!task.SleepsDeeply || signal == Signal.SIGKILL)
        {
            task.Wake(WakeReason.Signal);
        }
    }

    private void Stop(ThreadGroup group, Signal signal)
    {
        if (signal != Signal.SIGSTOP && group.Parent is null)
            return;     // nobody could let it go on: an orphaned process group
        group.IsStopped = true;
        group.StopToTell = signal;
        group.ContinueToTell = false;
        foreach (LinuxTask task in group.Tasks)
            task.Wake(WakeReason.Signal);       // they stop on their way to the program
        TellParent(group, SignalInfo.ChildStopped, signal);
    }

    private void TellParent(ThreadGroup group, int code, Signal status)
    {
        if (group.Parent is not { } parent)
            return;
        if (!parent.Leader.Handlers[Signal.SIGCHLD].Flags.HasFlag(SignalActionFlags.NoChildStop))
            Send(parent, new SignalInfo(Signal.SIGCHLD, code) { Pid = group.Id, Status = (int)status, UserTime = group.Usage.Instructions });
        parent.ChildChanged.WakeAll();
    }
}
