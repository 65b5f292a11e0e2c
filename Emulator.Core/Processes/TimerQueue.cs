namespace Emulator.Core.Processes;

/// <summary>What will happen, in the order of time; of two at the same time, the one that was added first.</summary>
internal sealed class TimerQueue
{
    private readonly PriorityQueue<SystemTimer, (long Deadline, long Sequence)> _timers = new();
    private long _added;

    /// <summary>When the next thing happens; null when nothing will.</summary>
    public long? Next
    {
        get
        {
            while (_timers.TryPeek(out SystemTimer? timer, out _) && timer.IsCancelled)
                _timers.Dequeue();
            return _timers.TryPeek(out SystemTimer? next, out _) ? next.Deadline : null;
        }
    }

    public SystemTimer Add(long deadline, Action fire)
    {
        SystemTimer timer = new(deadline, fire);
        _timers.Enqueue(timer, (deadline, _added++));
        return timer;
    }

    /// <summary>Lets everything happen that is due.</summary>
    public void Fire(long now)
    {
        while (Next <= now)
            _timers.Dequeue().Fire();
    }
}
