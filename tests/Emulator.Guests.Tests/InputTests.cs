using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Programs that wait for their user: what is typed, keys that send signals, the terminal.</summary>
public class InputTests
{
    public static TheoryData<string> Userlands() => [.. EmulatorTests.Emulated.Where(userland => userland != Userland.AlphaEv4).Select(userland => userland.Name)];

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Userlands))]
    public void All_of_standard_input_comes_through(string userland)
    {
        byte[] bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);

        GuestOutcome outcome = new EmulatorRunner { IsProcess = true }.Run(new GuestRun { Program = Program(userland), Arguments = ["copy"], Input = bytes, Limit = TimeSpan.FromSeconds(120) });

        Assert.Equal(0, outcome.ExitCode);
        Assert.True(outcome.Output.Span.SequenceEqual(bytes), "something else came out");
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("<")]
    [InlineData("|")]
    public void What_a_program_does_not_read_is_left_to_the_next(string how)
    {
        using TemporaryDirectory directory = new();
        string emulator = $"'{HostTool.Find("dotnet")}' '{EmulatorRunner.CommandLine}' run '{Program("alpha")}' line";
        string file = directory.Write("text", "first\nsecond\nthird\n"u8, TemporaryDirectory.Plain);
        string script = how == "<" ? $"{{ {emulator}; {emulator}; cat; }} < '{file}'" : $"printf 'first\\nsecond\\nthird\\n' | {{ {emulator}; {emulator}; cat; }}";

        GuestOutcome outcome = ProgramRunner.Native().Run(new GuestRun { Program = HostTool.Find("sh"), Arguments = ["-c", script], Environment = ["PATH=/usr/bin:/bin"], Limit = TimeSpan.FromSeconds(120) });

        Assert.Equal("first\nsecond\nthird\n", outcome.OutputText);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("alpha", "read", "INT", 7, "read: EINTR\ncaught: SIGINT\n")]
    [InlineData("alpha", "read", "TERM", 7, "read: EINTR\ncaught: SIGTERM\n")]
    [InlineData("alpha", "pause", "INT", 8, "sigsuspend: EINTR\ncaught: SIGINT\n")]
    [InlineData("alpha", "for-ever", "INT", 130, "")]
    [InlineData("alpha", "for-ever", "TERM", 143, "")]
    [InlineData("alpha", "for-ever", "HUP", 129, "")]
    [InlineData("x86_64", "read", "INT", 7, "read: EINTR\ncaught: SIGINT\n")]
    [InlineData("x86_64", "for-ever", "INT", 130, "")]
    [InlineData("i386", "pause", "TERM", 8, "sigsuspend: EINTR\ncaught: SIGTERM\n")]
    public void Signals_wake_a_program_that_waits(string userland, string how, string signal, int exit, string output)
    {
        using Emulated emulated = Emulated.Run("--kernel", "6.1", Program(userland), how);
        Assert.Equal("ready", emulated.Line());
        Thread.Sleep(300);      // it is about to wait, or waits

        emulated.Signal(signal);

        Assert.Equal((exit, output, ""), emulated.End());
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void A_read_that_goes_on_after_a_handler_gets_what_is_typed_then()
    {
        using Emulated emulated = Emulated.Run("--kernel", "6.1", Program("alpha"), "restart");
        Assert.Equal("ready", emulated.Line());
        Thread.Sleep(300);

        emulated.Signal("INT");
        Thread.Sleep(1500);
        Assert.True(emulated.Runs, "waiting is no reason to end");
        emulated.Type("typed\n");

        Assert.Equal((7, "read: 6\ncaught: SIGINT\n", ""), emulated.End());
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("read")]
    [InlineData("for-ever")]
    public void A_limit_of_time_ends_what_waits(string how)
    {
        using Emulated emulated = Emulated.Run("--timeout", "2", Program("alpha"), how);

        (int exit, string output, string errors) = emulated.End();

        Assert.Equal((124, "ready\n"), (exit, output));
        Assert.StartsWith("emulator: stopped after 2 seconds (--timeout) and ", errors, StringComparison.Ordinal);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Userlands))]
    public void A_terminal_says_what_it_says_to_programs_of_this_machine(string userland)
    {
        Assert.SkipUnless(GuestJudge.MachineIsAmd64, "the judge is this machine's own x86_64 program on a terminal");
        string size = "stty rows 33 cols 77";

        GuestOutcome expected = OnTerminal($"{size}; '{Program("x86_64")}' terminal");
        GuestOutcome seen = OnTerminal($"{size}; '{HostTool.Find("dotnet")}' '{EmulatorRunner.CommandLine}' run '{Program(userland)}' terminal");

        Assert.Contains("33 rows, 77 columns", expected.OutputText, StringComparison.Ordinal);
        Assert.Equal(expected.OutputText, seen.OutputText);
    }

    private static GuestOutcome OnTerminal(string command) => ProgramRunner.Native().Run(new GuestRun
    {
        Program = HostTool.Find("script"),
        Arguments = ["-qec", command, "/dev/null"],
        Environment = ["PATH=/usr/bin:/bin", "TERM=xterm"],
        Limit = TimeSpan.FromSeconds(120),
    });

    private static string Program(string userland) => GuestBuilder.Test(Userland.Named(userland), "input");
}
