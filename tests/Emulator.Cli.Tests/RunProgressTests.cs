using Emulator.Judges;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>What a terminal is told of a run that takes long.</summary>
public class RunProgressTests
{
    private const string Line = @"\r\e\[K(\d+) million instructions, \d+ MIPS";

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void A_terminal_sees_instructions_grow_and_nothing_of_it_stays()
    {
        GuestCommand run = GuestCommand.Run(CommandLine.In() with { ErrorIsTerminal = true }, "run", "--timeout", "4", GuestCommand.Alpha("bad"), "infinite-loop");

        long[] told = [.. System.Text.RegularExpressions.Regex.Matches(run.Said, Line).Select(match => long.Parse(match.Groups[1].Value))];
        Assert.True(told.Length >= 2, run.Said);
        Assert.Equal(told.Order(), told);
        Assert.True(told[^1] > told[0]);
        Assert.Matches(@"MIPS\r\e\[Kemulator: stopped after 4 seconds \(--timeout\) and \d+ instructions\n\z", run.Said);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void A_pipe_sees_nothing()
    {
        GuestCommand run = GuestCommand.Run("run", "--timeout", "2", GuestCommand.Alpha("bad"), "infinite-loop");

        Assert.Matches(@"\Aemulator: stopped after 2 seconds \(--timeout\) and \d+ instructions\n\z", run.Said);
        Assert.Equal(124, run.Exit);
    }

    [Fact]
    public void A_run_that_is_soon_over_says_nothing() =>
        Assert.Equal("", GuestCommand.Run(CommandLine.In() with { ErrorIsTerminal = true }, "run", CommandLine.Bundled("alpha/show")).Said);
}
