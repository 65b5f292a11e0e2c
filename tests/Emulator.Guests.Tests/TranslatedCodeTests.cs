using System.Text.Json;
using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Loops that are hot, and what happens to them meanwhile: they do what they do on a real machine, and they do it in translated code.</summary>
public class TranslatedCodeTests
{
    // Translation goes on beside the program, on a thread that a busy machine may keep waiting. The longer a loop is, the less that matters.
    private static readonly int[] Scales = [1, 4, 16, 64];

    // Of all instructions, how many have to be done in translated code: of code that is rewritten all the time, less.
    private static readonly (string Scenario, double Share)[] Scenarios =
    [
        ("rewritten", 0.3), ("exchanged", 0.6), ("forked", 0.6), ("repaired", 0.6), ("remapped", 0.6), ("copied", 0.6), ("crowded", 0.6),
        ("interrupted", 0.6), ("together", 0.6), ("exec", 0.6),
    ];

    public static TheoryData<string, string, double> Rows()
    {
        TheoryData<string, string, double> rows = [];
        foreach ((string scenario, double share) in Scenarios)
            foreach (Userland userland in Of(scenario).Userlands)
                rows.Add(scenario, userland.Name, share);
        return rows;
    }

    public static TheoryData<string, string> RowsWithoutShare()
    {
        TheoryData<string, string> rows = [];
        foreach ((string scenario, _) in Scenarios)
            foreach (Userland userland in Of(scenario).Userlands)
                rows.Add(scenario, userland.Name);
        return rows;
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Rows))]
    public void What_disturbs_a_translated_loop_is_seen_at_once(string scenario, string name, double share)
    {
        List<string> tried = [];
        foreach (int scale in Scales)
        {
            using TemporaryDirectory directory = new();
            string file = directory.PathOf("run.json");

            AgreesWithItsJudge(scenario, name, scale, "--engine", "tiered", "--json", file);

            JsonElement report = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
            long translated = report.GetProperty("translated_instructions").GetInt64(), interpreted = report.GetProperty("interpreted_instructions").GetInt64();
            Assert.Equal(report.GetProperty("instructions").GetInt64(), translated + interpreted);
            if (translated >= share * (translated + interpreted))
                return;
            tried.Add($"{translated} of {translated + interpreted}");
        }
        Assert.Fail($"{scenario}, {name}: in translated code only {string.Join(", ", tried)} instructions; expected {share:p0}");
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(RowsWithoutShare))]
    public void Where_each_block_is_translated_it_is_the_same(string scenario, string name) => AgreesWithItsJudge(scenario, name, 1, "--engine", "translate");

    private static TestGuest Of(string scenario, int scale = 1) => new("hot", scenario, $"{scale}");

    private static void AgreesWithItsJudge(string scenario, string name, int scale, params IReadOnlyList<string> options)
    {
        Userland userland = Userland.Named(name);
        EmulatorRunner emulator = new(["--timeout", "200", .. options]);

        (string by, GuestOutcome expected) = GuestJudge.Ask(Of(scenario), userland);      // which prints the same at every scale
        GuestOutcome seen = emulator.Run(Of(scenario, scale).For(userland) with { Limit = TimeSpan.FromSeconds(240) });

        string difference = OutputDifference.Describe(by, expected, emulator.Name, seen);
        Assert.True(difference.Length == 0, difference);
        Assert.Equal("", seen.ErrorText);
    }
}
