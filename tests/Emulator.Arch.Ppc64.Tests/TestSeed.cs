using System.Globalization;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

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
}
