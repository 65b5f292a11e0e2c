using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Reports;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>execve PROGRAM in every way, side by side.</summary>
internal sealed class CompareVerb(ExecOptions options, ExecPlanner planner) : ReportVerb
{
    private static readonly CliOption Svg = new("--svg", "FILE", "write a picture of the trees to FILE; with - to standard output instead of text");

    private static readonly CliOption Html = new("--html", "FILE", "write a page to FILE that steps through the run, with the ledger and a sentence for every step; with - to standard output instead of text");

    private static readonly CliOption Step = new("--step", null, "step through the run with arrow keys; in a pipe, a sentence for every step");

    private readonly Argument _program = One("PROGRAM");
    private readonly Argument _arguments = TheRest("ARGS");

    /// <inheritdoc/>
    public override string Name => "compare";

    /// <inheritdoc/>
    public override string Operands => "PROGRAM [ARGS...]";

    /// <inheritdoc/>
    public override string Summary => "execve PROGRAM in several ways, side by side: ledger, trees, verdict";

    /// <inheritdoc/>
    public override string Details =>
        "Each way runs on a fresh machine. The ledger says what each costs, the trees show which page tables were built, moved and freed, and the verdict says whether the program can tell the ways apart. Everything behind PROGRAM belongs to the program.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "emulator compare --arg-bytes 15000 ./program",
        "emulator compare --kernel 6.1 --way all --json report.json ./program one two",
        "emulator compare --html page.html --trace events.jsonl ./program",
        "emulator compare --trace run.perfetto-trace ./program",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [.. options.All, Step, .. FileOptions, TraceOptions.Format];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> FileOptions => [Html, Svg, TraceOptions.Trace];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_program, _arguments];

    /// <inheritdoc/>
    public override Report Make(Invocation invocation)
    {
        _ = TraceOptions.IsWanted(invocation.Values);
        string program = invocation.Operands(_program)[0];
        using ExecPlan plan = planner.Plan(invocation.Values, program, invocation.Operands(_arguments), ["in-place", "staged"], invocation.Around);
        ExecReport report = plan.Compare(invocation.Progress);
        foreach (WayReport way in report.Ways)
            invocation.Log.LogDebug("execve {Way} of {Program} on {Architecture}: {Error}", way.Result.Way, program, plan.Architecture.Name, way.Result.Error);
        return new CompareReport(plan, report);
    }

    /// <inheritdoc/>
    protected override void Show(Invocation invocation, Report report)
    {
        if (!invocation.Values.IsOn(Step))
        {
            base.Show(invocation, report);
            return;
        }
        CompareReport compared = (CompareReport)report;
        Steps steps = new(compared.Subject, compared.Ways);
        if (invocation.Around.ReadKey is { } readKey)
            steps.Walk(invocation.Around, readKey);
        else
            steps.Write(new TextOutput(invocation.Around));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Attachment> Attachments(Invocation invocation, Report report)
    {
        CompareReport compared = (CompareReport)report;
        return
        [
            new Attachment(Html, output => new ComparePage(compared.Subject, compared.Ways).Write(output)),
            new Attachment(Svg, output => output.Write(new CompareSvg(compared.Subject, compared.Ways).Document())),
            TraceOptions.Attachment(invocation.Values, compared.Subject, compared.Ways),
        ];
    }
}
