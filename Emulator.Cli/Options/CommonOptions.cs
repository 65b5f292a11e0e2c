namespace Emulator.Cli.Options;

/// <summary>Options that every verb has.</summary>
internal sealed class CommonOptions
{
    /// <summary>The report as JSON.</summary>
    public CliOption Json { get; } = new("--json", "FILE", "write the report as JSON to FILE too; with - to standard output instead of text");

    /// <summary>How much is logged.</summary>
    public CliOption LogLevel { get; } = new("--log-level", "L", $"{Words.Or(LogSetup.LevelNames)} (default: warning); logs go to standard error", LogSetup.LevelNames);

    /// <summary>Where to.</summary>
    public CliOption LogFile { get; } = new("--log-file", "FILE", "append logs to FILE instead");

    /// <summary>Architectures that others wrote.</summary>
    public CliOption Plugin { get; } = new("--plugin", "FILE.dll", "add the architectures of this assembly, whose code is run; may be repeated") { Repeats = true };

    /// <summary>All of them.</summary>
    public IReadOnlyList<CliOption> All => [Json, Plugin, LogLevel, LogFile];
}
