using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Emulator.Cli.Diffs;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Verbs;

/// <summary>Two runs, two ways or two moments of one run.</summary>
internal sealed class DiffVerb(ExecOptions options, Dispatcher dispatcher) : ReportVerb
{
    private static readonly CliOption Moment = new("--moment", "M[..M]",
        $"the moment of both, or of A and of B: {Words.Or([.. RunSource.NamedMoments])}, or a number of steps (default: {RunState.End})", [.. RunSource.NamedMoments]);

    private static readonly CliOption JudgeByExitCode = new("--exit-code", null, "exit with 1 when anything differs");

    private static readonly CliOption Html = new("--html", "FILE", "write a page to FILE; with - to standard output instead of text");

    private readonly Argument _operands = Several("A");

    /// <inheritdoc/>
    public override string Name => "diff";

    /// <inheritdoc/>
    public override string Operands => "A [B]";

    /// <inheritdoc/>
    public override string Summary => "what differs between two runs, two ways or two moments of one run: ledgers, page tables, entries, areas";

    /// <inheritdoc/>
    public override string Details =>
        "A and B are reports that compare --json wrote (- is standard input), programs, or command lines of compare in quotes, which are run now, with the options of this line for those that they do not give themselves. "
        + "A alone is compared with itself: two ways (--way W,W) or two moments (--moment M..M). Otherwise ways are paired by name, unless --way W,W names one of A and one of B; --way all runs and compares all. "
        + "A saved report knows the end, and of the stages their books; a run knows every moment. "
        + "Differences are no failure: the exit code is 0 with and without them, so that 1 keeps its meaning (an execve that was run now failed); --exit-code asks for 1 when anything differs, where tables and pages lie in memory included.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "emulator diff before.json after.json",
        "emulator diff --way in-place,staged ./program",
        "emulator diff --way in-place --moment copied..setup_out --arg-bytes 15000 ./program",
        "emulator diff --html page.html \"--kernel 2.6.32 ./program a b\" \"--kernel 6.1 ./program a b\"",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, .. options.Adversity, Moment, JudgeByExitCode, .. FileOptions];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_operands];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        IReadOnlyList<string> operands = invocation.Operands(_operands);
        if (operands.Count > 2)
            throw ProblemException.Usage($"diff: compares A with B; \"{operands[2]}\" is one operand too many (a command line with blanks goes in quotes)");
        bool judges = invocation.Values.IsOn(JudgeByExitCode);
        (string momentA, string momentB) = Moments(invocation.Values);
        string[] ways = WaysOf(invocation.Values);
        if (operands.Count == 1 && ways.Distinct().Count() < 2 && momentA == momentB)
            throw ProblemException.Usage("diff: A alone is compared with itself; give two ways (--way W,W), two moments (--moment M..M), or B");
        if (operands is ["-", "-"])
            throw ProblemException.Usage("diff: standard input can be read only once; give a file for A or for B");
        RunSource a = Open(invocation, operands[0]), b = operands.Count == 1 ? a : Open(invocation, operands[1]);
        return new DiffReport(a, b, [.. RunSource.Pair(a, b, ways).Select(pair => new RunDiff(a.StateOf(pair.A, momentA), b.StateOf(pair.B, momentB)))], judges);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report) =>
        [new Attachment(Html, (TextWriter output) => new DiffPage((DiffReport)report).Write(output))];

    private static (string A, string B) Moments(OptionValues values)
    {
        if (values.Text(Moment) is not { } text)
            return (RunState.End, RunState.End);
        string[] moments = text.Split("..");
        foreach (string moment in moments)
        {
            if (!RunSource.NamedMoments.Contains(moment) && !(moment.Length is > 0 and < 10 && moment.All(char.IsAsciiDigit)))
                throw values.Wrong(Moment, text, $"should be a moment, or two with .. between them; a moment is {Words.Or([.. RunSource.NamedMoments])}, or a number of steps");
        }
        return moments switch
        {
            [var both] => (both, both),
            [var first, var second] => (first, second),
            _ => throw values.Wrong(Moment, text, "should be at most two moments"),
        };
    }

    private string[] WaysOf(OptionValues values)
    {
        if (values.Text(options.Way) == "all")
            return [];      // whatever there is, by name
        string[] ways = [.. (values.Text(options.Way) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(way => way == "both" ? ["in-place", "staged"] : new[] { way })];
        return ways.Length <= 2 ? ways : throw values.Wrong(options.Way, values.Text(options.Way)!, "should be at most two ways, one of A and one of B, or all, by their names");
    }

    // ---- operands ---------------------------------------------------------------------------------------------------

    private RunSource Open(Invocation invocation, string operand)
    {
        if (operand == "-")
            return SavedRun.Read("standard input", invocation.Around.Input().ReadToEnd());
        if (operand.Length == 0)
            throw ProblemException.Usage("diff: an operand is empty; give a report, a program, or a command line in quotes");
        string path = invocation.Around.FullPath(operand);
        if (Directory.Exists(path))
            throw ProblemException.Input($"{operand}: is a directory");
        if (!File.Exists(path))
            return Run(invocation, operand, WordsOf(operand));
        return StartsLikeJson(operand, path) ? SavedRun.Read(operand, ReadAll(operand, path)) : Run(invocation, operand, [operand]);
    }

    private static List<string> WordsOf(string operand)
    {
        List<string> words = CommandWords.Split(operand);
        if (words is ["emulator", ..])
            words.RemoveAt(0);
        if (words is ["compare", ..])
            words.RemoveAt(0);
        return words.Count > 0 ? words : throw ProblemException.Usage($"diff: \"{operand}\" names no program");
    }

    private LiveRun Run(Invocation invocation, string operand, List<string> words)
    {
        try
        {
            ParseResult parsed = dispatcher.Parse(["compare", .. words]);
            if (Dispatcher.IsAside(parsed) || dispatcher.Find(parsed) is not CompareVerb compare)
                throw ProblemException.Usage("help, version and completion are not compared");
            Invocation line = dispatcher.Prepare(parsed, invocation.Around, invocation.Log);
            LineValues own = new(parsed, Settings.None);
            foreach (CliOption file in compare.FileOptions.Append(invocation.Common.Json).Append(invocation.Common.Plugin))
            {
                if (own.Text(file) is not null)
                    throw ProblemException.Usage($"{file.Name} is for the line of diff itself");
            }
            return compare.Make(line with { Values = new LayeredValues(own, invocation.Values), Progress = invocation.Progress }) is CompareReport report
                ? new LiveRun(operand, report)
                : throw ProblemException.Usage("--sweep makes many runs; diff compares two");
        }
        catch (ProblemException problem) when (words.Count > 1)
        {
            throw problem.In($"\"{operand}\"");
        }
    }

    private static bool StartsLikeJson(string file, string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> head = stackalloc byte[64];
            int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return head[..read].TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Unreadable(file, problem);
        }
    }

    private static string ReadAll(string file, string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Unreadable(file, problem);
        }
    }
}
