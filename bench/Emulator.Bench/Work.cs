using System.Diagnostics;

namespace Emulator.Bench;

/// <summary>Something whose time is taken: one call gives nanoseconds per operation.</summary>
public sealed record Work(string Name, Func<double> Measure)
{
    /// <summary>Work of this process.</summary>
    /// <param name="name">What it is called in the table.</param>
    /// <param name="operations">Operations that one call of <paramref name="run"/> does.</param>
    /// <param name="run">What is timed.</param>
    /// <param name="prepare">What is done before each call, untimed.</param>
    public static Work Timed(string name, long operations, Action run, Action? prepare = null) => new(name, () =>
    {
        prepare?.Invoke();
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
    });
}
