using System.Collections.Immutable;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>
/// The race of 2010: every interleaving of a page's migration with execve, in every userland. What is expected follows from two
/// lines of v2.6.32 alone: <c>shift_arg_pages()</c> moves the beginning of the area first and the entries later, and <c>vma_address()</c> counts from that beginning.
/// </summary>
public class InterleavingTests
{
    public static TheoryData<string, string, string> Userlands => StackRoomTests.Userlands();

    [Theory]
    [MemberData(nameof(Userlands))]
    public void A_migration_entry_is_left_behind_exactly_where_area_and_entries_disagree(string architectureName, string kernel, string abiName)
    {
        Architecture architecture = Recorded.Registry.Find(architectureName)!;
        UserAbi abi = architecture.Abis.Single(candidate => candidate.Name == abiName);
        bool moves = Run(architecture, kernel, abi, "in-place").ShiftBytes != 0;
        ExecPointKind[] points = Enum.GetValues<ExecPointKind>();
        foreach (string way in (string[])["in-place", "staged"])
        {
            for (int begin = 0; begin < points.Length; begin++)
            {
                for (int end = begin; end < points.Length; end++)
                {
                    ExecResult result = Run(architecture, kernel, abi, way, new Intervention(InterventionKind.Unmap, 0, At(points[begin])), new Intervention(InterventionKind.Remap, 0, At(points[end])));

                    PageOutcome unmapped = Expected(way, points[begin], moves, kernel);
                    PageOutcome remapped = Expected(way, points[end], moves, kernel) switch
                    {
                        PageOutcome.NeverReached => PageOutcome.NeverReached,
                        PageOutcome.NotOnLru => PageOutcome.NotOnLru,
                        _ when unmapped != PageOutcome.Done => PageOutcome.NotLocked,
                        // The bytes are needed before the program starts, so that whoever needs them has waited for the end.
                        _ when points[begin] < ExecPointKind.Start && points[end] == ExecPointKind.Start => PageOutcome.NotLocked,
                        PageOutcome.NotFound => PageOutcome.LeftBehind,
                        _ => PageOutcome.Done,
                    };
                    string where = $"{way} {points[begin]} {points[end]}";
                    bool bug = remapped == PageOutcome.LeftBehind;
                    Assert.Equal((where, unmapped, remapped), (where, result.Interventions[0].Outcome, result.Interventions[1].Outcome));
                    Assert.Equal((where, bug, bug ? 1 : 0), (where, result.Bug is not null, result.Pressure!.EntriesLeftBehind));
                    Assert.Equal((where, !bug), (where, result.Succeeded));
                }
            }
        }
    }

    [Fact]
    public void The_window_of_a_page_closes_with_the_piece_that_it_is_in()
    {
        // 130 pages of an i386 program, moved from the lowest on in pieces of 64, 64 and 3 (LATENCY_LIMIT); page 0 is the highest.
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        foreach ((int page, int piece) in ((int, int)[])[(0, 3), (2, 3), (3, 2), (66, 2), (67, 1), (130, 1)])
        {
            for (int after = 1; after <= 3; after++)
            {
                ExecResult result = Run(architecture, "2.6.32", architecture.Abis[1], "in-place", 130, new Intervention(InterventionKind.Look, page, new ExecPoint(ExecPointKind.Piece, after)));

                InterventionResult look = result.Interventions[0];
                Assert.Equal((page, after, after >= piece ? PageOutcome.Done : PageOutcome.NotFound), (page, after, look.Outcome));
                Assert.Equal(after >= piece, look.LookedAt == look.EntryAt);
                Assert.Equal(result.ShiftBytes, after >= piece ? result.ShiftBytes : look.EntryAt!.Value - look.LookedAt!.Value);
            }
        }
    }

