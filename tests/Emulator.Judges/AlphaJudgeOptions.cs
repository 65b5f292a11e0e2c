namespace Emulator.Judges;

/// <summary>How an alpha judge works.</summary>
public sealed record AlphaJudgeOptions
{
    /// <summary>Limit for one batch of probes.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(60);
}
