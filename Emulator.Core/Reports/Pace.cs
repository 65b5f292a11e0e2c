using System.Collections.Immutable;
using Emulator.Core.Exec;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>
/// How several histories are shown together: they go through each stage side by side, and whoever is done with one waits for
/// the others.
/// </summary>
public sealed class Pace
{
    /// <summary>Aligns histories.</summary>
    public Pace(IEnumerable<History> histories)
    {
        ImmutableArray<History> all = [.. histories];
        ImmutableArray<int>[] reached = [.. all.Select(StagesOf)];
        ImmutableArray<PaceStretch>.Builder stretches = ImmutableArray.CreateBuilder<PaceStretch>();
        ImmutableArray<int> begins = [.. all.Select(_ => 0)];
        for (int stage = 0; stage <= (int)ExecStageName.Start + 1; stage++)
        {
            ImmutableArray<int> ends = [.. all.Select((history, i) => stage < reached[i].Length ? reached[i][stage] : history.End)];
            int length = begins.Zip(ends, (begin, end) => end - begin).DefaultIfEmpty().Max();
            if (length > 0)
                stretches.Add(new PaceStretch((ExecStageName)Math.Min(stage, (int)ExecStageName.Start), Last, length, begins, ends));
            Last += length;
            begins = ends;
        }
        Stretches = stretches.ToImmutable();
    }

    /// <summary>The stretches, in order; those in which nothing happens are left out.</summary>
    public ImmutableArray<PaceStretch> Stretches { get; }

    /// <summary>The last common moment; the first is 0.</summary>
    public int Last { get; }

    /// <summary>The common moments at which a stretch begins or all ends, ascending.</summary>
    public IEnumerable<int> Turns => Stretches.Select(stretch => stretch.Begin).Append(Last).Distinct();

    /// <summary>The stage that is reached next at a common moment: what execve is busy with.</summary>
    public ExecStageName StageAt(int moment) => At(moment)?.Stage ?? ExecStageName.Copied;

    /// <summary>Where one history is at a common moment.</summary>
    public int PositionOf(int history, int moment) => At(moment) is { } stretch
        ? Math.Min(stretch.From[history] + moment - stretch.Begin, stretch.To[history])
        : 0;

    private static ImmutableArray<int> StagesOf(History history)
    {
        ImmutableArray<int>.Builder ends = ImmutableArray.CreateBuilder<int>();
        for (int step = 0; step < history.End; step++)
        {
            if (history[step].Kind == TraceEventKind.StageReached)
                ends.Add(step + 1);
        }
        return ends.ToImmutable();
    }

    /// <summary>The stretch whose steps lead to a moment; at moment 0 the first.</summary>
    private PaceStretch? At(int moment) => Stretches.LastOrDefault(stretch => stretch.Begin < moment) ?? Stretches.FirstOrDefault();
}
