namespace Emulator.Cli.Sweeps;

/// <summary>A cost that is drawn.</summary>
/// <param name="Words">What it is, with its unit.</param>
/// <param name="Short">The same, for a heading with little room.</param>
/// <param name="IsBytes">Whether it is bytes.</param>
/// <param name="Value">Its value.</param>
internal sealed record SweepMetric(string Words, string Short, bool IsBytes, Func<SweepPoint, ulong> Value)
{
    /// <summary>All of them, from left to right.</summary>
    public static IReadOnlyList<SweepMetric> All { get; } =
    [
        new("bytes of page tables at the peak", "table bytes", IsBytes: true, point => point.PeakTableBytes),
        new("entries moved one by one", "moved", IsBytes: false, point => (ulong)point.Moves.Pte),
        new("flushes called for", "flushes", IsBytes: false, point => (ulong)point.AllFlushes),
    ];
}
