using Emulator.Judges;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Runs get what they ask for, and end when they must.</summary>
public class ProgramRunnerTests
{
    [Fact]
    public void Arguments_environment_and_input_reach_the_program()
    {
        GuestOutcome outcome = ProgramRunner.Native().Run(new GuestRun
        {
            Program = HostTool.Find("sh"),
            Arguments = ["-c", "echo \"$1\" \"$B\" \"$A\"; cat; exit 7", "sh", "one two"],
            Environment = ["B=second", "A=first", "PATH=/usr/bin:/bin"],
            Input = "typed"u8.ToArray(),
        });

        Assert.Equal("one two second first\ntyped", outcome.OutputText);
        Assert.Equal(7, outcome.ExitCode);
    }

    [Fact]
    public void Whoever_takes_too_long_is_killed_with_its_children()
    {
        GuestOutcome outcome = ProgramRunner.Native().Run(new GuestRun
        {
            Program = HostTool.Find("sh"),
            Arguments = ["-c", "echo begun; sleep 100 & sleep 100"],
            Environment = ["PATH=/usr/bin:/bin"],
            Limit = TimeSpan.FromSeconds(1),
        });

        Assert.False(outcome.EndedInTime);
        Assert.Equal("begun\n", outcome.OutputText);
    }

    [Fact]
    public void A_directory_is_made_for_the_run_and_gone_afterwards()
    {
        GuestOutcome outcome = ProgramRunner.Native().Run(new GuestRun
        {
            Program = HostTool.Find("sh"),
            Arguments = ["-c", "cd \"$1\" && : > file && pwd -P", "sh", GuestRun.Directory],
            Environment = ["PATH=/usr/bin:/bin"],
        });

        Assert.Equal(0, outcome.ExitCode);
        Assert.False(Directory.Exists(outcome.OutputText.Trim()));
    }

    [Fact]
    public void A_program_killed_by_a_signal_has_the_exit_code_that_a_shell_gives_it()
    {
        GuestOutcome outcome = ProgramRunner.Native().Run(new GuestRun { Program = HostTool.Find("sh"), Arguments = ["-c", "kill -9 $$"] });

        Assert.Equal(128 + 9, outcome.ExitCode);
    }

    [Fact]
    public void A_tool_that_is_missing_is_named_with_its_package()
    {
        MissingToolException missing = Assert.Throws<MissingToolException>(() => HostTool.Find("qemu-nothing"));

        Assert.Equal("qemu-nothing is not installed; on Debian: apt-get install qemu-user", missing.Message);
    }
}
