using Emulator.Core.Exec;
using Emulator.Core.Paging;

namespace Emulator.Cli.Sweeps;

/// <summary>What one way cost at one value of the knob.</summary>
/// <param name="Value">The value.</param>
/// <param name="Result">"ok", or an errno; the costs mean nothing then.</param>
internal sealed record SweepPoint(ulong Value, string Result)
{
    /// <summary>Whether the program starts.</summary>
    public bool Succeeded { get; private init; }

    /// <summary>Table bytes at the peak.</summary>
    public ulong PeakTableBytes { get; private init; }

    /// <summary>Table bytes at the end.</summary>
    public ulong FinalTableBytes { get; private init; }

    /// <summary>Tables built.</summary>
    public long TablesBuilt { get; private init; }

    /// <summary>Tables freed.</summary>
    public long TablesFreed { get; private init; }

    /// <summary>Entries and tables moved.</summary>
    public MoveCounts Moves { get; private init; }

    /// <summary>Flushes.</summary>
    public FlushCounts Flushes { get; private init; }

    /// <summary>Page faults handled.</summary>
    public long Faults { get; private init; }

    /// <summary>Argument pages.</summary>
    public long ArgumentPages { get; private init; }

    /// <summary>Pages of pointers.</summary>
    public long StagingPages { get; private init; }

    /// <summary>All flushes.</summary>
    public long AllFlushes => Flushes.Page + Flushes.Range + Flushes.Full + Flushes.DcachePage;

    /// <summary>Takes them from a result.</summary>
    public static SweepPoint Of(ulong value, ExecResult result)
    {
        if (!result.Succeeded || result.Stages is not [.., var last])
            return new SweepPoint(value, result.Outcome);
        return new SweepPoint(value, "ok")
        {
            Succeeded = true,
            PeakTableBytes = result.PeakTableBytes,
            FinalTableBytes = result.FinalTableBytes,
            TablesBuilt = last.Allocated.Total,
            TablesFreed = last.Freed.Total,
            Moves = result.Moves,
            Flushes = result.Flushes,
            Faults = last.Faults,
            ArgumentPages = result.ArgumentPages,
            StagingPages = result.StagingPages,
        };
    }
}
