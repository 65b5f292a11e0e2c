namespace Emulator.Core.Processes;

/// <summary>What a task or process has used.</summary>
/// <param name="Instructions">Instructions, each of which takes a nanosecond of user time.</param>
/// <param name="Faults">Page faults.</param>
/// <param name="VoluntarySwitches">How often it went to sleep.</param>
/// <param name="Switches">How often its time was up.</param>
/// <param name="PeakResidentBytes">Most memory that it had.</param>
internal readonly record struct Usage(long Instructions, long Faults, long VoluntarySwitches, long Switches, ulong PeakResidentBytes)
{
    public static Usage operator +(Usage a, Usage b) => new(a.Instructions + b.Instructions, a.Faults + b.Faults, a.VoluntarySwitches + b.VoluntarySwitches,
        a.Switches + b.Switches, Math.Max(a.PeakResidentBytes, b.PeakResidentBytes));
}
