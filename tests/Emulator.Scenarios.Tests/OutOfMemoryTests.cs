using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Every allocation of an execve fails once.</summary>
public class OutOfMemoryTests
{
    public static TheoryData<string, string, string, string, int> Cases()
    {
        TheoryData<string, string, string, string, int> cases = [];
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
            {
                foreach (UserAbi abi in architecture.Abis)
                {
                    foreach (string way in ExecWays.Names)
                    {
                        cases.Add(architecture.Name, kernel, abi.Name, way, 1);
                        cases.Add(architecture.Name, kernel, abi.Name, way, way == "fixed" ? 30 : 35);
                    }
                }
            }
        }
        cases.Add("s390", "2.6.32", "s390", "staged", 600);
        cases.Add("s390", "2.6.32", "s390", "in-place", 600);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Running_out_of_frames_anywhere_is_an_error_or_a_kill_and_loses_nothing(string architectureName, string kernel, string abiName, string way, int pages)
    {
        Architecture architecture = Recorded.Registry.Find(architectureName)!;
        UserAbi abi = architecture.Abis.Single(candidate => candidate.Name == abiName);
        MachineOptions options = new() { Kernel = kernel, MemoryBytes = 64 << 20 };
        int pageBytes = architecture.Profile(options).PageBytes;
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.WithInterpreter(abi, "/ld").Build()).Add("/ld", GuestPrograms.PositionIndependent(abi).Build());
        ExecRequest request = new()
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)'x', pageBytes - 1).ToArray(), pages)],
            Environment = ["A=b"u8.ToArray()],
            Files = files,
            StackLimitBytes = 64 << 20,
        };
        using Machine machine = architecture.CreateMachine(options, null);
        FrameBooks books = new(machine.Kernel.Frames);
        // Every page of 600 is like the next one: the first and the last failures, and some between.
        CallerSpace caller = new(machine);
        FrameBooks withCaller = new(machine.Kernel.Frames);
        for (int nth = 1; ; nth += pages > 100 && nth is > 50 and < 580 ? 37 : 1)
        {
            machine.Kernel.Frames.FailAt(nth);

            ExecResult result = machine.Execute(request, way);

            bool done = result.Succeeded;
            bool struck = done || machine.Kernel.Frames.Requests >= nth;
            machine.Kernel.Frames.FailAt(long.MaxValue / 2);
            Assert.True(struck && (done || nth < 2 * pages + 200), $"still failing at allocation {nth}: {result.Error} {result.Reason}");
            if (nth % 8 == 0 || done)
                caller.AssertUntouched();
            if (done)
                result.Started!.Space.Destroy();
            else
                Assert.True(result.Error is Errno.ENOMEM or Errno.E2BIG || result.Killed != Signal.None, $"allocation {nth}: {result.Error} {result.Killed} {result.Reason}");
            machine.Kernel.PageCache.Drop();
            withCaller.AssertBalanced($"failure of allocation {nth} ({result.Reason})");
            Assert.Equal(0, files.OpenCount);
            if (done)
            {
                Assert.True(nth > pages, "no allocation failed on the way");
                caller.Destroy();
                books.AssertBalanced("the caller's end");
                return;
            }
        }
    }
}
