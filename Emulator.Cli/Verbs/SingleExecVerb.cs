using System.CommandLine;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Machines;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>A verb that execs PROGRAM one way and looks at what came of it.</summary>
internal abstract class SingleExecVerb(ExecPlanner planner) : ReportVerb
{
    /// <summary>Runs the execve and hands the machine over while it lives.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="program">PROGRAM.</param>
    /// <param name="arguments">ARGS.</param>
    /// <param name="recorder">Takes the events for a trace; null when none is wanted.</param>
    /// <param name="look">Looks at a machine whose program is about to start.</param>
    protected Report Exec(Invocation invocation, string program, IReadOnlyList<string> arguments, Recorder? recorder, Func<ExecSubject, Machine, StartState, Report> look)
    {
        using ExecPlan plan = planner.Plan(invocation.Values, program, arguments, ["in-place"], invocation.Around);
        if (plan.Ways is not [var way])
            throw ProblemException.Usage($"{Name} looks at one way at a time; give --way one of {Words.Or([.. plan.Ways])}");
        invocation.Progress.Show($"execve {way}");
        using Machine machine = plan.NewMachine(recorder);
        ExecResult result = machine.Execute(plan.Request, way);
        invocation.Log.LogDebug("execve {Way} of {Program} on {Architecture}: {Error}", way, program, plan.Architecture.Name, result.Error);
        ExecSubject subject = new(plan, [result]);
        Report report = result.Started is { } started ? look(subject, machine, started) : new RefusedReport($"emulator.{Name}/1", subject, result);
        return recorder is null
            ? report
            : new TracedReport(report, subject, new WayReport(result, new History(way, machine, recorder.Events)));
    }

    /// <summary>The same, without a trace.</summary>
    protected Report Exec(Invocation invocation, string program, IReadOnlyList<string> arguments, Func<ExecSubject, Machine, StartState, Report> look) =>
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
}
