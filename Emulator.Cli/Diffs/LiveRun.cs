using System.Collections.Immutable;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>A run that was just made, with every moment of its history.</summary>
/// <param name="name">What it is, as the user typed it.</param>
/// <param name="report">The run.</param>
internal sealed class LiveRun(string name, CompareReport report) : RunSource
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Ways => [.. report.Ways.Ways.Select(way => way.Result.Way)];

    /// <inheritdoc/>
    public override bool HasFailed => !report.Ways.AllSucceeded;

    /// <inheritdoc/>
    public override RunState StateOf(string way, string moment)
    {
        WayReport found = report.Ways.Ways.First(each => each.Result.Way == way);
        return RunState.At(found, PositionOf(found, moment), moment) with { Facts = Facts };
    }

    private static int PositionOf(WayReport way, string moment)
    {
        int index = NamedMoments.IndexOf(moment);
        if (moment == RunState.End)
            return way.Steps.End;
        if (index >= 0)
        {
            return way.Steps.PositionOf((ExecStageName)index)
                ?? throw ProblemException.Broken($"--moment: {way.Result.Way} never reaches {moment}: {(way.Result.Succeeded ? "it has no such stage" : $"it fails with {way.Result.Outcome}")}");
        }
        return int.TryParse(moment, out int steps) && steps <= way.Steps.End
            ? steps
            : throw ProblemException.Usage($"--moment: {way.Result.Way} has {way.Steps.End} steps, so moments 0 to {way.Steps.End}; found {moment}");
    }

    private ImmutableArray<RunFact> Facts => RunFacts.Of(report.Subject);
}