    [Fact]
    public void Reclaim_in_the_window_finds_nothing_and_does_no_harm()
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        foreach (ExecPointKind kind in Enum.GetValues<ExecPointKind>())
        {
            ExecResult result = Run(architecture, "2.6.32", architecture.Abis[1], "in-place", 40, new Intervention(InterventionKind.Reclaim, 10, At(kind)));

            Assert.True(result.Succeeded, result.Reason);
            Assert.Equal((kind, kind == ExecPointKind.Extended ? 0 : 10), (kind, result.Interventions[0].Pages));
        }
    }

    [Fact]
    public void Interference_that_does_no_harm_is_not_seen_by_the_program() => SeededRuns.Run(60, random =>
    {
        Architecture architecture = random.Pick(Recorded.Registry.Architectures);
        string kernel = random.Pick(architecture.Kernels), way = random.Pick((string[])["in-place", "staged"]);
        UserAbi abi = random.Pick(architecture.Abis);
        int pages = random.Next(1, 100);
        Intervention[] interventions = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
            new Intervention(random.Pick(Enum.GetValues<InterventionKind>()), random.Next(0, pages + 2), At(random.Pick(Enum.GetValues<ExecPointKind>()))))];

        ExecResult quiet = Run(architecture, kernel, abi, way, pages), busy = Run(architecture, kernel, abi, way, pages, interventions);

        if (busy.Pressure!.EntriesLeftBehind > 0)
            return;
        Assert.True(quiet.Succeeded && busy.Succeeded, $"{abi.Name} {kernel} {way}, {string.Join<Intervention>(",", interventions)}: {busy.Reason}");
        IReadOnlyList<string> differences = UserViews.Differences(quiet.User!, busy.User!);
        Assert.True(differences.Count == 0, $"{abi.Name} {kernel} {way}, {string.Join<Intervention>(",", interventions)}: {string.Join("; ", differences)}");
    });

    private static PageOutcome Expected(string way, ExecPointKind point, bool moves, string kernel)
    {
        bool setUp = point is ExecPointKind.SetupOut or ExecPointKind.Start;
        if (way == "staged")
            return setUp ? PageOutcome.Done : point is ExecPointKind.Copied or ExecPointKind.SetupIn ? PageOutcome.NotOnLru : PageOutcome.NeverReached;
        if (!moves && point is >= ExecPointKind.Extended and <= ExecPointKind.Freed)
            return PageOutcome.NeverReached;
        if (point == ExecPointKind.Extended)
            return PageOutcome.NotFound;
        return kernel == "6.1" && !setUp ? PageOutcome.TemporaryStack : PageOutcome.Done;
    }

    private static ExecPoint At(ExecPointKind kind) => new(kind, kind == ExecPointKind.Piece ? 1 : 0);

    private static ExecResult Run(Architecture architecture, string kernel, UserAbi abi, string way, params Intervention[] interventions) => Run(architecture, kernel, abi, way, 0, interventions);

    private static ExecResult Run(Architecture architecture, string kernel, UserAbi abi, string way, int pages, params Intervention[] interventions)
    {
        MachineOptions options = new() { Kernel = kernel, MemoryBytes = 64 << 20, SwapBytes = 1 << 20, TracksPages = true };
        int pageBytes = architecture.Profile(options).PageBytes;
        using Machine machine = architecture.CreateMachine(options, null);
        FrameBooks books = new(machine.Kernel.Frames);
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());

        ExecResult result = machine.Execute(new ExecRequest
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = ["program"u8.ToArray(), .. Enumerable.Range(0, pages).Select(_ => Enumerable.Repeat((byte)'x', pageBytes - 1).ToArray())],
            Files = files,
            StackLimitBytes = ulong.MaxValue,
            Interventions = [.. interventions],
        }, way);

        result.Started?.Space.Destroy();
        machine.Kernel.PageCache.Drop();
        books.AssertBalanced($"{way} with {string.Join<Intervention>(",", interventions)}");
        Assert.Equal(0, machine.Kernel.Pressure!.Swap!.Used);
        return result;
    }
}
