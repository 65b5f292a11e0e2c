using System.Globalization;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>The seed of this run: EMULATOR_TEST_SEED if set, else another one each time. Every test that uses it prints it.</summary>
internal static class TestSeed
{
    private static readonly int Value = Environment.GetEnvironmentVariable("EMULATOR_TEST_SEED") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Random.Shared.Next();

    public static Random NewRandom(ITestOutputHelper output)
    {
        output.WriteLine($"EMULATOR_TEST_SEED={Value}");
        return new Random(Value);
    }

    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    /// <summary>Each bit of the mask, or not; bit 63 never.</summary>
    public static ulong Bits(this Random random, ulong mask) => (ulong)random.NextInt64() & mask;

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> items) => items[random.Next(items.Length)];
}
