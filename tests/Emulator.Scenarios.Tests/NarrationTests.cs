using System.Text.RegularExpressions;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Functions that a history names are those of the kernel: each stands in a table that was read off the sources.</summary>
public partial class NarrationTests
{
    private const string Proposal = " as proposed in December 2009";

    private static readonly string Table = Repository.PathOf("tests/Emulator.Scenarios.Tests/narrated-functions.txt");

    [Fact]
    public void Every_function_that_is_told_is_in_its_file_in_that_kernel_and_every_one_of_the_table_is_told()
    {
        string[] rows = [.. File.ReadLines(Table).Where(line => line.Length > 0 && line[0] != '#')];
        string[] known = [.. rows.Select(row => row.Split('#')[0].TrimEnd())], rare = [.. rows.Where(row => row.Contains("# rare: ", StringComparison.Ordinal)).Select(row => row.Split('#')[0].TrimEnd())];

        HashSet<string> told = [.. Histories().SelectMany(Sources).Where(source => source.Length > 0 && !source.EndsWith(Proposal, StringComparison.Ordinal)).Select(Row)];

        Assert.Equal(known.Length, known.Distinct().Count());
        Assert.Empty(told.Except(known));
        Assert.Empty(known.Except(told).Except(rare));
    }

    [Fact]
    public void A_kernel_is_never_told_to_call_what_it_does_not_have()
    {
        foreach (History history in Histories())
        {
            string[] sources = [.. Sources(history)];
            string version = history.Way == "fixed" ? "2.6.22|2.6.32|6.1" : Regex.Escape(history.Kernel);
            // What is done in this kernel's way is told of this kernel, and what it never did of the kernel that did, or of the proposal.
            Assert.All(sources, source => Assert.Matches($@"\A\z|, v({version})\z|{Proposal}\z", source));
            Assert.Equal(history.Way == "staged", sources.Any(source => source.EndsWith(Proposal, StringComparison.Ordinal)));
            if (history.Kernel == "2.6.32")
                Assert.DoesNotContain(sources, source => source.Contains("p4d", StringComparison.Ordinal) || source.Contains("folio", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("mm/mremap.c", "move_ptes(), mm/mremap.c, v6.1", "v6.1 mm/mremap.c move_ptes")]
    [InlineData("in", "move_pte() in move_ptes(), mm/mremap.c, v2.6.32", "v2.6.32 mm/mremap.c move_ptes move_pte")]
    [InlineData("with", "get_arg_page() with get_user_pages(), fs/exec.c, v2.6.32", "v2.6.32 fs/exec.c get_arg_page get_user_pages")]
    public void Sources_are_read_as_they_are_meant(string _, string source, string row) => Assert.Equal(row, Row(source));

    /// <summary>A source as a row of the table.</summary>
    private static string Row(string source)
    {
        Match read = Shape().Match(source);
        Assert.True(read.Success, $"\"{source}\" should be: function, file, version");
        (string first, string second) = (read.Groups["first"].Value, read.Groups["second"].Value);
        string function = read.Groups["how"].Value == "in" ? second : first, called = read.Groups["how"].Value == "in" ? first : second;
        return $"{read.Groups["version"].Value} {read.Groups["file"].Value} {function} {called}".TrimEnd();
    }

    private static IEnumerable<string> Sources(History history)
    {
        Narrator narrator = new(history);
        Moment moment = history.At(0);
        while (moment.Position < history.Count)
        {
            yield return narrator.Choose(moment).Source;
            moment.TryForward();
        }
    }

    private static IEnumerable<History> Histories()
    {
        const int Strings = 6;
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
            {
                foreach (string mmu in architecture.Mmus(kernel))
                {
                    foreach (bool shallow in (bool[])[false, true])
                    {
                        MachineOptions options = new() { Kernel = kernel, Mmu = mmu, ShallowAddressSpaces = shallow, MemoryBytes = 64 << 20 };
                        foreach (UserAbi abi in architecture.Abis)
                        {
                            foreach (string way in ExecWays.Names)
                                yield return Run(architecture, options, abi, way, Strings);
                        }
                    }
                }
            }
        }
        Architecture amd64 = Recorded.Registry.Find("amd64")!;
        UserAbi i386 = amd64.Abis.Single(abi => abi.Name == "i386");
        foreach (string kernel in amd64.Kernels)
        {
            MachineOptions options = new() { Kernel = kernel, MemoryBytes = 64 << 20 }, watched = options with { TracksPages = true, SwapBytes = 1 << 20 };
            if (kernel == "6.1")
                yield return Run(amd64, options with { Mmu = "la57" }, amd64.Abis[0], "in-place", 1100);      // page tables are re-hung
            yield return Run(amd64, options with { MemoryBytes = 1 << 20, SwapBytes = 4 << 20, OtherTaskBytes = [256 << 10] }, i386, "in-place", 400);
            yield return Run(amd64, options with { MemoryBytes = 1 << 20, OtherTaskBytes = [256 << 10] }, i386, "in-place", 400);
            foreach (string way in ExecWays.Names)
                yield return Run(amd64, options with { MemoryBytes = 1 << 16 }, i386, way, 25);
            foreach ((ExecPointKind begin, ExecPointKind end) in new[] { (ExecPointKind.Copied, ExecPointKind.SetupOut), (ExecPointKind.SetupIn, ExecPointKind.Extended), (ExecPointKind.Extended, ExecPointKind.Start), (ExecPointKind.SetupOut, ExecPointKind.Start) })
            {
                yield return Run(amd64, watched, i386, "in-place", 2, new Intervention(InterventionKind.Unmap, 0, new(begin)), new Intervention(InterventionKind.Look, 0, new(end)), new Intervention(InterventionKind.Remap, 0, new(end)),
                    new Intervention(InterventionKind.Reclaim, 2, new(end)));
            }
        }
        // A program that asks for an executable stack, and one that asks for none: entries are rewritten where the caller's stack is otherwise.
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
                yield return Run(architecture, new MachineOptions { Kernel = kernel, MemoryBytes = 64 << 20, Personality = Personality.ReadImpliesExec, TracksPages = true }, architecture.Abis[0], "in-place", Strings);
        }
    }

    private static History Run(Architecture architecture, MachineOptions options, UserAbi abi, string way, int pages, params Intervention[] interventions)
    {
        Recorder recorder = new();
        using Machine machine = architecture.CreateMachine(options, recorder);
        int pageBytes = machine.Kernel.Profile.PageBytes;
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        machine.Execute(new ExecRequest
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = ["program"u8.ToArray(), .. Enumerable.Range(0, pages).Select(_ => Enumerable.Repeat((byte)'x', pageBytes - 1).ToArray())],
            Files = files,
            Personality = options.Personality,
            StackLimitBytes = 64 << 20,
            Interventions = [.. interventions],
        }, way);
        return new History(way, machine, recorder.Events);
    }

    [GeneratedRegex(@"\A(?<first>\w+)\(\)( (?<how>in|with) (?<second>\w+)\(\))?, (?<file>[\w/.-]+\.[ch]), (?<version>v[\d.]+)\z")]
    private static partial Regex Shape();
}
