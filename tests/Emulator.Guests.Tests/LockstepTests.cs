using Emulator.Guests;
using Emulator.Judges;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>Programs run in lockstep: registers and memory are the same, interpreted and otherwise, all along.</summary>
public class LockstepTests
{
    private static readonly string[] Titles =
    [
        "integers", "bytes", "floats", "signals", "faults /tmp", "processes", "changing /tmp", "threads", "memory /tmp", "strings-x86",
        "busybox: seq 1 1000 | sort -r | sha256sum", "busybox: echo '2^100; scale = 20; 1 / 3; sqrt(2)' | bc; echo '10 3 / p 2 10 ^ p' | dc; factor 1234567 1000003",
        "hello, dynamic", "pthreads, dynamic", "workout, dynamic", "containers, dynamic",
    ];

    public static TheoryData<string, string, string> Rows()
    {
        TheoryData<string, string, string> rows = [];
        foreach (string title in Titles)
        {
            foreach (TestGuest guest in TestGuests.All.Where(guest => guest.Title == title))
            {
                foreach (Userland userland in guest.Userlands.Where(EmulatorTests.Emulated.Contains))
                {
                    rows.Add(title, userland.Name, "tiered");
                    rows.Add(title, userland.Name, "translate");
                }
            }
        }
        return rows;
    }

    public static TheoryData<string, string> HotRows()
    {
        TheoryData<string, string> rows = [];
        foreach (string scenario in (string[])["rewritten", "exchanged", "forked", "remapped", "copied", "crowded", "exec"])
            foreach (Userland userland in new TestGuest("hot", scenario).Userlands.Where(EmulatorTests.Emulated.Contains))
                rows.Add(scenario, userland.Name);
        return rows;
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Rows))]
    public void Nothing_differs_at_any_step(string title, string name, string engine)
    {
        GuestOutcome seen = new EmulatorRunner("--timeout", "200", "--engine", engine, "--lockstep", "997") { IsWritable = false }.Run(TestGuests.Titled(title).For(Userland.Named(name)));

        Assert.Equal("", seen.ErrorText);
        Assert.Equal(0, seen.ExitCode);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(HotRows))]
    public void Nothing_differs_in_hot_loops_that_are_disturbed(string scenario, string name)
    {
        GuestOutcome seen = new EmulatorRunner("--timeout", "200", "--engine", "tiered", "--lockstep", "997").Run(new TestGuest("hot", scenario).For(Userland.Named(name)));

        Assert.Equal("", seen.ErrorText);
        Assert.Equal(0, seen.ExitCode);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64")]
    [InlineData("alpha")]
    public void A_limit_ends_both_runs(string name)
    {
        GuestOutcome seen = new EmulatorRunner("--timeout", "1", "--lockstep", "10007").Run(TestGuests.Titled("bad infinite-loop").For(Userland.Named(name)));

        Assert.Equal(124, seen.ExitCode);
        Assert.Matches($"^{EmulatorRunner.OwnLine}stopped after 1 seconds \\(--timeout\\) and [0-9]+ instructions\n$", seen.ErrorText);
    }
}
