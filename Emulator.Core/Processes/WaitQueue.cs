namespace Emulator.Core.Processes;

/// <summary>Tasks that wait for the same thing, in the order in which they came.</summary>
internal sealed class WaitQueue
{
    private readonly List<LinuxTask> _tasks = [];

    public bool IsEmpty => _tasks.Count == 0;

    public void Add(LinuxTask task) => _tasks.Add(task);

    public void Remove(LinuxTask task) => _tasks.Remove(task);

    public void WakeAll() => Wake(int.MaxValue);

    /// <summary>Wakes those who came first.</summary>
    /// <returns>How many.</returns>
    public int Wake(int most, Predicate<LinuxTask>? which = null)
    {
        int woken = 0;
        for (int i = 0; i < _tasks.Count && woken < most;)
        {
            LinuxTask task = _tasks[i];
            if (which is not null && !which(task))
            {
                i++;
                continue;
            }
            task.Wake(WakeReason.Event);    // which takes it out of here
            woken++;
        }
        return woken;
    }

    /// <summary>Lets tasks wait in another queue.</summary>
    public int MoveTo(WaitQueue other, int most)
    {
        int moved = Math.Min(most, _tasks.Count);
        for (int i = 0; i < moved; i++)
        {
            LinuxTask task = _tasks[0];
            task.LeaveQueue(this);
            task.Join(other);
        }
        return moved;
    }
}
