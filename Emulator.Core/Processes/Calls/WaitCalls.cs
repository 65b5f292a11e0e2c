using Emulator.Core.Kernel;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Calls;

/// <summary>wait4() and waitid().</summary>
/// <remarks>Source: kernel/exit.c.</remarks>
internal static class WaitCalls
{
    private const int NoHang = 1, Stopped = 2, Exited = 4, Continued = 8, NoReap = 0x0100_0000, Own = 0x2000_0000, All = 0x4000_0000, Cloned = int.MinValue;

    public static CallResult Wait(CallContext call, int pid, ulong statusAt, int options, ulong usageAt)
    {
        if ((options & ~(NoHang | Stopped | Continued | Own | All | Cloned)) != 0)
            return Errno.EINVAL;
        CallResult result = Find(call, group => Matches(call.Task.Group, group, pid), options | Exited, out ThreadGroup? child, out Change change);
        if (child is null)
            return result;
        int id = child.Id, status = change switch
        {
            Change.Stopped => call.Layout.Signals.ToGuest((int)child.StopToTell) << 8 | 0x7f,
            Change.Continued => 0xffff,
            _ => child.WaitStatus(call.Layout.Signals.ToGuest((int)child.Termination)),
        };
        Usage usage = child.Usage + child.Waited;
        Tell(call, child, change, options);
        if (call.WriteNumberIf(statusAt, 4, (uint)status) is var fault && fault.Failed())
            return fault;
        if (usageAt != 0 && TimeCalls.WriteUsage(call, usageAt, usage) is var unwritten && unwritten.Failed())
            return unwritten;
        return id;
    }

    public static CallResult WaitId(CallContext call)
    {
        const int Any = 0, Process = 1, Group = 2;
        int kind = call.Int(0), id = call.Int(1), options = call.Int(3);
        if ((options & ~(NoHang | Stopped | Exited | Continued | NoReap | Own | All | Cloned)) != 0 || (options & (Stopped | Exited | Continued)) == 0)
            return Errno.EINVAL;
        Predicate<ThreadGroup>? wanted = kind switch
        {
            Any => _ => true,
            Process when id > 0 => group => group.Id == id,
            Group when id >= 0 => group => group.ProcessGroup == (id == 0 ? call.Task.Group.ProcessGroup : id),
            _ => null,
        };
        if (wanted is null)
            return Errno.EINVAL;
        CallResult result = Find(call, wanted, options, out ThreadGroup? child, out Change change);
        if (child is null && (result.Failed || result.Outcome != CallOutcome.Done))
            return result;
        Usage usage = child is null ? default : child.Usage + child.Waited;
        if (call[2] != 0)
        {
            Span<byte> bytes = stackalloc byte[SignalInfoFormat.Bytes];
            bytes.Clear();
            if (child is not null)
                SignalInfoFormat.Write(InfoOf(child, change), call.Layout, bytes);
            if (call.CopyOut(call[2], bytes) is var fault && fault.Failed())
                return fault;
        }
        if (child is null)
            return 0;
        Tell(call, child, change, options);
        return call[4] == 0 ? 0 : TimeCalls.WriteUsage(call, call[4], usage);
    }

    private static SignalInfo InfoOf(ThreadGroup child, Change change) => change switch
    {
        Change.Stopped => new SignalInfo(Signal.SIGCHLD, SignalInfo.ChildStopped) { Pid = child.Id, Status = (int)child.StopToTell },
        Change.Continued => new SignalInfo(Signal.SIGCHLD, SignalInfo.ChildContinued) { Pid = child.Id, Status = (int)Signal.SIGCONT },
        _ when child.Termination != Signal.None => new SignalInfo(Signal.SIGCHLD, SignalInfo.ChildKilled) { Pid = child.Id, Status = (int)child.Termination },
        _ => new SignalInfo(Signal.SIGCHLD, SignalInfo.ChildExited) { Pid = child.Id, Status = child.Status },
    };

    private static bool Matches(ThreadGroup parent, ThreadGroup child, int pid) => pid switch
    {
        -1 => true,
        0 => child.ProcessGroup == parent.ProcessGroup,
        < 0 => child.ProcessGroup == -pid,
        _ => child.Id == pid,
    };

    /// <summary>Looks for a child with something to tell; sleeps where there is none yet.</summary>
    private static CallResult Find(CallContext call, Predicate<ThreadGroup> wanted, int options, out ThreadGroup? found, out Change change)
    {
        found = null;
        change = Change.Ended;
        ThreadGroup self = call.Task.Group;
        bool any = false;
        foreach (ThreadGroup child in self.Children)
        {
            bool cloned = child.Leader.ExitSignal != Signal.SIGCHLD;
            if (!wanted(child) || ((options & All) == 0 && cloned != ((options & Cloned) != 0)))
                continue;
            any = true;
            bool ended = child.HasEnded && (options & Exited) != 0;
            bool stopped = child.StopToTell != Signal.None && (options & Stopped) != 0;
            bool continued = child.ContinueToTell && (options & Continued) != 0;
            if (!ended && !stopped && !continued)
                continue;
            found = child;
            change = ended ? Change.Ended : stopped ? Change.Stopped : Change.Continued;
            return 0;
        }
        if (!any)
            return Errno.ECHILD;
        return (options & NoHang) != 0 ? 0 : call.Sleep(self.ChildChanged);
    }

    private static void Tell(CallContext call, ThreadGroup child, Change change, int options)
    {
        if ((options & NoReap) != 0)
            return;
        if (change == Change.Stopped)
            child.StopToTell = Signal.None;
        else if (change == Change.Continued)
            child.ContinueToTell = false;
        else
            call.System.Life.Reap(call.Task.Group, child);
    }

    private enum Change
    {
        Ended,
        Stopped,
        Continued,
    }
}
