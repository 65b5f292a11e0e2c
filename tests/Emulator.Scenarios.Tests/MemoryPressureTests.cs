using System.Collections.Immutable;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Executions on machines that are too small: who goes to swap, who is killed, and that the program cannot tell.</summary>
public class MemoryPressureTests
{
    [Fact]
    public void With_enough_swap_a_program_sees_in_place_what_it_sees_on_a_large_machine() => SeededRuns.Run(40, random =>
    {
        (Architecture architecture, MachineOptions options, UserAbi abi) = AnyMachine(random);
        int page = architecture.Profile(options).PageBytes, arguments = random.Next(40, 400);
        ExecResult roomy, tight;
        using (Machine machine = architecture.CreateMachine(options with { MemoryBytes = 256 << 20 }, null))
            roomy = Run(machine, abi, "in-place", arguments, page);
        // Less memory than pages of arguments, and more than page tables, the file's pages and one round of reclaim need.
        ulong memory = (ulong)(page * (arguments * random.Next(40, 90) / 100 + 60));
        MachineOptions small = options with { MemoryBytes = memory, SwapBytes = (ulong)(page * (arguments + 40)) };
        using Machine little = architecture.CreateMachine(small, null);
        FrameBooks books = new(little.Kernel.Frames);

        tight = Run(little, abi, "in-place", arguments, page);

        // While the area is at the new place and its entries at the old one, reclaim finds none of these pages; if a page table is needed just then, the task is killed.
        if (tight.Killed == Signal.SIGKILL && tight.Stages[^1].Name == ExecStageName.SetupIn && tight.Reason!.StartsWith("setup_arg_pages()", StringComparison.Ordinal))
            return;
        Assert.True(roomy.Succeeded && tight.Succeeded, $"{abi.Name} {options.Kernel} {arguments} pages in {memory} bytes: {roomy.Reason} {tight.Reason}");
        IReadOnlyList<string> differences = UserViews.Differences(roomy.User!, tight.User!);
        Assert.True(differences.Count == 0, string.Join("; ", differences));
        Assert.Equal(roomy.ArgumentPages, tight.ArgumentPages);
        Assert.Equal(tight.Pressure!.SwappedOut - tight.Pressure.SwappedIn, tight.Started!.Space.SwappedPages);
        Assert.Equal(little.Kernel.Pressure!.Swap!.Used, tight.Started.Space.SwappedPages);
        tight.Started.Space.Destroy();
        little.Kernel.PageCache.Drop();
        books.AssertBalanced("the end");
        Assert.Equal(0, little.Kernel.Pressure.Swap.Used);
    });

    [Fact]
    public void Whatever_runs_out_and_whoever_is_killed_nothing_is_lost() => SeededRuns.Run(60, random =>
    {
        (Architecture architecture, MachineOptions options, UserAbi abi) = AnyMachine(random);
        int page = architecture.Profile(options).PageBytes;
        long frames = random.Next(80, 400);
        ImmutableArray<long> others = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(1, (int)frames / 6))];
        options = options with
        {
            MemoryBytes = (ulong)(frames * page),
            SwapBytes = (ulong)(random.Next(0, 300) * page),
            OtherTaskBytes = [.. others.Select(pages => (ulong)(pages * page))],
            TracksPages = true,
        };
        string way = random.Pick(ExecWays.Names);
        using Machine machine = architecture.CreateMachine(options, null);
        MemoryPressure pressure = machine.Kernel.Pressure!;

        ExecResult result = Run(machine, abi, way, random.Next(1, 500), page);

