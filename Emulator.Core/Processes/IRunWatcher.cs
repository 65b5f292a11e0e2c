using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes;

/// <summary>
/// Is told what happens to programs, as it happens. What the kernel does to their page tables meanwhile goes to the machine's
/// <see cref="Tracing.Recorder"/>.
/// </summary>
public interface IRunWatcher
{
    /// <summary>A task is there. The first one's execve comes before.</summary>
    void TaskBegins(LinuxTask task);

    /// <summary>A task ends, maybe in a call.</summary>
    void TaskEnds(LinuxTask task);

    /// <summary>An execve begins.</summary>
    /// <param name="task">Who calls it.</param>
    /// <param name="path">Path of the program.</param>
    void ExecBegins(LinuxTask task, string path);

    /// <summary>It has ended.</summary>
    void ExecEnds(LinuxTask task, ExecResult result);

    /// <summary>A task makes a call: <see cref="LinuxTask.Call"/>.</summary>
    void CallBegins(LinuxTask task);

    /// <summary>The call is done; it may have slept.</summary>
    void CallEnds(LinuxTask task, in CallResult result);

    /// <summary>An access of a program does not translate.</summary>
    void FaultBegins(LinuxTask task, in CpuStop stop);

    /// <summary>The kernel has done what it can.</summary>
    void FaultEnds(LinuxTask task, FaultOutcome outcome);

    /// <summary>A signal that is not ignored is delivered.</summary>
    void Delivered(LinuxTask task, in SignalInfo info);
}
