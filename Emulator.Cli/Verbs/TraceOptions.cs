using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Timelines;
using Emulator.Core.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>The options of verbs that write a trace.</summary>
internal static class TraceOptions
{
    private const string JsonLines = "jsonl", Perfetto = "perfetto";

    private static readonly string[] PerfettoEndings = [".perfetto-trace", ".pftrace"];

    /// <summary>The file.</summary>
    public static CliOption Trace { get; } = new("--trace", "FILE",
        $"write every event to FILE: for Perfetto when its name ends in {Words.Or(PerfettoEndings)}, else a JSON object a line (docs/trace.md); with - to standard output instead of text");

    /// <summary>What is written into it.</summary>
    public static CliOption Format { get; } = new("--trace-format", "F", $"{JsonLines} or {Perfetto}, whatever the file is called", JsonLines, Perfetto);

    /// <summary>Whether a trace is wanted.</summary>
    /// <exception cref="ProblemException">The format does not exist; said before anything is run.</exception>
    public static bool IsWanted(OptionValues values)
    {
        _ = IsPerfetto(values);
        return values.Text(Trace) is not null;
    }

    /// <summary>The file that the options ask for.</summary>
    public static Attachment Attachment(OptionValues values, ExecSubject subject, ExecReport report) => IsPerfetto(values)
        ? new Attachment(Trace, (Stream output) => new PerfettoTrace(subject, report).Write(output))
        : new Attachment(Trace, (TextWriter output) => new TraceLines(subject, report).Write(output));

    /// <summary>Whether it is one for Perfetto.</summary>
    public static bool IsPerfetto(OptionValues values) => values.Choice(Format) switch
    {
        null => values.Text(Trace) is { } file && PerfettoEndings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)),
        var format => format == Perfetto,
    };
}
