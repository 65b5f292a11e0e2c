using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Arguments that need more addresses than there are below the program's STACK_TOP (CVE-2010-3858), with a low STACK_TOP.</summary>
public class StackRoomTests
{
    private const int TopPages = 64;

    public static TheoryData<string, string, string> Userlands()
    {
        TheoryData<string, string, string> userlands = [];
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
            {
                foreach (UserAbi abi in architecture.Abis)
                    userlands.Add(architecture.Name, kernel, abi.Name);
            }
        }
        return userlands;
    }

    [Theory]
    [MemberData(nameof(Userlands))]
    public void In_place_stops_an_old_kernel_and_fails_in_a_later_one(string architecture, string kernel, string abi)
    {
        for (int pages = TopPages - 4; pages <= TopPages + 4; pages++)
        {
            ExecResult result = Run(architecture, kernel, abi, "in-place", pages);

            long size = result.Stages[0].AnonymousPages;        // vm_end - vm_start, in pages
            bool checks = kernel == "6.1";                      // 1b528181b2ff ("setup_arg_pages: diagnose excessive argument size") (in v2.6.36)
            // v2.6.32: BUG_ON(new_start > new_end), which wraps when the area is longer than its new end is high.
            Assert.Equal(!checks && size > TopPages, result.Bug is not null);
            // v6.1: -ENOMEM when vm_end - vm_start >= stack_top - mmap_min_addr, and mmap_min_addr is 4096.
            ulong page = (ulong)Recorded.Registry.Find(architecture)!.Profile(new MachineOptions { Kernel = kernel }).PageBytes;
            Assert.Equal(checks && (ulong)size * page >= TopPages * page - 4096, result.Reason?.Contains("do not fit below", StringComparison.Ordinal) == true);
            if (result.Bug is { } bug)
            {
                Assert.Equal(("shift_arg_pages()", "fs/exec.c", "new_start > new_end"), (bug.Function, bug.File, bug.Condition));
                Assert.Equal(("BUG", Errno.None, Signal.None), (result.Outcome, result.Error, result.Killed));
                Assert.False(result.Succeeded);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Userlands))]
    public void Staged_knows_the_size_before_it_places_anything(string architecture, string kernel, string abi)
    {
        for (int pages = TopPages - 4; pages <= TopPages + 4; pages++)
        {
            ExecResult result = Run(architecture, kernel, abi, "staged", pages);

            Assert.Null(result.Bug);
            if (result.Stages[0].WaitingPages > TopPages)
                Assert.Equal((Errno.ENOMEM, kernel == "6.1" ? Signal.SIGSEGV : Signal.SIGKILL), (result.Error, result.Killed));
        }
    }

    private static ExecResult Run(string architectureName, string kernel, string abiName, string way, int pages)
    {
        Architecture architecture = Recorded.Registry.Find(architectureName)!;
        UserAbi abi = architecture.Abis.Single(candidate => candidate.Name == abiName);
        MachineOptions options = new() { Kernel = kernel, MemoryBytes = 64 << 20 };
        int pageBytes = architecture.Profile(options).PageBytes;
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        using Machine machine = architecture.CreateMachine(options with { StackTop = (ulong)(TopPages * pageBytes) }, null);
        FrameBooks books = new(machine.Kernel.Frames);
        ExecRequest request = new()
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)'x', pageBytes - 1).ToArray(), pages)],
            Files = files,
            StackLimitBytes = ulong.MaxValue,
        };

        ExecResult result = machine.Execute(request, way);

        result.Started?.Space.Destroy();
        machine.Kernel.PageCache.Drop();
        books.AssertBalanced($"{way} with {pages} pages: {result.Outcome} {result.Reason}");
        return result;
    }
}
