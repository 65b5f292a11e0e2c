using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Core.Processes;

/// <summary>
/// Looks at the page tables again and again, always after the same number of instructions. When there are too many samples every other
/// one goes and they are taken half as often from then on, so that a long run has as many as a short one.
/// </summary>
internal sealed class TableSampler
{
    public const int Most = 256;

    private readonly List<TableSample> _samples = [];
    private readonly HashSet<UserSpace> _seen = [];

    /// <summary>Instructions between two samples.</summary>
    public long Interval { get; private set; } = 1024;

    /// <summary>Instructions after which the next one is due.</summary>
    public long Next { get; private set; }

    public IReadOnlyList<TableSample> Samples => _samples;

    /// <summary>Takes one.</summary>
    /// <param name="instructions">Instructions done.</param>
    /// <param name="levels">Levels that trees can have.</param>
    /// <param name="tasks">All tasks.</param>
    public void Take(long instructions, int levels, IEnumerable<LinuxTask> tasks)
    {
        long[] tables = new long[levels];
        ulong bytes = 0;
        long pages = 0;
        _seen.Clear();
        foreach (LinuxTask task in tasks)
        {
            if (task.HasLeftMemory || !_seen.Add(task.Memory))
                continue;
            pages += task.Space.ResidentPages;
            if (task.Space.Tables is not { } tree)
                continue;
            for (int level = 0; level < levels; level++)
                tables[level] += tree.LiveByLevel[level];
            bytes += tree.TableBytes;
        }
        _samples.Add(new TableSample(instructions, _seen.Count, ImmutableArray.Create(tables), bytes, pages));
        if (_samples.Count > Most)
        {
            Interval *= 2;
            _samples.RemoveAll(sample => sample.Instructions % Interval != 0);
        }
        Next = (instructions / Interval + 1) * Interval;
    }
}
