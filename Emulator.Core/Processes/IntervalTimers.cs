namespace Emulator.Core.Processes;

/// <summary>The timers that a process sets by setitimer(): real, virtual, profiling. The last two count its own instructions.</summary>
internal sealed class IntervalTimers
{
    public const int Count = 3;

    private readonly (long Deadline, long Interval, SystemTimer? Timer)[] _timers = new (long, long, SystemTimer?)[Count];

    /// <summary>When it expires next and how often afterwards, in nanoseconds of its clock; a deadline of 0 for never.</summary>
    public (long Deadline, long Interval, SystemTimer? Timer) this[int which]
    {
        get => _timers[which];
        set => _timers[which] = value;
    }
}
