using System.Text;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Cli.Verbs;

namespace Emulator.Cli.Serving;

/// <summary>Makes the runs that links ask for, by the same path as <c>compare</c>, within the limits of the server.</summary>
internal sealed class RunMaker(ExecOptions options, ExecPlanner planner, ServeSettings settings, Surroundings around)
{
    private const ulong UsualMemoryBytes = 1UL << 30;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly FileRoot _bundled = new(BundledPrograms.Directory);
    private readonly IReadOnlyList<CliOption> _linked = RunLink.OptionsOf(options);

    /// <summary>Reads a link. Where runs get less memory than is usual, each of them says so, and so does its command line.</summary>
    public RunLink Read(string query) => settings.RunMemoryBytes < UsualMemoryBytes
        ? RunLink.Parse(query, _linked, (options.Memory, $"{settings.RunMemoryBytes}"))
        : RunLink.Parse(query, _linked);

    /// <summary>Finds out whether there can be such a run, without running it.</summary>
    /// <returns>What is wrong, with the field that it is about; null when nothing is.</returns>
    public FieldProblem? Check(RunLink link)
    {
        try
        {
            using ExecPlan plan = Plan(link);
            return null;
        }
        catch (ProblemException problem)
        {
            return FieldProblem.Of(problem, link);
        }
    }

    /// <summary>Where programs of a link lie.</summary>
    public string DirectoryOf(RunLink link) => link.File is null ? _bundled.Path : settings.Root?.Path ?? "";

    /// <summary>What changes when the file of a link does; empty for programs that come along.</summary>
    public string StampOf(RunLink link)
    {
        if (link.File is null or [] || link.File.Contains('\0') || settings.Root?.Find(Path.GetFullPath(link.File, settings.Root.Path)) is not { } path)
            return "";
        FileInfo file = new(path);
        return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "";
    }

    /// <summary>Runs.</summary>
    /// <param name="link">What.</param>
    /// <param name="progress">Takes what it does, and stops it.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ProblemException">The user has to put something right.</exception>
    /// <exception cref="LimitException">It needs more than this server gives.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ServedRun Make(RunLink link, Progress progress, CancellationToken stop)
    {
        using ExecPlan plan = Plan(link);
        CompareReport report = new(plan, plan.Compare(progress));
        progress.Show("writing the page");
        return new ServedRun(report,
            Text("the report", output => Json.WritePage(report, output), stop),
            Text("the page", output => new ComparePage(report.Subject, report.Ways).Write(output), stop));
    }

    private byte[] Text(string what, Action<TextWriter> write, CancellationToken stop)
    {
        using BoundedStream bytes = new(settings.MostBytes, what, stop);
        using (StreamWriter writer = new(bytes, Utf8, 1 << 16, leaveOpen: true) { NewLine = "\n" })
            write(writer);
        return bytes.ToArray();
    }

    private ExecPlan Plan(RunLink link)
    {
        if (link.Problem is not null)
            throw link.Problem;
        if (!link.IsRun)
            throw ProblemException.Usage("a program is missing");
        if (link.File is not null && settings.Root is null)
            throw ProblemException.Input($"{link.File}: this server opens no files; start it with serve --root DIR");
        Surroundings here = around with
        {
            Directory = DirectoryOf(link),
            Root = link.File is null ? _bundled : settings.Root,
            Environment = new Dictionary<string, string>(),
        };
        ExecPlan plan = planner.Plan(link.Values, link.Name, link.Arguments, CompareVerb.UsualWays, here);
        try
        {
            Limit(plan, link);
            return plan;
        }
        catch (ProblemException)
        {
            plan.Dispose();
            throw;
        }
    }

    private void Limit(ExecPlan plan, RunLink link)
    {
        ulong most = settings.RunMemoryBytes;
        if (plan.Machine.MemoryBytes > most)
            throw ProblemException.Usage($"--memory: {plan.Machine.MemoryBytes} bytes are more than this server gives a run: {most}; serve --run-memory N gives more").About(options.Memory);
        if (plan.Machine.SwapBytes > most)
            throw ProblemException.Usage($"--swap: {plan.Machine.SwapBytes} bytes are more than this server gives a run: {most}; serve --run-memory N gives more").About(options.Swap);
        if (plan.ArgumentBytes > most)
        {
            CliOption given = link.Of(options.ArgumentPages).Count > 0 ? options.ArgumentPages : options.ArgumentBytes;
            throw ProblemException.Usage($"{given.Name}: {plan.ArgumentBytes} bytes of strings are more than this server gives a run: {most}; serve --run-memory N gives more").About(given);
        }
    }
}
