using System.Text.RegularExpressions;
using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Programs run to their end by <c>emulator run</c>, byte for byte what their judges saw, whichever way instructions are done.</summary>
public class EmulatorTests
{
    // Userlands whose programs run: rows of all tests here.
    internal static readonly IReadOnlyList<Userland> Emulated = [Userland.Amd64, Userland.I386, Userland.Alpha, Userland.AlphaEv4];

    /// <summary>Exit code when a limit cut a run short.</summary>
    private const int CutShort = 124;

    private static readonly string[] Engines = ["interpret", "tiered", "translate"], FlatMemory = ["--engine", "flat", "--mmu", "none", "--memory", "8g"];

    public static TheoryData<string, string> Processes()
    {
        TheoryData<string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => !guest.Endless && guest.Kind != GuestKind.Busybox))
            foreach (Userland userland in guest.Userlands.Where(Emulated.Contains))
                rows.Add(guest.Title, userland.Name);
        return rows;
    }

    public static TheoryData<string, string, string> Calls()
    {
        TheoryData<string, string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => !guest.Endless))
            foreach (Userland userland in guest.Userlands.Where(Emulated.Contains))
                foreach (string engine in (string[])["interpret", guest.Kind == GuestKind.Busybox ? "tiered" : "translate"])
                    rows.Add(guest.Title, userland.Name, engine);
        return rows;
    }

    public static TheoryData<string, string> Endless()
    {
        TheoryData<string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => guest.Endless))
            foreach (Userland userland in guest.Userlands.Where(userland => Emulated.Contains(userland) && userland != Userland.AlphaEv4))
                rows.Add(guest.Title, userland.Name);
        return rows;
    }

    public static TheoryData<string, string, string> Benchmarks()
    {
        TheoryData<string, string, string> rows = [];
        foreach (string path in Directory.EnumerateFiles(Repository.PathOf("bench/guests"), "*.c").Order())
            foreach (Userland userland in Emulated.Where(userland => userland != Userland.AlphaEv4))      // which they are built for as it is
                foreach (string engine in Engines)
                    rows.Add(Path.GetFileNameWithoutExtension(path), userland.Name, engine);
        return rows;
    }

    public static TheoryData<string, string> Flat()
    {
        TheoryData<string, string> rows = [];
        foreach (string path in Directory.EnumerateFiles(Repository.PathOf("bench/guests"), "*.c").Order())
            foreach (Userland userland in Emulated.Where(userland => userland != Userland.AlphaEv4))
                rows.Add(Path.GetFileNameWithoutExtension(path), userland.Name);
        return rows;
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Processes))]
    public void Programs_do_what_their_judge_saw(string title, string name) => Compare(title, name, new EmulatorRunner("--timeout", "200") { IsProcess = true });

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Calls))]
    public void Programs_do_the_same_in_every_engine(string title, string name, string engine) =>
        // busybox makes pipes with names, which directories of the host refuse.
        Compare(title, name, new EmulatorRunner("--timeout", "200", "--engine", engine) { IsWritable = TestGuests.Titled(title).Kind != GuestKind.Busybox });

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Benchmarks))]
    public void Benchmarks_print_their_checksums(string program, string name, string engine) =>
        CompareBenchmark(program, Userland.Named(name), new EmulatorRunner("--timeout", "200", "--engine", engine));

    // Without an MMU, and then without so much as a look at addresses: what bench/performance.sh compares with.
    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Flat))]
    public void Benchmarks_print_their_checksums_in_flat_memory(string program, string name) =>
        CompareBenchmark(program, Userland.Named(name), new EmulatorRunner([.. FlatMemory, "--timeout", "200"]) { TrustsPrograms = true });

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64")]
    [InlineData("i386")]
    [InlineData("alpha")]
    public void A_benchmark_in_flat_memory_does_the_same_at_any_step(string name)
    {
        GuestRun run = new() { Program = GuestBuilder.Benchmark(Userland.Named(name), "dhry"), Arguments = ["1"] };

        GuestOutcome seen = new EmulatorRunner([.. FlatMemory, "--timeout", "200", "--lockstep", "9973"]) { TrustsPrograms = true }.Run(run);

        Assert.Equal((0, ""), (seen.ExitCode, seen.ErrorText));
        Assert.Equal(Instructions(), Instructions(FlatMemory));

        string Instructions(params string[] options) =>
            new EmulatorRunner([.. options, "--stats"]) { TrustsPrograms = true }.Run(run).ErrorText.Split('\n').Single(line => line.EndsWith("  instructions", StringComparison.Ordinal));
    }

    private static void CompareBenchmark(string program, Userland userland, EmulatorRunner emulator)
    {
        (IGuestRunner judge, Userland build) = GuestJudge.MachineIsAmd64 ? (ProgramRunner.Native(), Userland.Amd64) : (ProgramRunner.QemuUser(userland), userland);

        GuestOutcome expected = judge.Run(Round(build));
        GuestOutcome seen = emulator.Run(Round(userland));

        Assert.Equal((0, expected.OutputText), (seen.ExitCode, seen.OutputText));
        Assert.StartsWith($"{program} 1 ", seen.OutputText, StringComparison.Ordinal);

        GuestRun Round(Userland of) => new() { Program = GuestBuilder.Benchmark(of, program), Arguments = ["1"] };
    }

    // Some hundred million instructions of code that nobody wrote for a test: gcc and what it is made of.
    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void The_compiler_of_this_computer_writes_the_same_when_it_is_emulated()
    {
        if (!GuestJudge.MachineIsAmd64)
            throw new MissingToolException("this computer's compiler is no program of x86_64");
        GuestRun run = new()
        {
            Program = HostTool.Find("gcc"),
            Arguments = ["-O2", "-S", "-o", "-", Repository.PathOf("bench/guests/sha256.c"), $"-I{Repository.PathOf("Emulator.Cli/Programs/src")}"],
            Environment = ["PATH=/usr/bin:/bin"],
            Limit = TimeSpan.FromSeconds(240),
        };

        GuestOutcome expected = ProgramRunner.Native().Run(run);
        GuestOutcome seen = new EmulatorRunner("--timeout", "200", "--root", "/").Run(run);

        Assert.Equal((0, ""), (expected.ExitCode, expected.ErrorText));
        Assert.Equal((0, expected.OutputText, ""), (seen.ExitCode, seen.OutputText, seen.ErrorText));
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Endless))]
    public void A_program_that_never_ends_is_stopped(string title, string name)
    {
        TestGuest guest = TestGuests.Titled(title);
        bool ends = title == "bad fork-bomb";       // as soon as there are so many processes that fork() is refused

        GuestOutcome seen = new EmulatorRunner("--timeout", ends ? "200" : "1", "--memory", "256m").Run(guest.For(Userland.Named(name)));

        Assert.Equal(ends ? 0 : CutShort, seen.ExitCode);
        Assert.Matches(ends ? "^$" : $"^{EmulatorRunner.OwnLine}stopped.*\\n$", seen.ErrorText);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64", "0f0b (ud2)")]
    [InlineData("i386", "0f0b (ud2)")]
    [InlineData("alpha", "00000004 (.long 0x04000000)")]       // opcode 01 is reserved
    public void The_user_is_told_of_an_illegal_instruction_in_one_line(string name, string instruction)
    {
        TestGuest guest = TestGuests.Titled("bad illegal");

        GuestOutcome seen = new EmulatorRunner().Run(guest.For(Userland.Named(name)));

        Assert.Equal(128 + 4, seen.ExitCode);       // SIGILL
        Assert.Matches($"^{EmulatorRunner.OwnLine}illegal instruction at 0x[0-9a-f]+: {Regex.Escape(instruction)}\n$", seen.ErrorText);
    }

    // On x86 it is a SIGSEGV that Linux, too, says nothing of.
    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void The_user_is_told_of_a_privileged_call_of_PALcode_in_one_line()
    {
        TestGuest guest = TestGuests.Titled("bad privileged");

        GuestOutcome seen = new EmulatorRunner().Run(guest.For(Userland.Alpha));

        Assert.Equal(128 + 4, seen.ExitCode);       // SIGILL
        Assert.Matches($"^{EmulatorRunner.OwnLine}illegal instruction at 0x1200[0-9a-f]{{5}}: {Regex.Escape("30000000 (call_pal 0x30)")}\n$", seen.ErrorText);
    }

    private static void Compare(string title, string name, EmulatorRunner emulator)
    {
        TestGuest guest = TestGuests.Titled(title);
        Userland userland = Userland.Named(name);

        (string by, GuestOutcome expected) = GuestJudge.Ask(guest, userland);
        GuestOutcome seen = emulator.Run(guest.For(userland) with { Limit = TimeSpan.FromSeconds(240) });

        string difference = OutputDifference.Describe(by, expected, emulator.Name, seen);
        Assert.True(difference.Length == 0, difference);
        Assert.Equal(Told(expected), Told(seen));
    }

    /// <summary>Standard error without what runners themselves say there.</summary>
    private static string Told(GuestOutcome outcome) => string.Join('\n', outcome.ErrorText.Split('\n')
        .Where(line => !line.StartsWith(EmulatorRunner.OwnLine, StringComparison.Ordinal) && !line.StartsWith("qemu: ", StringComparison.Ordinal)));
}
