using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>The programs of bench/guests print the same checksum on every machine; else nobody could compare their times.</summary>
public class BenchmarkGuestTests
{
    public static TheoryData<string> Programs() =>
        [.. Directory.EnumerateFiles(Repository.PathOf("bench/guests"), "*.c").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Programs))]
    public void Checksums_do_not_depend_on_the_machine(string program)
    {
        List<string> lines = [];
        foreach (Userland userland in (Userland[])[Userland.Amd64, Userland.I386, Userland.Alpha])
        {
            GuestOutcome outcome = ProgramRunner.QemuUser(userland).Run(new GuestRun { Program = GuestBuilder.Benchmark(userland, program), Arguments = ["1"] });
            Assert.Equal(0, outcome.ExitCode);
            lines.Add(outcome.OutputText);
        }

        Assert.StartsWith($"{program} 1 ", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(lines[0], line));
    }
}
