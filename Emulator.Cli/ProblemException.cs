using Emulator.Cli.Options;

namespace Emulator.Cli;

/// <summary>What the user has to put right: one line, and the exit code that goes with it.</summary>
internal sealed class ProblemException : Exception
{
    private ProblemException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>See <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The same, with where it came up before it.</summary>
    public ProblemException In(string place) => new(ExitCode, $"{place}: {Message}") { Option = Option };

    /// <summary>The option whose value has to be put right, without its dashes; null when it is not one alone.</summary>
    public string? Option { get; private init; }

    /// <summary>The same with another exit code.</summary>
    public ProblemException With(int exitCode) => new(exitCode, Message) { Option = Option };

    /// <summary>The same, as the problem of an option.</summary>
    public ProblemException About(CliOption option) => new(ExitCode, Message) { Option = option.Key };

    /// <summary>The command line makes no sense.</summary>
    public static ProblemException Usage(string message) => new(Cli.ExitCode.Usage, message);

    /// <summary>A checked promise does not hold.</summary>
    public static ProblemException Broken(string message) => new(Cli.ExitCode.Refused, message);

    /// <summary>A file is not as it should be.</summary>
    public static ProblemException Input(string message) => new(Cli.ExitCode.Input, message);

    /// <summary>A file cannot be read, for a reason that the host tells.</summary>
    public static ProblemException Unreadable(string file, Exception reason) => Input($"{file}: cannot be read: {Words.OneLine(reason.Message)}");

    /// <summary>A file cannot be written, for a reason that the host tells.</summary>
    public static ProblemException Unwritable(string file, Exception reason) => Input($"{file}: cannot be written: {Words.OneLine(reason.Message)}");
}
