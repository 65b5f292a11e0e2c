using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>How tasks come and go: fork, clone, execve, exit, and what a parent is told.</summary>
/// <remarks>Source: kernel/fork.c, kernel/exit.c and fs/exec.c, v2.6.32 and v6.1.</remarks>
internal sealed class ProcessLife(LinuxSystem system)
{
    private const int FirstId = 1000, IdLimit = 32768;

    private int _lastId = FirstId - 1;

    /// <summary>A number that no task has.</summary>
    public int NewId()
    {
        do
        {
            _lastId = _lastId + 1 < IdLimit ? _lastId + 1 : FirstId;
        }
        while (system.IsTaken(_lastId));
        return _lastId;
    }

    // ---- fork -----------------------------------------------------------------------------------------------------------

    /// <summary>Makes a task that begins where its parent is (<c>copy_process()</c>).</summary>
    public Errno Clone(LinuxTask parent, in CloneRequest request, out LinuxTask? child)
    {
        child = null;
        CloneFlags flags = request.Flags;
        bool thread = flags.HasFlag(CloneFlags.Thread);
        if ((thread && !flags.HasFlag(CloneFlags.SignalHandlers)) || (flags.HasFlag(CloneFlags.SignalHandlers) && !flags.HasFlag(CloneFlags.Memory)))
            return Errno.EINVAL;
        if ((flags & CloneFlags.Namespaces) != 0)
            return Errno.EPERM;
        if (system.TaskCount >= system.Options.MaxTasks)
            return Errno.EAGAIN;
        if (CloneMemory(parent, flags, out UserSpace? memory) is var noMemory && noMemory.Failed())
            return noMemory;
        int id = NewId();
        ThreadGroup? group = parent.Group;
        if (!thread)
        {
            ThreadGroup? grandparent = flags.HasFlag(CloneFlags.Parent) ? parent.Group.Parent : parent.Group;
            group = new ThreadGroup(id, grandparent, parent.Group.Limits.Copy(), system.Clock.Now)
            {
                ProcessGroup = parent.Group.ProcessGroup,
                Session = parent.Group.Session,
                Personality = parent.Group.Personality,
            };
            grandparent?.Children.Add(group);
        }
        FileTable files = flags.HasFlag(CloneFlags.Files) ? parent.Files.Share() : parent.Files.Copy();
        FileLocation location = flags.HasFlag(CloneFlags.Location) ? parent.Location : parent.Location.Copy();
        SignalHandlers handlers = flags.HasFlag(CloneFlags.SignalHandlers) ? parent.Handlers : parent.Handlers.Copy();
        child = new LinuxTask(system, id, group, memory!, files, location, handlers)
        {
            Name = parent.Name,
            Blocked = parent.Blocked,
            AlternateStack = flags.HasFlag(CloneFlags.Memory) && !flags.HasFlag(CloneFlags.Vfork) ? default : parent.AlternateStack,
            ExitSignal = thread ? Signal.None : request.ExitSignal,
            ClearChildTid = flags.HasFlag(CloneFlags.ChildClearTid) ? request.ChildTid : 0,
        };
        child.Registers.CopyFrom(parent.Registers);
        child.Userland.BeginChild(child.Registers, request.StackPointer);
        if (flags.HasFlag(CloneFlags.SetThreadPointer) && child.Userland.SetThreadPointer(child.Registers, child.Space, request.ThreadPointer) is var badPointer && badPointer.Failed())
        {
            Undo(child, thread);
            child = null;
            return badPointer;
        }
        group.Tasks.Add(child);
        if (!thread)
            group.Leader = child;
        if (flags.HasFlag(CloneFlags.ParentSetTid))
            WriteTid(parent, request.ParentTid, id);
        if (flags.HasFlag(CloneFlags.ChildSetTid))
            WriteTid(child, request.ChildTid, id);
        system.Add(child);
        system.Strace?.Forked(child);
        return Errno.None;
    }

    private Errno CloneMemory(LinuxTask parent, CloneFlags flags, out UserSpace? memory)
    {
        if (flags.HasFlag(CloneFlags.Memory))
        {
            memory = parent.Memory.Share();
            return Errno.None;
        }
        memory = null;
        if (system.Kernel.Fork(parent.Space, out AddressSpace? copy) is var error && error.Failed())
            return error;
        memory = system.Adopt(copy!, parent.Memory);
        return Errno.None;
    }

