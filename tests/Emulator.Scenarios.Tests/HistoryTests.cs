using System.Text;
using CsCheck;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>
/// The fold of the events is the machine: at the end, at every stage, and at every moment that it is stepped back to.
/// </summary>
public class HistoryTests
{
    [Theory]
    [InlineData("amd64")]
    [InlineData("alpha")]
    [InlineData("sparc64")]
    [InlineData("ppc64")]
    [InlineData("s390")]
    public void Folding_to_the_end_gives_the_machine_and_its_books(string architecture) =>
        ExecCase.On(architecture).Sample(test =>
        {
            foreach (string way in ExecWays.Names)
                HoldEnd(test, way);
        }, iter: 50, threads: 1, print: test => test.ToString());

    [Fact]
    public void The_fold_is_the_machine_when_memory_runs_out_too() => ExecCase.Any.Where(test => test.StringBytes > 100_000).Sample(test =>
    {
        // Fewer frames than the strings of most of these cases have pages; the rest goes to swap, or somebody is killed.
        ulong page = (ulong)test.Architecture.Profile(test.Options).PageBytes;
        MachineOptions small = test.Options with { MemoryBytes = 60 * page, SwapBytes = 200 * page, OtherTaskBytes = [5 * page, 3 * page] };
        foreach (string way in ExecWays.Names)
            HoldEnd(test with { Options = small }, way);
    }, iter: 60, threads: 1, print: test => test.ToString());

    [Fact]
    public void A_step_back_is_the_inverse_of_a_step_forward() => Gen.Select(ExecCase.Any, Gen.Int[0, 1 << 20]).Sample((test, draw) =>
    {
        string way = ExecWays.Names[draw % ExecWays.Names.Length];
        History history = Run(test, way, out _, out Machine machine);
        machine.Dispose();
        int[] positions = [0, .. Enumerable.Range(1, 5).Select(i => (int)((long)draw * i % (history.Count + 1))).Order(), history.Count];
        Moment moment = history.At(0);
        List<string> forwards = [];
        foreach (int position in positions)
        {
            moment.MoveTo(position);
            forwards.Add(Picture(moment));
        }

        for (int i = positions.Length - 1; i >= 0; i--)
        {
            moment.MoveTo(positions[i]);
            Assert.Equal(forwards[i], Picture(moment));
        }
        Assert.False(moment.TryBack());
        moment.MoveTo(history.Count);
        Assert.Equal(forwards[^1], Picture(moment));
        Assert.False(moment.TryForward());
    }, iter: 120, threads: 1);

    [Fact]
    public void Every_single_step_back_is_the_inverse() => ExecCase.Any.Where(test => test.StringBytes < 60_000).Sample(test =>
    {
        foreach (string way in ExecWays.Names)
        {
            History history = Run(test, way, out _, out Machine machine);
            machine.Dispose();
            Moment moment = history.At(0);
            for (string before = Picture(moment); moment.TryForward(); before = Picture(moment))
            {
                moment.TryBack();
                Assert.Equal(before, Picture(moment));
                moment.TryForward();
            }
        }
    }, iter: 40, threads: 1, print: test => test.ToString());

    private static void HoldEnd(ExecCase test, string way)
    {
        History history = Run(test, way, out ExecResult result, out Machine machine);
        using Machine ends = machine;
        Moment moment = history.At(0);
        int stage = 0;
        while (moment.Position < history.End)
        {
            moment.TryForward();
            if (history[moment.Position - 1].Kind != TraceEventKind.StageReached)
                continue;
            if (stage < result.Stages.Length)
                HoldStage(result.Stages[stage++], moment);
            else
                Assert.True(!result.Succeeded && moment.Reached == ExecStageName.SetupOut, "a stage that the books leave out");     // in place, but with no room to grow
        }

        Assert.Equal(result.Stages.Length, stage);
        HistoryLedger ledger = moment.Ledger;
        Assert.Equal(result.Moves, ledger.Moves);
        Assert.Equal(result.Flushes, ledger.Flushes);
        Assert.Equal(result.ProtectionFlushes, ledger.ProtectionFlushes);
        Assert.Equal(result.ProtectedEntries, ledger.ProtectedEntries);
        Assert.Equal(result.PeakTableBytes, ledger.PeakTableBytes);
        Assert.Equal(result.FinalTableBytes, ledger.TableBytes);
        Assert.Equal(way == "staged" ? result.StagingPages : 0, ledger.StagingPages);
        if (result.Started is { } started)
        {
            HoldTables(started.Space.Tables!, moment);
            started.Space.Destroy();
        }
        else
        {
            moment.MoveTo(history.Count);
            Assert.All(moment.Tables, table => Assert.False(table.IsLive));
            Assert.Equal((0ul, 0L), (moment.Ledger.TableBytes, moment.Ledger.WaitingPages));
        }
    }

