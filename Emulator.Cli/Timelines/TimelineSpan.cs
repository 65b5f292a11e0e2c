using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Timelines;

/// <summary>Steps of a history that belong together: all that one fault, insertion, piece of a move or walk does.</summary>
/// <param name="First">The first step.</param>
/// <param name="Last">The last step.</param>
/// <param name="Leader">The step that says what the others are done for; null when none of them does (a walk has only its reads).</param>
internal readonly record struct TimelineSpan(int First, int Last, int? Leader)
{
    /// <summary>Splits a history, in order and without gaps; most spans are single steps.</summary>
    public static IEnumerable<TimelineSpan> Of(History history)
    {
        for (int step = 0; step < history.Count;)
        {
            TimelineSpan span = history[step].Kind switch
            {
                TraceEventKind.Fault => new(step, EndOfFilling(history, step), step),
                TraceEventKind.PageUnstaged when history[step].Address.Value != 0 => new(step, EndOfFilling(history, step), step),
                TraceEventKind.EntryMoved when EndOfPiece(history, step) is { } end => new(step, end, end),
                TraceEventKind.WalkStep => new(step, EndOfWalk(history, step), null),
                _ => new(step, step, step),
            };
            yield return span;
            step = span.Last + 1;
        }
    }

    /// <summary>A page is there once its entry is written and its frame filled, after the tables above it.</summary>
    private static int EndOfFilling(History history, int leader)
    {
        int last = leader;
        while (last + 1 < history.Count && history[last + 1].Kind is TraceEventKind.TableBuilt or TraceEventKind.RootGrown or TraceEventKind.EntryWritten or TraceEventKind.FrameFilled)
        {
            last++;
            if (history[last].Kind == TraceEventKind.FrameFilled)
                break;
            bool isLeaf = history[last].Kind == TraceEventKind.EntryWritten && history[last].Level == 0;
            if (isLeaf && (last + 1 == history.Count || history[last + 1].Kind != TraceEventKind.FrameFilled))
                break;
        }
        return last;
    }

    /// <summary>A piece of a move ends with the event that counts it; null when a failure came before.</summary>
    private static int? EndOfPiece(History history, int first)
    {
        int last = first;
        while (last < history.Count && history[last].Kind is TraceEventKind.EntryMoved or TraceEventKind.Flush)
            last++;
        return last < history.Count && history[last].Kind == TraceEventKind.PieceMoved ? last : null;
    }

    private static int EndOfWalk(History history, int first)
    {
        int last = first;
        while (last + 1 < history.Count && history[last + 1].Kind == TraceEventKind.WalkStep && history[last + 1].Address == history[first].Address && history[last + 1].Level < history[last].Level)
            last++;
        return last;
    }
}
