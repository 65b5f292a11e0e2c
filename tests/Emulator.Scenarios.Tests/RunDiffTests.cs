using CsCheck;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Differences of random runs, against the page tables as they lie in memory, page by page.</summary>
public class RunDiffTests
{
    [Fact]
    public void Pages_and_tables_of_two_ways_are_those_that_lie_in_memory() => Gen.Select(ExecCase.Any, Gen.Int[0, 8]).Sample((test, draw) =>
    {
        (RunState a, Dictionary<ulong, LeafView> pagesOfA, HashSet<(int, ulong)> tablesOfA) = Run(test, ExecWays.Names[draw % 3]);
        (RunState b, Dictionary<ulong, LeafView> pagesOfB, HashSet<(int, ulong)> tablesOfB) = Run(test, ExecWays.Names[draw / 3]);

        RunDiff diff = new(a, b);

        Assert.Equal(tablesOfA.Intersect(tablesOfB).Order(), diff.Tables!.Value.Where(pair => pair.IsInBoth).Select(Place).Order());
        Assert.Equal(tablesOfA.Except(tablesOfB).Order(), diff.Tables.Value.Where(pair => pair.B is null).Select(Place).Order());
        Assert.Equal(tablesOfB.Except(tablesOfA).Order(), diff.Tables.Value.Where(pair => pair.A is null).Select(Place).Order());
        ulong pageBytes = (ulong)test.Architecture.Profile(test.Options).PageBytes;
        Dictionary<ulong, PageVerdict> found = [];
        foreach (PageRange range in diff.Pages!.Value)
        {
            for (ulong page = 0; page < range.Bytes; page += pageBytes)
                found.Add(range.Start.Value + page, range.Verdict);
        }
        Assert.Equal(pagesOfA.Keys.Union(pagesOfB.Keys).Order(), found.Keys.Order());
        Assert.All(found, page => Assert.Equal(Verdict(pagesOfA, pagesOfB, page.Key), page.Value));
        Assert.Equal(diff.IsEqual, new RunDiff(b, a).IsEqual);
        Assert.True(diff.IsEqual || draw % 3 != draw / 3, "a way differs from itself");
    }, iter: 120, threads: 1);

    [Fact]
    public void Runs_of_entries_unfold_to_the_entries() => Gen.Select(ExecCase.Any, Gen.Int[0, 2]).Sample((test, way) =>
    {
        Recorder recorder = new();
        using Machine machine = test.Architecture.CreateMachine(test.Options, recorder);
        ExecResult result = Execve.Run(machine.Kernel, test.Request(test.Files()), ExecWays.Create(ExecWays.Names[way]));
        if (result.Started is not { Space.Tables: { } tables } started)
            return;

        foreach (TableView table in tables.Tables())
        {
            EntryView[] entries = [.. tables.Entries(table)];
            EntryRun[] runs = [.. EntryRun.Fold(entries.Select(entry => KeyValuePair.Create(entry.Index, entry.Entry)), table.Level, machine.EntryFormat)];
            Assert.Equal(entries.Select(entry => (entry.Index, entry.Entry, entry.Target, (PageFlags?)(entry.IsLeaf ? entry.Flags : null))),
                runs.SelectMany(run => Enumerable.Range(0, run.Count).Select(i => (run.Index + i, run.EntryAt(i), run.TargetAt(i), run.Flags))));
        }
        started.Space.Destroy();
    }, iter: 120, threads: 1);

    private static (int, ulong) Place(TablePair pair) => (pair.Any.Level, pair.Any.Start.Value);

    private static PageVerdict Verdict(Dictionary<ulong, LeafView> a, Dictionary<ulong, LeafView> b, ulong page)
    {
        if (!a.TryGetValue(page, out LeafView left))
            return PageVerdict.OnlyB;
        if (!b.TryGetValue(page, out LeafView right))
            return PageVerdict.OnlyA;
        if (left.Flags != right.Flags)
            return PageVerdict.Flags;
        if (left.Target != right.Target)
            return PageVerdict.Frame;
        return left.Entry == right.Entry ? PageVerdict.Same : PageVerdict.Bits;
    }

    private static (RunState State, Dictionary<ulong, LeafView> Pages, HashSet<(int, ulong)> Tables) Run(ExecCase test, string way)
    {
        Recorder recorder = new();
        using Machine machine = test.Architecture.CreateMachine(test.Options, recorder);
        ExecResult result = Execve.Run(machine.Kernel, test.Request(test.Files()), ExecWays.Create(way));
        KernelProfile profile = machine.Kernel.Profile;
        History history = new(way, machine, recorder.Events);
        Dictionary<ulong, LeafView> pages = [];
        HashSet<(int, ulong)> tables = [];
        // A failed one has given everything back, which its last moment shows too.
        int end = result.Succeeded ? history.End : history.Count;
        if (result.Started?.Space is { Tables: { } tree } space)
        {
            tables = [.. tree.Tables().Select(table => (table.Level, table.Start.Value))];
            foreach (VirtualMemoryArea area in space.Areas)
            {
                for (VirtualAddress from = area.Start; tree.TryNextLeaf(from, area.End, out LeafView leaf); from = leaf.Address + (ulong)profile.PageBytes)
                    pages.Add(leaf.Address.Value, leaf);
            }
            space.Destroy();
        }
        return (RunState.At(new WayReport(result, history), end, RunState.End), pages, tables);
    }
}