        result.Started?.Space.Destroy();
        machine.Kernel.PageCache.Drop();
        // What is left are the kernel's own page and those of tasks that live, in memory or on swap.
        long resident = pressure.OtherTasks.Sum(task => task.ResidentPages), swapped = pressure.OtherTasks.Sum(task => task.SwappedPages);
        Assert.Equal(frames - 1, machine.Kernel.Frames.FreeFrames + resident + 1);
        Assert.Equal(swapped, pressure.Swap?.Used ?? 0);
        Assert.All(pressure.OtherTasks, task => Assert.Equal(task.IsKilled ? 0 : task.TotalPages, task.ResidentPages + task.SwappedPages));
        Assert.Equal(pressure.OtherTasks.Count(task => task.IsKilled) + (pressure.CallerIsKilled ? 1 : 0), pressure.Kills.Count);
        Assert.Equal(pressure.CallerIsKilled, result.Killed == Signal.SIGKILL && result.Pressure!.Kills.Any(kill => kill.Task == 0));
        Assert.True(result.Succeeded || result.Error.Failed(), $"{way}: neither started nor refused");
    });

    [Fact]
    public void Pages_in_a_list_never_go_to_swap_and_pages_in_a_tree_do()
    {
        ExecResult inPlace = OnSmallAmd64("in-place", KernelEra.V2_6_32, swapPages: 1000), staged = OnSmallAmd64("staged", KernelEra.V2_6_32, swapPages: 1000);

        Assert.True(inPlace.Succeeded && inPlace.Pressure!.SwappedOut > 0, inPlace.Reason);
        Assert.Equal(0, inPlace.Pressure.SwappedOut % MemoryPressure.PagesAtOnce);
        Assert.Equal((Errno.ENOMEM, Signal.SIGKILL, 0L), (staged.Error, staged.Killed, staged.Pressure!.SwappedOut));
    }

    [Theory]
    [InlineData("in-place")]
    [InlineData("staged")]
    public void The_old_killer_sees_nothing_of_arguments_and_kills_everybody_else_first(string way)
    {
        ExecResult result = OnSmallAmd64(way, KernelEra.V2_6_32, 0, 100, 200, 50);

        // badness() is the size of the address space: that of the calling task does not grow while it copies.
        Assert.Equal([(2, 200L, 0L, 200L), (1, 100, 0, 100), (3, 50, 0, 50), (0, 0, 0, 0)], result.Pressure!.Kills.Select(kill => (kill.Task, kill.Points, kill.CallerPoints, kill.FreedPages)));
        Assert.Equal(Signal.SIGKILL, result.Killed);
    }

    [Theory]
    [InlineData("in-place")]
    [InlineData("staged")]
    public void The_later_killer_sees_them_and_kills_who_has_them(string way)
    {
        ExecResult result = OnSmallAmd64(way, KernelEra.V6_1, 0, 100, 200, 50);

        OomKill kill = Assert.Single(result.Pressure!.Kills);
        Assert.Equal(0, kill.Task);
        Assert.InRange(kill.Points, 201, 1024 - 350);      // acct_arg_size(): what it has copied until memory ran out
        Assert.Equal(Signal.SIGKILL, result.Killed);
    }

    [Theory]
    [InlineData("2.6.32", "in-place", 0, 300, 300)]     // total_vm of the new address space, once it is the task's own
    [InlineData("2.6.32", "staged", 0, 0, 300)]         // in the list they are in no address space at all
    [InlineData("6.1", "in-place", 300, 300, 300)]
    [InlineData("6.1", "staged", 300, 0, 300)]          // acct_arg_size(bprm, 0) comes before exec_mmap(), insertion after it
    public void What_is_held_against_the_calling_task_at_each_stage(string kernel, string way, int copied, int setupIn, int setupOut)
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = kernel, MemoryBytes = 64 << 20 }, null);

        ExecResult result = Run(machine, architecture.Abis[0], way, 299, 4096);

        Assert.Equal(300, result.ArgumentPages);
        long Points(ExecStageName name) => result.Stages.Single(stage => stage.Name == name).OomPoints;
        Assert.Equal(copied, Points(ExecStageName.Copied));
        // v6.1 adds what page tables take: pte, pmd and pud of the stack, if there are any.
        Assert.InRange(Points(ExecStageName.SetupIn) - setupIn, 0, 3);
        Assert.InRange(Points(ExecStageName.SetupOut) - setupOut, 0, kernel == "6.1" ? 3 : 20);     // v2.6.32: 20 pages of room belong to the area
    }

    [Fact]
    public void Other_tasks_that_leave_no_memory_are_our_callers_mistake()
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;

        Assert.Contains("leave none", Assert.Throws<NotSupportedException>(() => architecture.CreateMachine(new MachineOptions { MemoryBytes = 1 << 20, OtherTaskBytes = [1 << 20] }, null)).Message, StringComparison.Ordinal);
        Assert.Contains("multiple of 4096", Assert.Throws<NotSupportedException>(() => architecture.CreateMachine(new MachineOptions { SwapBytes = 5000 }, null)).Message, StringComparison.Ordinal);
        Assert.Contains("without an MMU", Assert.Throws<NotSupportedException>(() => architecture.CreateMachine(new MachineOptions { Mmu = "none", SwapBytes = 4096 }, null)).Message, StringComparison.Ordinal);
    }

    private static ExecResult OnSmallAmd64(string way, KernelEra era, int swapPages, params long[] otherPages)
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        using Machine machine = architecture.CreateMachine(new MachineOptions
        {
            Kernel = era.Version,
            MemoryBytes = 4 << 20,
            SwapBytes = (ulong)swapPages * 4096,
            OtherTaskBytes = [.. otherPages.Select(pages => (ulong)pages * 4096)],
            TracksPages = true,
        }, null);
        ExecResult result = Run(machine, architecture.Abis[0], way, 1200, 4096);
        result.Started?.Space.Destroy();
        return result;
    }

    private static ExecResult Run(Machine machine, UserAbi abi, string way, int pages, int pageBytes)
    {
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        return machine.Execute(new ExecRequest
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Range(0, pages).Select(i => Enumerable.Repeat((byte)('a' + i % 26), pageBytes - 1).ToArray())],
            Files = files,
            StackLimitBytes = ulong.MaxValue,
        }, way);
    }

    private static (Architecture Architecture, MachineOptions Options, UserAbi Abi) AnyMachine(Random random)
    {
        Architecture architecture = random.Pick(Recorded.Registry.Architectures);
        string kernel = random.Pick(architecture.Kernels);
        return (architecture, new MachineOptions { Kernel = kernel, Mmu = random.Pick(architecture.Mmus(kernel)) }, random.Pick(architecture.Abis));
    }
}