    private static void Undo(LinuxTask child, bool thread)
    {
        child.Files.Release();
        child.Memory.Release();
        if (!thread)
            child.Group.Parent?.Children.Remove(child.Group);
        child.State = TaskState.Dead;
    }

    private static void WriteTid(LinuxTask task, ulong at, int id)
    {
        Span<byte> bytes = stackalloc byte[4];
        Abi.GuestNumbers.Write(bytes, task.Userland.Layout.Order, (ulong)id);
        task.Space.CopyOut(new VirtualAddress(at), bytes);      // put_user() whose result nobody looks at
    }

    // ---- execve ---------------------------------------------------------------------------------------------------------

    /// <summary>Lets a task run another program.</summary>
    /// <returns>An error that the old program gets; None when the new one runs, or the task has been ended on the way.</returns>
    public Errno Execute(LinuxTask task, RegularNode? node, string path, ExecRequest request, out ExecResult result)
    {
        UserSpace old = task.Memory;
        bool first = old is null;
        system.Watcher?.ExecBegins(task, path);
        result = Execve.Run(system.Kernel, request with
        {
            PassedPointOfNoReturn = () =>
            {
                if (first)
                    return;
                EndOtherThreads(task);
                LeaveMemory(task);
            },
        }, ExecWays.Create(system.Options.Way));
        system.Note(task, path, result);
        system.Watcher?.ExecEnds(task, result);
        if (result.Started is not { } started)
        {
            if (result.Killed != Signal.None)
                EndGroup(task.Group, 0, result.Killed);
            return result.Killed != Signal.None ? Errno.None : result.Error;
        }
        if (system.UserlandOf(started.Profile.Abi) is not { } userland)
        {
            started.Space.Destroy();
            if (first)
                return Errno.ENOEXEC;
            EndGroup(task.Group, 0, Signal.SIGKILL);    // a program of another architecture's ABI that nobody can run
            return Errno.None;
        }
        task.Memory = system.Adopt(started, userland, node, path);
        task.HasLeftMemory = false;
        task.Registers.Clear();
        userland.Start(task.Registers, started);
        task.Registers.Pc = started.ProgramCounter;
        task.Name = NameOf(path);
        BecomeNew(task);
        return Errno.None;
    }

    private static string NameOf(string path)
    {
        const int MostCharacters = 15;      // TASK_COMM_LEN - 1
        string name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length > MostCharacters ? name[..MostCharacters] : name;
    }

    private static void BecomeNew(LinuxTask task)
    {
        task.Handlers = task.Handlers.Copy();       // a table of its own, also when it was shared
        task.Handlers.Flush();
        task.Files = task.Files.Unshare();
        task.Files.CloseOnExec();
        task.AlternateStack = default;
        task.ClearChildTid = task.RobustList = 0;
        task.ExitSignal = Signal.SIGCHLD;
        task.Group.HasExecuted = true;
    }

    /// <summary>de_thread(): the one that calls execve stays, with the number of the process.</summary>
    private void EndOtherThreads(LinuxTask task)
    {
        foreach (LinuxTask other in task.Group.Tasks.ToArray())
        {
            if (other == task)
                continue;
            other.IsDying = true;
            End(other);
        }
        if (task.Group.Leader == task)
            return;
        system.Renumber(task, task.Group.Id);
        task.Group.Leader = task;
    }

    // ---- exit -----------------------------------------------------------------------------------------------------------

    /// <summary>All threads of a process are to end (<c>do_group_exit()</c>); the first to say so decides with what.</summary>
    public static void EndGroup(ThreadGroup group, int status, Signal signal)
    {
        if (group.IsEnding)
            return;
        group.IsEnding = true;
        (group.Status, group.Termination) = (status & 0xff, signal);
        foreach (LinuxTask task in group.Tasks)
        {
            if (task.State == TaskState.Stopped)
            {
                task.State = TaskState.Running;
                task.System.Scheduler.Ready(task);
            }
            task.Wake(WakeReason.Signal);
        }
    }

    /// <summary>Ends a task by its own doing, unless somebody wants a look at it first: then it ends when the run goes on.</summary>
    public void Leave(LinuxTask task)
    {
        if (!system.IsLastMoment(task))
            End(task);
    }

