using Emulator.Cli.Options;
using Emulator.Core.Execution;

namespace Emulator.Cli.Running;

/// <summary>How a program is to run, whichever verb runs it.</summary>
internal sealed record RunSettings
{
    private static readonly CliOption MostOption = new("--max-instructions", "N", "stop at exactly that instruction (run: with exit code 124)");
    private static readonly CliOption TimeoutOption = new("--timeout", "SECONDS", "stop after so long (run: with exit code 124)");
    private static readonly CliOption EngineOption = new("--engine", "MODE", "interpret, tiered or translate (default: tiered); what programs see is the same", "interpret", "tiered", "translate");
    private static readonly CliOption RootOption = new("--root", "DIR", "directory of the host that the program sees as its root, for reading (default: a tree with the program alone)");
    private static readonly CliOption WritableOption = new("--writable", null, "the program may change what is under --root");

    /// <summary>The options, in the order of the help text.</summary>
    public static IReadOnlyList<CliOption> Options { get; } = [RootOption, WritableOption, MostOption, TimeoutOption, EngineOption];

    /// <summary>Most instructions; <see cref="long.MaxValue"/> for no limit.</summary>
    public required long MostInstructions { get; init; }

    /// <summary>Longest time in seconds; null for no limit.</summary>
    public required ulong? Seconds { get; init; }

    /// <summary>How instructions are done.</summary>
    public required EngineMode Engine { get; init; }

    /// <summary>The directory that the program sees as its root, absolute; null for none.</summary>
    public required string? Root { get; init; }

    /// <summary>Whether it may change what is there.</summary>
    public required bool IsWritable { get; init; }

    /// <summary>
    /// The environment variable that has to be 1 for <c>--engine flat</c>. No help text tells of either: the program reaches the host's memory then, and all that is
    /// to be had for it is a measurement (bench/README.md).
    /// </summary>
    public const string TrustVariable = "EMULATOR_TRUSTS_PROGRAMS";

    private const string Flat = "flat";

    /// <summary>Reads them.</summary>
    /// <exception cref="ProblemException">A value makes no sense.</exception>
    public static RunSettings Read(OptionValues values, Surroundings around) => new()
    {
        MostInstructions = (long)(values.Number(MostOption, long.MaxValue) ?? long.MaxValue),
        Seconds = values.Number(TimeoutOption, 86_400),
        Engine = values.Choice(EngineOption, around.Environment.GetValueOrDefault(TrustVariable) == "1" ? [.. EngineOption.Choices, Flat] : EngineOption.Choices) switch
        {
            Flat => EngineMode.Flat,
            "interpret" => EngineMode.Interpret,
            "translate" => EngineMode.Translate,
            _ => EngineMode.Tiered,
        },
        Root = RunRoot.Find(values, RootOption, around),
        IsWritable = values.IsOn(WritableOption),
    };
}
