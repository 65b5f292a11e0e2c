namespace Emulator.Judges;

/// <summary>How a z/Architecture judge works.</summary>
public sealed record S390JudgeOptions
{
    /// <summary>Limit for one batch of probes.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The program of <see cref="HerculesJudge"/>; another build may have more facilities.</summary>
    public string HerculesProgram { get; init; } = "hercules";
}