    private static void HoldStage(ExecStage books, Moment moment)
    {
        HistoryLedger ledger = moment.Ledger;
        Assert.Equal(books.Name, moment.Reached);
        Assert.Equal(books.Allocated, ledger.Allocated);
        Assert.Equal(books.Freed, ledger.Freed);
        Assert.Equal(books.TableBytes, ledger.TableBytes);
        Assert.Equal(books.PeakTableBytes, ledger.PeakTableBytes);
        Assert.Equal(books.PgtablesBytes, ledger.PgtablesBytes);
        Assert.Equal(books.Depth, ledger.Depth);
        Assert.Equal(books.Faults, ledger.Faults);
        Assert.Equal(books.AnonymousPages, ledger.AnonymousPages);
        Assert.Equal(books.WaitingPages, ledger.WaitingPages);
    }

    private static void HoldTables(PageTables tables, Moment moment)
    {
        Assert.Equal(tables.Depth, moment.Depth);
        Assert.Equal(tables.Root, moment.Top!.At);
        List<TableView> expected = [.. tables.Tables()];
        List<HistoryTable> found = [.. TopDown(moment.Top)];
        Assert.Equal(expected.Select(table => (table.Level, table.Start, table.At)), found.Select(table => (table.Level, table.Start, table.At)));
        Assert.Equal(found.Count, moment.Tables.Count(table => table.IsLive));
        foreach ((TableView view, HistoryTable table) in expected.Zip(found))
            Assert.Equal(tables.Entries(view).Select(entry => (entry.Index, entry.Entry)), table.Entries.Select(entry => (entry.Key, entry.Value.Value)));
    }

    private static IEnumerable<HistoryTable> TopDown(HistoryTable table) => table.Children.SelectMany(TopDown).Prepend(table);

    private static History Run(ExecCase test, string way, out ExecResult result, out Machine machine)
    {
        Recorder recorder = new();
        machine = test.Architecture.CreateMachine(test.Options, recorder);
        // Not Machine.Execute(), which looks through the MMU: some MMUs write entries then.
        result = Execve.Run(machine.Kernel, test.Request(test.Files()), ExecWays.Create(way));
        return new History(way, machine, recorder.Events);
    }

    /// <summary>Everything that a moment says.</summary>
    private static string Picture(Moment moment)
    {
        StringBuilder text = new();
        text.Append(moment.Position).Append(' ').Append(moment.Reached).Append(' ').Append(moment.HasFailed).Append(' ').Append(moment.Top?.Number).Append('\n').Append(moment.Ledger).Append('\n');
        foreach (HistoryTable table in moment.Tables)
        {
            text.Append($"{table.Number} {table.Level} {table.DepthWhenBuilt} {table.Start} {table.At} {table.Built} {table.Freed} {table.MovedFrom} {table.Parent?.Number} {table.HungIn?.Number} {table.EntriesMovedIn} {table.EntriesMovedOut} {moment.FateOf(table)} [{string.Join(' ', table.Children.Select(child => child.Number))}]");
            foreach ((int index, HistoryEntry entry) in table.Entries)
                text.Append($" {index}={entry.Value:x}<{entry.MovedFrom}");
            text.Append('\n');
        }
        return text.ToString();
    }
}
