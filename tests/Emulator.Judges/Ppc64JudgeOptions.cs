namespace Emulator.Judges;

/// <summary>Which Power machine judges.</summary>
public sealed record Ppc64JudgeOptions
{
    /// <summary>The machine.</summary>
    public Ppc64Model Model { get; init; } = Ppc64Model.Power9;

    /// <summary>Limit for one batch of probes.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(60);
}
