namespace Emulator.Core.Processes;

/// <summary>
/// The time of the guest: an instruction takes a nanosecond, and when all tasks wait for a time, it is that time. The same run always
/// sees the same times.
/// </summary>
internal sealed class VirtualClock(long startsAt)
{
    private const long BootedBefore = 60_000_000_000;   // a machine that has just come up

    /// <summary>Nanoseconds since the machine was booted (CLOCK_MONOTONIC).</summary>
    public long Now { get; private set; } = BootedBefore;

    /// <summary>Nanoseconds since 1970 (CLOCK_REALTIME).</summary>
    public long RealTime => startsAt + Now - BootedBefore;

    /// <summary>Instructions have been done.</summary>
    public void Advance(long instructions) => Now += instructions;

    /// <summary>Nothing happens until then.</summary>
    public void JumpTo(long time) => Now = Math.Max(Now, time);

    /// <summary>When a real time will be, in nanoseconds since boot.</summary>
    public long FromRealTime(long realTime) => realTime - startsAt + BootedBefore;
}