    /// <summary>Ends a task (<c>do_exit()</c>).</summary>
    public void End(LinuxTask task)
    {
        if (task.HasEnded)
            return;
        ThreadGroup group = task.Group;
        task.StopWaiting();
        (task.Call.State as IDisposable)?.Dispose();
        system.Strace?.Ended(task);
        LeaveMemory(task);
        system.Watcher?.TaskEnds(task);
        task.Files.Release();
        group.Ended += task.Usage;
        group.Tasks.Remove(task);
        task.State = TaskState.Dead;
        system.Remove(task);
        group.ThreadEnded.WakeAll();
        if (group.Tasks.Count == 0)
            EndProcess(group, task);
    }

    /// <summary>Memory runs out: the process that has most of it ends at once, whoever asked for more.</summary>
    /// <remarks>
    /// The rule is one for all eras and simpler than <c>badness()</c>: most resident pages and page tables, of equals the youngest. The
    /// kernel's own gives the same victim where one process is much larger than the others.
    /// </remarks>
    public void EndForMemory()
    {
        ThreadGroup? victim = null;
        ulong most = 0;
        foreach (LinuxTask task in system.Tasks)
        {
            if (task.Group.Leader != task && victim == task.Group)
                continue;
            AddressSpace space = task.Space;
            ulong bytes = (ulong)space.ResidentPages * space.PageBytes + (space.Tables?.TableBytes ?? 0);
            if (victim is null || bytes > most || (bytes == most && task.Group.Id > victim.Id))
                (victim, most) = (task.Group, bytes);
        }
        if (victim is null)
            return;
        EndGroup(victim, 0, Signal.SIGKILL);
        foreach (LinuxTask task in victim.Tasks.ToArray())
            End(task);
        system.Options.OutOfMemory?.Invoke(victim);
    }

    private void EndProcess(ThreadGroup group, LinuxTask last)
    {
        group.HasEnded = true;
        for (int which = 0; which < IntervalTimers.Count; which++)
            group.Timers[which].Timer?.Cancel();
        system.Strace?.Ended(group);
        foreach (ThreadGroup child in group.Children.ToArray())
        {
            child.Parent = null;        // to init, which waits for whatever comes
            if (child.HasEnded)
                system.Forget(child);
        }
        group.Children.Clear();
        if (group.Parent is not { } parent || parent.HasEnded)
        {
            if (group != system.First)
                system.Forget(group);
            return;
        }
        SignalAction action = parent.Leader.Handlers[Signal.SIGCHLD];
        bool forgotten = last.ExitSignal == Signal.SIGCHLD && (action.Handler == SignalAction.Ignore || action.Flags.HasFlag(SignalActionFlags.NoChildWait));
        if (last.ExitSignal != Signal.None)
            system.Signals.Send(parent, ChildInfo(group, last.ExitSignal));
        if (forgotten)
            Reap(parent, group);
        parent.ChildChanged.WakeAll();
    }

    /// <summary>A parent knows of its child's end: it is gone.</summary>
    public void Reap(ThreadGroup parent, ThreadGroup child)
    {
        parent.Children.Remove(child);
        parent.Waited += child.Usage + child.Waited;
        system.Forget(child);
    }

    private static SignalInfo ChildInfo(ThreadGroup group, Signal signal)
    {
        int code = group.Termination == Signal.None ? SignalInfo.ChildExited
            : DefaultAction.Dumps(group.Termination) && group.Limits[ResourceLimits.Core].Current != 0 ? SignalInfo.ChildDumped : SignalInfo.ChildKilled;
        return new SignalInfo(signal, code)
        {
            Pid = group.Id,
            Status = group.Termination == Signal.None ? group.Status : (int)group.Termination,
            UserTime = group.Usage.Instructions,
        };
    }

    /// <summary>mm_release() and mmput(): who waits for this memory to be left is told.</summary>
    private void LeaveMemory(LinuxTask task)
    {
        UserSpace memory = task.Memory;
        if (task.HasLeftMemory)
            return;
        system.Futexes.ReleaseRobust(task);
        if (task.ClearChildTid != 0 && memory.Users > 1)
        {
            WriteTid(task, task.ClearChildTid, 0);
            system.Futexes.Wake(task, task.ClearChildTid, 1);
        }
        task.ClearChildTid = 0;
        task.VforkParent?.WakeAll();
        task.VforkParent = null;
        task.Group.Ended += new Usage(0, 0, 0, 0, (ulong)memory.Space.ResidentPages * memory.Space.PageBytes);
        system.Processor.TakeOff(task);
        task.HasLeftMemory = true;
        memory.Release();
    }
}
