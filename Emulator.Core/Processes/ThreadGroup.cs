using Emulator.Core.Kernel;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>A process: threads that share nearly everything, and what they have in common (<c>signal_struct</c>).</summary>
public sealed class ThreadGroup
{
    internal ThreadGroup(int id, ThreadGroup? parent, ResourceLimits limits, long startedAt)
    {
        (Id, Parent, Limits, StartedAt) = (id, parent, limits, startedAt);
        (ProcessGroup, Session) = parent is null ? (id, id) : (parent.ProcessGroup, parent.Session);
    }

    /// <summary>Its number (getpid()).</summary>
    public int Id { get; }

    /// <summary>Its parent; null when nobody of this system is.</summary>
    public ThreadGroup? Parent { get; internal set; }

    /// <summary>Exit code, or 128 and the signal's number, when it has ended.</summary>
    public int ExitCode => Termination != Signal.None ? 128 + (int)Termination : Status;

    /// <summary>The signal that ended it; None when it ended by itself.</summary>
    public Signal Termination { get; internal set; }

    /// <summary>What it gave to exit().</summary>
    public int Status { get; internal set; }

    /// <summary>Whether all of its threads have ended.</summary>
    public bool HasEnded { get; internal set; }

    internal List<LinuxTask> Tasks { get; } = [];

    /// <summary>The first of its threads, also when it has ended before others.</summary>
    internal LinuxTask Leader { get; set; } = null!;

    internal List<ThreadGroup> Children { get; } = [];

    internal PendingSignals Pending { get; } = new();

    internal ResourceLimits Limits { get; }

    internal long StartedAt { get; }

    internal int ProcessGroup { get; set; }

    internal int Session { get; set; }

    /// <summary>exit_group() or a signal: all threads are to end.</summary>
    internal bool IsEnding { get; set; }

    internal bool IsStopped { get; set; }

    /// <summary>It has run another program since it was forked: setpgid() is too late.</summary>
    internal bool HasExecuted { get; set; }

    /// <summary>A change that a parent has not been told yet: stopped by a signal, or continued.</summary>
    internal Signal StopToTell { get; set; }

    internal bool ContinueToTell { get; set; }

    /// <summary>Is woken when a child changes.</summary>
    internal WaitQueue ChildChanged { get; } = new();

    internal WaitQueue ThreadEnded { get; } = new();

    /// <summary>What threads that have ended used.</summary>
    internal Usage Ended { get; set; }

    /// <summary>What children that were waited for used.</summary>
    internal Usage Waited { get; set; }

    /// <summary>Instructions of all its threads, those that have ended too: what its own timers count.</summary>
    internal long OwnTime { get; private set; }

    internal void CountOwnTime(long instructions) => OwnTime += instructions;

    internal IntervalTimers Timers { get; } = new();

    internal Personality Personality { get; set; }

    /// <summary>wait() status.</summary>
    internal int WaitStatus(int guestSignal) => Termination != Signal.None ? guestSignal | (DefaultAction.Dumps(Termination) && Limits[ResourceLimits.Core].Current != 0 ? 0x80 : 0) : Status << 8;

    internal Usage Usage
    {
        get
        {
            Usage sum = Ended;
            foreach (LinuxTask task in Tasks)
                sum += task.Usage;
            return sum;
        }
    }
}
