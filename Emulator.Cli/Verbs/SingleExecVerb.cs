using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Running;
using Emulator.Core.Exec;
using Emulator.Core.Machines;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>A verb that execs PROGRAM one way and looks at what came of it: at once, or at some moment of its run.</summary>
internal abstract class SingleExecVerb(ExecOptions options, ExecPlanner planner) : ReportVerb
{
    /// <summary>The options of an execve.</summary>
    protected ExecOptions ExecOptions => options;

    /// <summary>The options of verbs that can look at a run.</summary>
    protected static IReadOnlyList<CliOption> RunOptions => [RunMoment.Option, .. RunSettings.Options];

    /// <summary>Whether PROGRAM is run before it is looked at.</summary>
    protected static bool IsRun(OptionValues values) => values.Text(RunMoment.Option) is not null;

    /// <summary>Runs the execve and hands the machine over while it lives.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="program">PROGRAM.</param>
    /// <param name="arguments">ARGS.</param>
    /// <param name="recorder">Takes the events for a trace; null when none is wanted.</param>
    /// <param name="look">Looks at a machine whose program is about to start, or runs.</param>
    protected Report Exec(Invocation invocation, string program, IReadOnlyList<string> arguments, Recorder? recorder, Func<ExecSubject, Machine, SeenProgram, Report> look)
    {
        if (RunMoment.Read(invocation.Values) is { } moment)
            return ExecAndRun(invocation, program, arguments, moment, look);
        if (RunSettings.Options.FirstOrDefault(option => invocation.Values.Text(option) is not null) is { } astray)
            throw ProblemException.Usage($"{astray.Name} is for programs that run; {Name} runs one when it is given {RunMoment.Option.Name}");
        using ExecPlan plan = planner.Plan(invocation.Values, program, arguments, ["in-place"], invocation.Around);
        if (plan.Ways is not [var way])
            throw ProblemException.Usage($"{Name} looks at one way at a time; give --way one of {Words.Or([.. plan.Ways])}");
        invocation.Progress.Show($"execve {way}");
        using Machine machine = plan.NewMachine(recorder);
        ExecResult result = machine.Execute(plan.Request, way);
        invocation.Log.LogDebug("execve {Way} of {Program} on {Architecture}: {Error}", way, program, plan.Architecture.Name, result.Error);
        ExecSubject subject = new(plan, [result]);
        Report report = result.Started is { } started ? look(subject, machine, SeenProgram.AtStart(started)) : Refused(subject, result);
        return recorder is null
            ? report
            : new TracedReport(report, subject, new WayReport(result, new History(way, machine, recorder.Events)));
    }

    /// <summary>The same, without a trace.</summary>
    protected Report Exec(Invocation invocation, string program, IReadOnlyList<string> arguments, Func<ExecSubject, Machine, SeenProgram, Report> look) =>
        Exec(invocation, program, arguments, null, look);

    /// <summary>Splits operands into what belongs to the verb and, behind <c>--</c>, arguments of the program.</summary>
    protected static (string Program, IReadOnlyList<string> Own, IReadOnlyList<string> Arguments) Split(Invocation invocation, Argument operands)
    {
        IReadOnlyList<string> all = invocation.Operands(operands, out int beforeDashes);
        int own = Math.Max(beforeDashes, 1);     // -- may also come before PROGRAM
        if (beforeDashes == 0)
            own = all.Count;
        return (all[0], [.. all.Take(own).Skip(1)], [.. all.Skip(own)]);
    }

    private Report ExecAndRun(Invocation invocation, string program, IReadOnlyList<string> arguments, RunMoment moment, Func<ExecSubject, Machine, SeenProgram, Report> look)
    {
        if (options.Adversity.FirstOrDefault(option => invocation.Values.Text(option) is not null) is { } adverse)
            throw ProblemException.Usage($"{adverse.Name} is for an execve alone; it does not go with {RunMoment.Option.Name}");
        using ProgramRun run = new(invocation, options, planner, program, arguments, null, (_, system) => system);
        invocation.Progress.Show($"running until {moment.Text}");
        ExecResult result = run.Start();
        ExecSubject subject = new(run.Plan, [result]);
        if (!result.Succeeded)
            return Refused(subject, result);
        long instructions = moment.Reach(run);
        return look(subject, run.Machine, SeenProgram.Of(run.System, moment.Text, instructions));
    }

    private RefusedReport Refused(ExecSubject subject, ExecResult result) => new($"emulator.{Name}/1", subject, result);
}
