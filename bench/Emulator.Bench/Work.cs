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

    /// <summary>What operations of this process cost more than others, in CPU time of all its threads.</summary>
    /// <param name="name">What it is called in the table.</param>
    /// <param name="operations">Operations that one call of either does.</param>
    /// <param name="run">What is timed.</param>
    /// <param name="bare">What is taken off.</param>
    public static Work Beyond(string name, long operations, Action run, Action bare) =>
        new(name, () => (CpuTime(run) - CpuTime(bare)).TotalNanoseconds / operations);

    private static TimeSpan CpuTime(Action run)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        run();
        return Environment.CpuUsage.TotalTime - before;
    }
}
