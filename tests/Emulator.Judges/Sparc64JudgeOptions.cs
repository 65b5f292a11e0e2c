namespace Emulator.Judges;

/// <summary>How the judge works.</summary>
public sealed record Sparc64JudgeOptions
{
    /// <summary>How long one batch may take.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromSeconds(60);
}
