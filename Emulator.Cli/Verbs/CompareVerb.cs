using System.Collections.Immutable;
using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Cli.Sweeps;
using Emulator.Core.Machines;
using Emulator.Core.Reports;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>execve PROGRAM in every way, side by side.</summary>
internal sealed class CompareVerb(ExecOptions options, ExecPlanner planner, ArchitectureRegistry registry) : ReportVerb
{
    private static readonly CliOption Svg = new("--svg", "FILE", "write a picture of the trees to FILE; with - to standard output instead of text");

    private static readonly CliOption Html = new("--html", "FILE", "write a page to FILE that steps through the run, with the ledger and a sentence for every step; with - to standard output instead of text");

    private static readonly CliOption Step = new("--step", null, "step through the run with arrow keys; in a pipe, a sentence for every step");

    /// <summary>The ways when none are asked for.</summary>
    public static ImmutableArray<string> UsualWays { get; } = ["in-place", "staged"];

    private static readonly CliOption Sweep = new("--sweep", "KNOB=RANGE",
        $"run PROGRAM at every value of an option and draw what each way costs: --svg FILE, with all numbers beside it in a file that ends in .csv. RANGE is {SweepRange.Grammar}. Without PROGRAM: the bundled programs of --arch NAME, or of all architectures");

    private static readonly CliOption Csv = new("--csv", "FILE", "with --sweep: write all numbers to FILE; with - to standard output instead of text");

    private static readonly CliOption Jobs = JobsOption.Of("with --sweep: programs");

    private readonly Argument _program = Maybe("PROGRAM");
    private readonly Argument _arguments = TheRest("ARGS");

    /// <inheritdoc/>
    public override string Name => "compare";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "execve PROGRAM in several ways, side by side: ledger, trees, verdict";

    /// <inheritdoc/>
    public override string Details =>
        "Each way runs on a fresh machine. The ledger says what each costs, the trees show which page tables were built, moved and freed, and the verdict says whether the program can tell the ways apart. Everything behind PROGRAM belongs to the program. With --sweep it runs PROGRAM many times; an execve that fails is part of what is drawn then, and does not make the exit code 1 (docs/sweep.md).";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "emulator compare --arg-bytes 15000 ./program",
        "emulator compare --kernel 6.1 --way all --json report.json ./program one two",
        "emulator compare --html page.html --trace events.jsonl ./program",
        "emulator compare --sweep arg-pages=1..4096 --stack-limit unlimited --svg pages.svg",
        "emulator compare --trace run.perfetto-trace ./program",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, .. options.Adversity, Step, .. FileOptions, TraceOptions.Format, Sweep, Jobs];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html, Svg, TraceOptions.Trace, Csv];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_program, _arguments];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        bool isTraced = TraceOptions.IsWanted(invocation.Values);
        string? program = invocation.Operands(_program) is [var named, ..] ? named : null;
        if (invocation.Values.Text(Sweep) is { } sweep)
            return MakeSweep(invocation, sweep, program, isTraced);
        if (program is null)
            throw ProblemException.Usage("compare: PROGRAM is missing; see emulator compare --help");
        if (invocation.Values.Text(Csv) is not null)
            throw ProblemException.Usage("--csv: there is one point alone without --sweep; --json FILE has its numbers");
        using ExecPlan plan = planner.Plan(invocation.Values, program, invocation.Operands(_arguments), UsualWays, invocation.Around);
        ExecReport report = plan.Compare(invocation.Progress);
        foreach (WayReport way in report.Ways)
            invocation.Log.LogDebug("execve {Way} of {Program} on {Architecture}: {Error}", way.Result.Way, program, plan.Architecture.Name, way.Result.Error);
        return new CompareReport(plan, report);
    }

    /// <inheritdoc/>
    protected override void Show(Invocation invocation, Report report)
    {
        if (!invocation.Values.IsOn(Step) || report is not CompareReport compared)
        {
            base.Show(invocation, report);
            return;
        }
        Steps steps = new(compared.Subject, compared.Ways);
        if (invocation.Around.ReadKey is { } readKey)
            steps.Walk(invocation.Around, readKey);
        else
            steps.Write(new TextOutput(invocation.Around));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report)
    {
        if (report is SweepReport swept)
            return SweepAttachments(invocation, swept);
        CompareReport compared = (CompareReport)report;
        return
        [
            new Attachment(Html, output => new ComparePage(compared.Subject, compared.Ways).Write(output)),
            new Attachment(Svg, output => output.Write(new TreesSvg(compared.Subject, compared.Ways).Document())),
            TraceOptions.Attachment(invocation.Values, compared.Subject, compared.Ways),
        ];
    }

    private SweepReport MakeSweep(Invocation invocation, string sweep, string? program, bool isTraced)
    {
        if (isTraced || invocation.Values.IsOn(Step))
            throw ProblemException.Usage($"{(isTraced ? TraceOptions.Trace : Step).Name} shows one run, {Sweep.Name} many; give one of them");
        SweepRange range = SweepRange.Parse(invocation.Values, Sweep, sweep, Knob.Of(options));
        if (invocation.Values.Text(range.Knob.Option) is not null)
            throw ProblemException.Usage($"{range.Knob.Option.Name} and {Sweep.Name} {range.Knob.Name} say the same thing; give one of them");
        int jobs = JobsOption.Read(invocation.Values, Jobs);
        IReadOnlyList<SweepCase> cases = new SweepPlanner(options, planner, registry).Cases(invocation.Values, program, invocation.Operands(_arguments), invocation.Around);
        return new SweepReport(range, new Sweeps.Sweep(planner, range, jobs).Run(cases, invocation.Around, invocation.Progress));
    }

    private static IReadOnlyList<Attachment> SweepAttachments(Invocation invocation, SweepReport swept)
    {
        string? picture = invocation.Values.Text(Svg);
        string? beside = picture is null or "-" ? null : Path.ChangeExtension(picture, ".csv") is var file && file != picture ? file : picture + ".csv";
        return
        [
            new Attachment(Html, output => new SweepPage(swept).Write(output)),
            new Attachment(Svg, output => output.Write(new SweepSvg(swept.Range, swept.Rows).Document())),
            new Attachment(Csv, output => SweepCsv.Write(output, swept.Range.Knob, swept.Rows)) { Beside = beside },
        ];
    }
}
