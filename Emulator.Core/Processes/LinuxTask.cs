using Emulator.Core.Kernel;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>A thread of a program (<c>task_struct</c>).</summary>
public sealed class LinuxTask
{
    private readonly List<WaitQueue> _queues = [];
    private SystemTimer? _alarm;

    internal LinuxTask(LinuxSystem system, int id, ThreadGroup group, UserSpace memory, FileTable files, FileLocation location, SignalHandlers handlers)
    {
        (System, Id, Group, Memory, Files, Location, Handlers) = (system, id, group, memory, files, location, handlers);
        Call = new CallContext(this);
    }

    /// <summary>The system that it runs on.</summary>
    public LinuxSystem System { get; }

    /// <summary>Its number (gettid()).</summary>
    public int Id { get; internal set; }

    /// <summary>The process that it belongs to.</summary>
    public ThreadGroup Group { get; }

    /// <summary>Its memory.</summary>
    public UserSpace Memory { get; internal set; }

    /// <summary>Its registers.</summary>
    public TaskRegisters Registers { get; } = new();

    /// <summary>Its name (comm): at most 15 characters of the program's.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>What it does.</summary>
    public TaskState State { get; internal set; }

    /// <summary>Instructions that it has done.</summary>
    public long Retired { get; internal set; }

    /// <summary>Its userland.</summary>
    public Userland Userland => Memory.Userland;

    internal AddressSpace Space => Memory.Space;

    internal FileTable Files { get; set; }

    internal FileLocation Location { get; set; }

    internal SignalHandlers Handlers { get; set; }

    internal SignalSet Blocked { get; set; }

    /// <summary>What it blocks beside that while it waits for signals of which it lets some through: they are not ignored meanwhile.</summary>
    internal SignalSet AlsoBlocked { get; set; }

    /// <summary>The mask to go back to when a call that changed it is over (sigsuspend, ppoll); null when none is changed.</summary>
    internal SignalSet? SavedMask { get; set; }

    internal PendingSignals Pending { get; } = new();

    internal AlternateStack AlternateStack { get; set; }

    /// <summary>The system call that it is in, or was in last.</summary>
    public CallContext Call { get; }

    /// <summary>A call that restart_syscall() goes on with.</summary>
    internal InterruptedCall? Interrupted { get; set; }

    /// <summary>Where a 0 is written and a futex woken when it ends.</summary>
    internal ulong ClearChildTid { get; set; }

    /// <summary>Heads of lists of futexes that it holds.</summary>
    internal ulong RobustList { get; set; }

    /// <summary>Signal to its parent when it ends; None for a thread.</summary>
    internal Signal ExitSignal { get; set; } = Signal.SIGCHLD;

    /// <summary>A parent that waits until it has a memory of its own or ends.</summary>
    internal WaitQueue? VforkParent { get; set; }

    internal long PageFaults { get; set; }

    internal long VoluntarySwitches { get; set; }

    internal long Switches { get; set; }

    internal WakeReason Reason { get; set; }

    /// <summary>It stands in the scheduler's queue.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>It has left its memory: it ends, or execve has passed the point of no return.</summary>
    internal bool HasLeftMemory { get; set; }

    /// <summary>It sleeps where no signal but SIGKILL wakes it.</summary>
    internal bool SleepsDeeply { get; set; }

    internal bool HasEnded => State is TaskState.Zombie or TaskState.Dead;

    /// <summary>Signals that could be delivered now.</summary>
    internal bool HasSignal => !((Pending.Set | Group.Pending.Set) - Blocked).IsEmpty || IsDoomed;

    /// <summary>Its process ends: it goes no more to its program.</summary>
    internal bool IsDoomed => Group.IsEnding || IsDying;

    /// <summary>Another thread's execve ends it.</summary>
    internal bool IsDying { get; set; }

    internal Usage Usage => new(Retired, PageFaults, VoluntarySwitches, Switches, 0);

    internal void Join(WaitQueue queue)
    {
        _queues.Add(queue);
        queue.Add(this);
    }

    internal void LeaveQueue(WaitQueue queue)
    {
        _queues.Remove(queue);
        queue.Remove(this);
    }

    /// <summary>Sleeps until a queue that it has joined, a time or a signal wakes it.</summary>
    internal void Sleep(long? deadline)
    {
        State = TaskState.Sleeping;
        Reason = WakeReason.None;
        VoluntarySwitches++;
        if (deadline is { } time)
            _alarm = System.Timers.Add(time, () => Wake(WakeReason.Timeout));
    }

    internal void Wake(WakeReason reason)
    {
        if (State != TaskState.Sleeping)
            return;
        foreach (WaitQueue queue in _queues)
            queue.Remove(this);
        _queues.Clear();
        _alarm?.Cancel();
        _alarm = null;
        Reason = reason;
        State = TaskState.Running;
        System.Scheduler.Ready(this);
    }

    /// <summary>Leaves whatever it waits for, for good.</summary>
    internal void StopWaiting()
    {
        foreach (WaitQueue queue in _queues)
            queue.Remove(this);
        _queues.Clear();
        _alarm?.Cancel();
        _alarm = null;
    }
}
