using System.Collections.Immutable;
using Emulator.Cli.Options;
using Emulator.Core.Exec;
using Emulator.Core.Machines;
using Emulator.Core.Reports;

namespace Emulator.Cli.Sweeps;

/// <summary>Turns a knob on some programs: every run on its own machine, several side by side, with the same result whatever the order.</summary>
/// <param name="planner">Makes plans of options.</param>
/// <param name="range">The knob and its values.</param>
/// <param name="jobs">Runs side by side.</param>
internal sealed class Sweep(ExecPlanner planner, SweepRange range, int jobs)
{
    /// <summary>Runs all of it.</summary>
    /// <exception cref="ProblemException">A run makes no sense: the first such, in the order of programs and values.</exception>
    public ImmutableArray<SweepRow> Run(IReadOnlyList<SweepCase> cases, Surroundings around, Progress progress)
    {
        int values = range.Values.Length, total = cases.Count * values, done = 0;
        Cell?[] cells = new Cell?[total];
        ProblemException?[] problems = new ProblemException?[total];
        Parallel.For(0, total, new ParallelOptions { MaxDegreeOfParallelism = jobs }, (index, state) =>
        {
            try
            {
                cells[index] = Run(cases[index / values], range.Values[index % values], around);
            }
            catch (ProblemException problem)
            {
                problems[index] = problem.In($"--sweep {range.Knob.Name}={range.Values[index % values]}");
                state.Break();      // all before it are still run, so that the first problem is the same every time
            }
            progress.Show($"{Interlocked.Increment(ref done)} of {total} programs run in every way");
        });
        if (problems.FirstOrDefault(problem => problem is not null) is { } first)
            throw first;
        return [.. Enumerable.Range(0, cases.Count).Select(index => Row([.. cells.AsSpan(index * values, values)!]))];
    }

    private SweepRow Row(ImmutableArray<Cell?> cells)
    {
        Cell head = cells[0]!;
        return head.Row with
        {
            Ways = [.. head.Results.Select((result, way) => (result.Way, cells.Select((cell, i) => SweepPoint.Of(range.Values[i], cell!.Results[way])).ToImmutableArray()))],
            Differences = [.. cells.SelectMany((cell, i) => cell!.Differences.Select(difference => $"{range.Knob.Name} {range.Values[i]}: {difference}"))],
        };
    }

    private Cell Run(SweepCase each, ulong value, Surroundings around)
    {
        LayeredValues values = new(new FixedValues { [range.Knob.Option] = $"{value}" }, each.Values);
        using ExecPlan plan = planner.Plan(values, each.Program, each.Arguments, ExecWays.Names, around);
        ImmutableArray<WayReport>.Builder ways = ImmutableArray.CreateBuilder<WayReport>(plan.Ways.Length);
        foreach (string way in plan.Ways)
        {
            using Machine machine = plan.NewMachine(recorder: null);
            ExecResult result = machine.Execute(plan.Request, way);
            ways.Add(new WayReport(result with { Started = null }, new History(way, machine, [])));
        }
        ImmutableArray<ExecResult> results = [.. ways.Select(way => way.Result)];
        SweepRow row = new()
        {
            Program = plan.Program.Path,
            Architecture = plan.Architecture.Name,
            Abi = results.Select(result => result.Abi?.Name).FirstOrDefault(name => name is not null) ?? plan.Abi?.Name ?? "unknown",
            Kernel = plan.Profile.Era.Version,
            Mmu = plan.Profile.Mmu,
            PageBytes = plan.Profile.PageBytes,
            Ways = [],
            Differences = [],
        };
        // Ways have limits of their own, which a sweep goes to see: only those that start the program have promised the same.
        ImmutableArray<WayReport> started = [.. ways.Where(way => way.Result.Succeeded)];
        return new Cell(row, [.. results.Select(result => result with { User = null, Image = null })], started.IsEmpty ? [] : new ExecReport(started).Differences);
    }

    /// <summary>One program at one value, in every way.</summary>
    private sealed record Cell(SweepRow Row, ImmutableArray<ExecResult> Results, ImmutableArray<string> Differences);
}
