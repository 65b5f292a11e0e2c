using Emulator.Judges;
using Xunit;

namespace Emulator.Guests.Tests;

/// <summary>The judges themselves: a program that two of them do not agree about can judge nobody.</summary>
public class JudgesAgreeTests
{
    public static TheoryData<string, string> Guests()
    {
        // Busybox execs /proc/self/exe, which is qemu-user itself unless the program is the machine's own.
        TheoryData<string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => !guest.Endless && !QemuUserDeviations.IsByChance(guest)))
            foreach (Userland userland in guest.Userlands.Where(userland => guest.Kind != GuestKind.Busybox || userland.RunsOnAmd64))
                rows.Add(guest.Title, userland.Name);
        return rows;
    }

    // What another userland's build judges is in the list already.
    public static TheoryData<string, string> JudgedByThemselves()
    {
        TheoryData<string, string> rows = [];
        foreach (TestGuest guest in TestGuests.All.Where(guest => !guest.Endless))
            foreach (Userland userland in guest.Userlands.Where(userland => GuestJudge.Of(guest, userland).Build == userland))
                rows.Add(guest.Title, userland.Name);
        return rows;
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(Guests))]
    public void Qemu_does_what_the_judge_says_except_where_it_is_known_not_to(string title, string name)
    {
        TestGuest guest = TestGuests.Titled(title);
        Userland userland = Userland.Named(name);
        ProgramRunner qemu = ProgramRunner.QemuUser(userland);

        (string by, GuestOutcome expected) = GuestJudge.Ask(guest, userland);
        string? reason = QemuUserDeviations.Reason(guest, userland);
        // Some deviations are that it hangs.
        GuestOutcome seen = QemuUserDeviations.Correct(guest, qemu.Run(guest.For(userland) with { Limit = TimeSpan.FromSeconds(reason is null ? 60 : 3) }));

        string difference = OutputDifference.Describe(by, expected, qemu.Name, seen);
        if (reason is not null)
            Assert.True(difference.Length > 0, $"{qemu.Name} does the right thing now; take the row '{reason}' out of QemuUserDeviations");
        else
            Assert.True(difference.Length == 0, difference);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [MemberData(nameof(JudgedByThemselves))]
    public void The_judge_says_the_same_twice(string title, string name)
    {
        TestGuest guest = TestGuests.Titled(title);
        Userland userland = Userland.Named(name);

        (string by, GuestOutcome first) = GuestJudge.Ask(guest, userland);
        (IGuestRunner runner, Userland build) = GuestJudge.Of(guest, userland);
        GuestOutcome second = QemuUserDeviations.Correct(guest, runner.Run(guest.For(build)));

        Assert.True(first.Agrees(second), OutputDifference.Describe(by, first, $"{by} again", second));
        Assert.True(first.OutputText.Length > 0 || first.ExitCode != 0, "neither output nor an error");
    }
}
