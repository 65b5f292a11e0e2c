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
    private readonly ImmutableArray<History> _histories;
    private readonly ImmutableArray<ImmutableArray<int>> _ends;     // by stage, then by history
    private readonly ImmutableArray<int> _begins;

    /// <summary>Aligns histories.</summary>
    public Pace(IEnumerable<History> histories)
    {
        _histories = [.. histories];
        ImmutableArray<int>[] reached = [.. _histories.Select(StagesOf)];
        int stages = (int)ExecStageName.Start + 2;
        _ends = [.. Enumerable.Range(0, stages).Select(stage => reached.Select((ends, i) => stage < ends.Length ? ends[stage] : _histories[i].End).ToImmutableArray())];
        ImmutableArray<int>.Builder begins = ImmutableArray.CreateBuilder<int>(stages + 1);
        int total = 0;
        for (int stage = 0; stage < stages; stage++)
        {
            begins.Add(total);
            total += _histories.IsEmpty ? 0 : Enumerable.Range(0, _histories.Length).Max(i => _ends[stage][i] - BeginOf(stage, i));
        }
        begins.Add(total);
        _begins = begins.MoveToImmutable();
    }

    /// <summary>The last common moment; the first is 0.</summary>
    public int Last => _begins[^1];

    /// <summary>The common moments at which a stage begins or all ends, ascending.</summary>
    public IEnumerable<int> Turns => _begins.Distinct();

    /// <summary>The stage that is reached next at a common moment: what execve is busy with.</summary>
    public ExecStageName StageAt(int moment) => (ExecStageName)Math.Min(IndexAt(moment), (int)ExecStageName.Start);

    /// <summary>Where one history is at a common moment.</summary>
    public int PositionOf(int history, int moment)
    {
        int stage = IndexAt(moment);
        return Math.Min(BeginOf(stage, history) + moment - _begins[stage], _ends[stage][history]);
    }

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

    private int BeginOf(int stage, int history) => stage == 0 ? 0 : _ends[stage - 1][history];

    private int IndexAt(int moment)
    {
        int stage = 0;
        while (stage + 2 < _begins.Length && _begins[stage + 1] < moment)
            stage++;
        return stage;
    }
}
