namespace Emulator.Core.Processes;

/// <summary>Whose turn it is: tasks that are ready run in turn, each for the same number of instructions.</summary>
internal sealed class Scheduler
{
    /// <summary>Instructions of a turn.</summary>
    public const long Turn = 100_000;

    private readonly Queue<LinuxTask> _ready = new();

    public bool IsIdle => _ready.Count == 0;

    public void Ready(LinuxTask task)
    {
        if (task.IsQueued)
            return;
        task.IsQueued = true;
        _ready.Enqueue(task);
    }

    /// <summary>The next task; null when all wait.</summary>
    public LinuxTask? Next()
    {
        while (_ready.TryDequeue(out LinuxTask? task))
        {
            task.IsQueued = false;
            if (task.State == TaskState.Running)
                return task;
        }
        return null;
    }
}
