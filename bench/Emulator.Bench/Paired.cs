using System.Diagnostics;

namespace Emulator.Bench;

/// <summary>
/// A work timed in turn with its yardsticks, so that whatever else the machine does falls on all of them: the ratios are
/// believed, the absolute numbers are for orientation.
/// </summary>
/// <param name="Subject">What was timed.</param>
/// <param name="Yardsticks">What it was compared with.</param>
/// <param name="Rounds">How often each was timed.</param>
public sealed record Paired(Times Subject, IReadOnlyList<Comparison> Yardsticks, int Rounds)
{
    private const int WarmUpRounds = 40, LeastRounds = 7, MostRounds = 401;     // a method is recompiled after 30 calls
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);        // and a tenth of a second of quiet

    /// <summary>Warms all up, then times rounds until <paramref name="budget"/> is used up.</summary>
    public static Paired Run(TimeSpan budget, Work subject, params IReadOnlyList<Work> yardsticks)
    {
        Work[] works = [subject, .. yardsticks];
        List<double>[] times = [.. works.Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpRounds || Stopwatch.GetElapsedTime(start) < WarmUp; i++)
        {
            foreach (Work work in works)
                _ = work.Measure();
            if (i >= 2 && Stopwatch.GetElapsedTime(start) > WarmUp + budget)
                break;
        }
        start = Stopwatch.GetTimestamp();
        for (int round = 0; round < LeastRounds || (round < MostRounds && Stopwatch.GetElapsedTime(start) < budget); round++)
        {
            for (int i = 0; i < works.Length; i++)
            {
                // Forwards, then backwards: none always runs in another's wake.
                int turn = (round & 1) == 0 ? i : works.Length - 1 - i;
                times[turn].Add(works[turn].Measure());
            }
        }
        return new Paired(Times.Of(times[0]), [.. yardsticks.Select((yardstick, i) => Comparison.Of(yardstick.Name, times[0], times[i + 1]))], times[0].Count);
    }
}
