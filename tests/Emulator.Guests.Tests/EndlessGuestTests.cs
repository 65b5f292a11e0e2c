using Emulator.Judges;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Programs that never end by themselves, or would harm a machine: the emulator keeps its limits, and lives.</summary>
public class EndlessGuestTests
{
    public static TheoryData<string, string> Endless()
    {
        TheoryData<string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => guest.Endless))
            foreach (Userland userland in guest.Userlands.Where(EmulatorTests.Emulated.Contains))
                rows.Add(guest.Title, userland.Name);
        return rows;
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Endless))]
    public void A_number_of_instructions_is_kept_exactly(string title, string userland)
    {
        GuestOutcome outcome = Run(title, userland, "--max-instructions", "100000", "--stats", "--timeout", "100");

        // Those that wait for themselves, and the last of many processes, stop before.
        if (outcome.ErrorText.Contains("(--max-instructions)", StringComparison.Ordinal))
        {
            Assert.StartsWith("emulator: stopped after 100000 instructions (--max-instructions)\n", outcome.ErrorText, StringComparison.Ordinal);
            Assert.Contains("\n100000  instructions\n", outcome.ErrorText, StringComparison.Ordinal);
        }
        else
        {
            Assert.StartsWith("emulator: stopped: all tasks wait for a signal that nobody can send any more\n", outcome.ErrorText, StringComparison.Ordinal);
            Assert.Contains(title, (string[])["bad deadlock", "bad wait-for-itself"]);
        }
        Assert.Equal(124, outcome.ExitCode);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("bad infinite-loop")]
    [InlineData("bad infinite-calls")]
    [InlineData("bad infinite-output")]
    [InlineData("bad exec-itself-for-ever")]
    public void A_limit_of_time_is_kept(string title)
    {
        GuestOutcome outcome = Run(title, "alpha", "--timeout", "1");

        Assert.Equal(124, outcome.ExitCode);
        Assert.Matches(@"\Aemulator: stopped after 1 seconds \(--timeout\) and \d+ instructions\n\z", outcome.ErrorText);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void A_fork_bomb_meets_the_limit_of_processes_and_comes_to_its_end()
    {
        GuestOutcome outcome = Run("bad fork-bomb", "alpha", "--stats", "--timeout", "100");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(1024, outcome.OutputText.Split('\n').Count(line => line == "still alive"));
        Assert.Contains("\n1024  tasks\n", "\n" + string.Join('\n', outcome.ErrorText.Split('\n').Select(line => line.Trim())), StringComparison.Ordinal);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64", @"\Aemulator: illegal instruction at 0x[0-9a-f]+: 0f0b[0-9a-f]* \(ud2\)\n\z")]
    [InlineData("i386", @"\Aemulator: illegal instruction at 0x[0-9a-f]+: 0f0b[0-9a-f]* \(ud2\)\n\z")]
    [InlineData("alpha", @"\Aemulator: illegal instruction at 0x[0-9a-f]+: [0-9a-f]{8} \(.+\)\n\z")]
    public void An_illegal_instruction_is_told_in_one_line(string userland, string line)
    {
        GuestOutcome outcome = Run("bad illegal", userland);

        Assert.Equal(128 + 4, outcome.ExitCode);
        Assert.Matches(line, outcome.ErrorText);
    }

    private static GuestOutcome Run(string title, string userland, params IReadOnlyList<string> options) =>
        new EmulatorRunner(options).Run(TestGuests.Titled(title).For(Userland.Named(userland)));
}
