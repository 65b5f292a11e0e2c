using System.Globalization;

namespace Emulator.Testing;

/// <summary>
/// Random tests that can be repeated: every run has a seed of its own, and a failure names it. With EMULATOR_TEST_SEED set,
/// that one run is done and no other.
/// </summary>
public static class SeededRuns
{
    /// <summary>Runs a test a number of times, each time with other random numbers.</summary>
    /// <param name="times">How often, if no seed is given from outside.</param>
    /// <param name="test">The test.</param>
    /// <exception cref="SeededRunException">A run failed; the message names its seed.</exception>
    public static void Run(int times, Action<Random> test)
    {
        if (Environment.GetEnvironmentVariable("EMULATOR_TEST_SEED") is { Length: > 0 } given)
        {
            RunOnce(int.Parse(given, CultureInfo.InvariantCulture), test);
            return;
        }
        for (int i = 0; i < times; i++)
            RunOnce(Random.Shared.Next(), test);
    }

    /// <summary>Random numbers for a test that runs once: of EMULATOR_TEST_SEED if set, else other ones each time.</summary>
    /// <param name="print">Takes a line with the seed.</param>
    public static Random NewRandom(Action<string> print)
    {
        int seed = Environment.GetEnvironmentVariable("EMULATOR_TEST_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        print($"EMULATOR_TEST_SEED={seed}");
        return new Random(seed);
    }

    /// <summary>True so often out of a hundred.</summary>
    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    /// <summary>One of the items.</summary>
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>Random bits where <paramref name="mask"/> has ones.</summary>
    public static ulong Bits(this Random random, ulong mask) => ((ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64()) & mask;

    private static void RunOnce(int seed, Action<Random> test)
    {
        try
        {
            test(new Random(seed));
        }
        catch (Exception failure)
        {
            throw new SeededRunException($"EMULATOR_TEST_SEED={seed} repeats this: {failure.Message}", failure);
        }
    }
}
