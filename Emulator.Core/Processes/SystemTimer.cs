namespace Emulator.Core.Processes;

/// <summary>Something that happens at a time.</summary>
internal sealed class SystemTimer(long deadline, Action fire)
{
    /// <summary>Nanoseconds since boot.</summary>
    public long Deadline => deadline;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;

    public void Fire() => fire();
}
