namespace Emulator.Judges;

/// <summary>What kind of amd64 processor judges.</summary>
public sealed record Amd64JudgeOptions
{
    /// <summary>MAXPHYADDR, 36 to 52.</summary>
    public int PhysicalAddressBits { get; init; } = 40;

    /// <summary>Limit for one batch of probes.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(60);
}
