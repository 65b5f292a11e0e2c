using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Reports are folds over results and events.</summary>
public class ReportTests
{
    [Theory]
    [InlineData("amd64", "6.1", "la57", "x86", "/t64")]
    [InlineData("amd64", "2.6.32", "la48", "x86", "/t32")]
    [InlineData("s390", "2.6.32", "dat", "s390", "/t32")]
    [InlineData("s390", "6.1", "dat", "s390", "/t64")]
    public void History_and_books_agree(string arch, string kernel, string mmu, string folder, string target)
    {
        foreach (string way in ExecWays.Names.Skip(1))
        {
            WayReport report = Run(arch, kernel, mmu, way, Recorded.Request(folder, target, "R", 3 << 20, 32 * 4096, ulong.MaxValue, null));
            ExecStage end = report.Result.Stages[^1];

            Assert.True(report.Result.Succeeded, report.Result.Reason);
            IReadOnlyList<HistoryTable> tables = report.Steps.At(report.Steps.Count).Tables;
            Assert.Equal(end.Allocated.Total, tables.Count);
            Assert.Equal(end.Freed.Total, tables.Count(table => table.Freed is not null));
            Assert.Equal(report.Result.Moves.Pmd + report.Result.Moves.Pud, tables.Count(table => table.MovedFrom is not null));
            Assert.Equal(report.Result.Moves.Pte, tables.Sum(table => table.EntriesMovedIn));
            Assert.Equal(report.Result.Moves.Pte, tables.Sum(table => table.EntriesMovedOut));
            Assert.Equal(report.Result.User!.PresentPages, tables.Where(table => table.Level == 0).Sum(table => table.Entries.Count));
        }
    }

    [Fact]
    public void A_tree_that_grows_and_shrinks_keeps_its_history()
    {
        // What-if: a 31-bit program in an address space that is born shallow and grows under the stack.
        ExecRequest request = Recorded.Request("s390", "/t32", "R", 8192, 4096, 8 << 20, null);

        WayReport inPlace = Run("s390", "2.6.32", "dat", "in-place", request, shallow: true), staged = Run("s390", "2.6.32", "dat", "staged", request, shallow: true);

        Assert.Equal([new DepthChange(ExecStageName.Copied, 2, 3), new DepthChange(ExecStageName.Start, 3, 2)], inPlace.Steps.DepthChanges);
        Assert.Empty(staged.Steps.DepthChanges);
        IReadOnlyList<HistoryTable> tables = inPlace.Steps.At(inPlace.Steps.Count).Tables;
        Assert.Equal(2, tables.Max(table => table.Level));
        Assert.Single(tables, table => table.HungIn is null);
    }

    [Fact]
    public void What_a_program_could_see_makes_ways_different()
    {
        ExecRequest request = Recorded.Request("x86", "/t64", "R", 8192, 4096, 8 << 20, null);
        WayReport inPlace = Run("amd64", "6.1", "la48", "in-place", request), staged = Run("amd64", "6.1", "la48", "staged", request);
        UserView user = staged.Result.User!;
        UserView[] tampered =
        [
            user with { StackPointer = user.StackPointer - 16 }, user with { ProgramCounter = 0 }, user with { ArgumentCount = 9 }, user with { Argv = 8 },
            user with { Envp = 8 }, user with { AuxvAt = 8 }, user with { Auxv = user.Auxv.RemoveAt(0) }, user with { Maps = user.Maps.RemoveAt(0) },
            user with { MemorySha256 = "0" }, user with { StackSha256 = "0" },
        ];

        Assert.True(new ExecReport([inPlace, staged]).SameUserView);
        foreach (UserView other in tampered)
        {
            ExecReport report = new([inPlace, staged with { Result = staged.Result with { User = other } }]);
            Assert.False(report.SameUserView);
            Assert.Single(report.Differences);
            Assert.StartsWith("The program can tell the ways apart: ", report.Verdict, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Failures_are_alike_when_they_end_on_the_same_side_of_the_point_of_no_return()
    {
        ExecReport Failed(Signal second) => new(
        [
            new WayReport(new ExecResult { Way = "in-place", Error = Errno.E2BIG }, NoSteps),
            new WayReport(new ExecResult { Way = "staged", Error = Errno.ENOMEM, Killed = second }, NoSteps),
        ]);

        Assert.True(Failed(Signal.None).SameUserView);
        Assert.False(Failed(Signal.SIGKILL).SameUserView);
        Assert.Equal("No way starts the program, and they fail differently: in-place returns E2BIG, while staged is killed by SIGKILL (ENOMEM).", Failed(Signal.SIGKILL).Verdict);
    }

    [Theory]
    [InlineData("2.6.32", 0)]
    [InlineData("6.1", 1)]      // dcd46d897adb ("exec: Force single empty string when argv is empty")
    public void An_empty_argv_is_what_the_era_makes_of_it(string kernel, int argc)
    {
        ExecRequest request = Recorded.Request("x86", "/t64", "R", 8192, 4096, 8 << 20, null) with { Arguments = [] };

        ExecReport report = new([Run("amd64", kernel, "la48", "in-place", request), Run("amd64", kernel, "la48", "staged", request)]);

        Assert.True(report.SameUserView, string.Join('\n', report.Differences));
        Assert.All(report.Ways, way => Assert.Equal(argc, way.Result.User!.ArgumentCount));
    }

    private static History NoSteps
    {
        get
        {
            using Machine machine = Recorded.Registry.Find("s390")!.CreateMachine(new MachineOptions { MemoryBytes = 1 << 20 }, null);
            return new History("in-place", machine, []);
        }
    }

    private static WayReport Run(string arch, string kernel, string mmu, string way, ExecRequest request, bool shallow = false)
    {
        Recorder recorder = new();
        MachineOptions options = new() { Kernel = kernel, Mmu = mmu, MemoryBytes = 256 << 20, ShallowAddressSpaces = shallow };
        using Machine machine = Recorded.Registry.Find(arch)!.CreateMachine(options, recorder);
        ExecResult result = machine.Execute(request with { LiftArgumentCap = true }, way);
        return new WayReport(result, new History(way, machine, recorder.Events));
    }
}
