using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Programs with interpreters, programs without a place, and programs made of nonsense.</summary>
public class LoaderTests
{
    [Fact]
    public void An_interpreter_is_entered_and_told_where_the_program_is() => ForEveryUserland((architecture, options, abi) =>
    {
        foreach (bool fixedInterpreter in (bool[])[false, true])
        {
            ElfBuilder loader = fixedInterpreter
                ? GuestPrograms.Static(abi) with { Headers = [ProgramHeader.Code with { Address = 0x2000000 }, ProgramHeader.Data with { Address = 0x2010200 }] }
                : GuestPrograms.PositionIndependent(abi);
            ElfBuilder program = (GuestPrograms.WithInterpreter(abi, "/ld") with { Entry = 0x400100 });
            GuestFiles files = new GuestFiles().Add("/p", program.Build()).Add("/ld", (loader with { Entry = loader.Headers[0].Address + 0x123 }).Build());
            using Machine machine = architecture.CreateMachine(options, null);

            ExecResult result = machine.Execute(Request(files, "/p"), "in-place");

            Assert.True(result.Succeeded, $"{options.Kernel} {abi.Name}: {result.Error} {result.Reason}");
            StartStackReader stack = new(machine, result.Started!);
            ulong Aux(int type) => stack.Auxv.Single(entry => entry.Type == type).Value;
            Assert.Equal(0x400100ul, Aux(9));                               // AT_ENTRY
            Assert.Equal(0x400000ul + (ulong)program.ElfHeaderBytes, Aux(3));    // AT_PHDR
            Assert.Equal((ulong)program.Headers.Count, Aux(5));
            Assert.Equal(fixedInterpreter ? 0 : Aux(7), Aux(7));            // AT_BASE
            // Where entry points are function descriptors, the kernel reads one: here zeros, so the code begins where the interpreter does.
            bool descriptor = architecture.Profile(options).Abi(abi.Name)!.EntryIsDescriptor;
            Assert.Equal(descriptor ? Aux(7) : Aux(7) + loader.Headers[0].Address + 0x123, result.User!.ProgramCounter);
            // A page that execve itself did not touch can still be read: the file is open as long as it is mapped.
            AddressSpace space = result.Started!.Space;
            byte[] head = new byte[4];
            Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(Aux(7) + loader.Headers[0].Address), head));
            Assert.Equal("\u007fELF"u8, head);
            Assert.Equal(1, files.OpenCount);
            space.Destroy();
            Assert.Equal(0, files.OpenCount);
        }
    });

    [Fact]
    public void Interpreters_that_cannot_be_are_refused_before_the_point_of_no_return() => ForEveryUserland((architecture, options, abi) =>
    {
        UserAbi other = architecture.Abis.Concat(Recorded.Registry.Architectures.SelectMany(stranger => stranger.Abis)).First(candidate => candidate != abi);
        (ProgramHeader Header, byte[] Loader, Errno Expected)[] wrong =
        [
            (ProgramHeader.Interpreter("/nowhere"), [], Errno.ENOENT),
            (ProgramHeader.Interpreter("/ld"), [], Errno.EIO),
            (ProgramHeader.Interpreter("/ld"), new byte[100], Errno.ELIBBAD),
            (ProgramHeader.Interpreter("/ld"), GuestPrograms.PositionIndependent(other).Build(), Errno.ELIBBAD),
            (ProgramHeader.Interpreter("/ld") with { Content = "/ld"u8.ToArray() }, [], Errno.ENOEXEC),
            (ProgramHeader.Interpreter("/ld") with { Content = "x"u8.ToArray() }, [], Errno.ENOEXEC),
            (ProgramHeader.Interpreter("/ld") with { Content = new byte[5000] }, [], Errno.ENOEXEC),
            (ProgramHeader.Interpreter("/ld") with { Offset = 0x70000000, Content = default, FileBytes = 4 }, [], Errno.EIO),
        ];
        foreach ((ProgramHeader header, byte[] loader, Errno expected) in wrong)
        {
            GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Add(header).Build()).Add("/ld", loader);
            using Machine machine = architecture.CreateMachine(options, null);

            ExecResult result = machine.Execute(Request(files, "/p"), "staged");

            Assert.Equal((expected, Signal.None), (result.Error, result.Killed));
            Assert.Equal(0, files.OpenCount);
        }
    });

    [Fact]
    public void Nonsense_in_program_headers_is_refused_or_run_the_same_in_every_way() => SeededRuns.Run(250, random =>
    {
        Architecture architecture = random.Pick(Recorded.Registry.Architectures);
        UserAbi abi = random.Pick(architecture.Abis);
        string kernel = random.Pick(architecture.Kernels);
        MachineOptions options = new() { Kernel = kernel, Mmu = random.Pick(architecture.Mmus(kernel)), MemoryBytes = 64 << 20 };
        KernelProfile profile = architecture.Profile(options);
        ElfBuilder builder = random.Chance(50) ? GuestPrograms.Static(abi) : GuestPrograms.PositionIndependent(abi);
        List<ProgramHeader> headers = [.. builder.Headers];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(headers.Count);
            headers[at] = Twist(random, headers[at], profile.Abi(abi.Name)!, abi);
        }
        GuestFiles files = new GuestFiles().Add("/p", (builder with { Headers = headers, Entry = random.Chance(20) ? Address(random, profile.Abi(abi.Name)!, abi) : null }).Build());
        ExecRequest request = Request(files, "/p") with { Arguments = [.. Enumerable.Repeat(new byte[] { 65, 66, 67 }, random.Next(3000))], Seed = random.Chance(50) ? (ulong)random.NextInt64() : null };
        ExecResult? first = null;
        foreach (string way in (string[])["in-place", "staged"])
        {
            using Machine machine = architecture.CreateMachine(options, null);
            FrameBooks books = new(machine.Kernel.Frames);

            ExecResult result = machine.Execute(request, way);

            first ??= result;
            Assert.True(first.Error == result.Error && first.Killed == result.Killed, $"{first.Error} {first.Killed} {first.Reason}; {way}: {result.Error} {result.Killed} {result.Reason}");
            if (first.User is not null)
                Assert.Empty(UserViews.Differences(first.User, result.User!));
            result.Started?.Space.Destroy();
            machine.Kernel.PageCache.Drop();
            books.AssertBalanced($"{way}: {result.Error} {result.Reason}");
        }
    });

    [Fact]
    public void A_segment_over_the_top_of_the_stack_takes_the_strings_away_and_nothing_else()
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        MachineOptions options = new() { Kernel = "2.6.32", MemoryBytes = 64 << 20 };
        ulong top = architecture.Profile(options).Abis[0].Layout.StackTop;
        ElfBuilder program = GuestPrograms.Static(architecture.Abis[0]) with
        {
            Headers = [ProgramHeader.Code, ProgramHeader.Load(top - 4096, ElfNumbers.Read | ElfNumbers.Write, new byte[16]) with { Align = 4096 }],
        };
        GuestFiles files = new GuestFiles().Add("/p", program.Build());
        ExecRequest request = Request(files, "/p") with { Arguments = [new byte[] { 65 }], Environment = [[.. Enumerable.Repeat((byte)66, 6000)]] };
        UserView? first = null;
        foreach (string way in ExecWays.Names)
        {
            using Machine machine = architecture.CreateMachine(options, null);
            FrameBooks books = new(machine.Kernel.Frames);

            ExecResult result = machine.Execute(request, way);

            first ??= result.User;
            if (result.User is not null)
                Assert.Empty(UserViews.Differences(first!, result.User));
            result.Started?.Space.Destroy();
            machine.Kernel.PageCache.Drop();
            books.AssertBalanced(way);
        }
    }

    [Fact]
    public void A_stack_top_above_STACK_TOP_MAX_is_an_error_in_every_way()
    {
        Architecture architecture = Recorded.Registry.Find("s390")!;
        foreach (string way in ExecWays.Names)
        {
            MachineOptions options = new() { Kernel = "2.6.32", StackTopMax = (1UL << 42) - 4096, MemoryBytes = 64 << 20 };
            using Machine machine = architecture.CreateMachine(options, null);
            FrameBooks books = new(machine.Kernel.Frames);
            GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(architecture.Abis[0]).Build());

            ExecResult result = machine.Execute(Request(files, "/p") with { Arguments = [.. Enumerable.Repeat(new byte[3000], 3)] }, way);

            Assert.Equal((Errno.EFAULT, Signal.SIGKILL), (result.Error, result.Killed));
            machine.Kernel.PageCache.Drop();
            books.AssertBalanced(way);
        }
    }

    [Theory]
    [InlineData("2.6.32", Signal.SIGKILL)]      // expand_stack() by 20 pages fails after the point of no return
    [InlineData("6.1", Signal.None)]            // the room is clamped to the limit, and nothing else grows
    public void With_a_stack_limit_of_nothing_one_page_of_arguments_is_not_refused(string kernel, Signal killed)
    {
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string way in ExecWays.Names)
            {
                using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = kernel, MemoryBytes = 64 << 20 }, null);
                GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(architecture.Abis[0]).Build());

                ExecResult result = machine.Execute(Request(files, "/p") with { StackLimitBytes = 0 }, way);

                Assert.True(result.Killed == killed && result.Succeeded == (killed == Signal.None), $"{architecture.Name} {way}: {result.Error} {result.Killed} {result.Reason}");
            }
        }
    }

    private static ExecRequest Request(GuestFiles files, string path) =>
        new() { Program = files[path], FileName = path, Arguments = ["one"u8.ToArray(), "two"u8.ToArray()], Files = files };

    private static void ForEveryUserland(Action<Architecture, MachineOptions, UserAbi> test)
    {
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (string kernel in architecture.Kernels)
            {
                foreach (UserAbi abi in architecture.Abis)
                    test(architecture, new MachineOptions { Kernel = kernel, MemoryBytes = 64 << 20 }, abi);
            }
        }
    }

    /// <summary>An address where it hurts: near the ends of the space, the stack, the program, or anywhere.</summary>
    private static ulong Address(Random random, AbiProfile profile, UserAbi abi)
    {
        ulong address = random.Next(8) switch
        {
            0 => profile.Layout.StackTop - (ulong)random.Next(1, 40) * 4096,
            1 => profile.Layout.TaskSize - (ulong)random.Next(3) * 4096,
            2 => ulong.MaxValue - (ulong)random.Next(10_000),
            3 => (ulong)random.Next(3) * 4096,
            4 => 1UL << random.Next(64),
            5 => profile.Layout.MmapTop - (128UL << 20),
            _ => 0x400000 + (ulong)random.Next(0x20) * 0x800,
        };
        return abi.WordBytes == 4 ? (uint)address : address;
    }

    private static ProgramHeader Twist(Random random, ProgramHeader header, AbiProfile profile, UserAbi abi)
    {
        ulong Size() => random.Next(4) switch { 0 => (ulong)random.Next(20_000), 1 => Address(random, profile, abi), 2 => 0, _ => (ulong)random.Next(1 << 26) };
        return random.Next(7) switch
        {
            0 => header with { Address = Address(random, profile, abi), Offset = header.FromFileStart ? null : 0x200 },
            1 => header with { MemoryBytes = Size() },
            2 => header with { FileBytes = Size() },
            3 => header with { Offset = header.FromFileStart ? null : Size(), Content = default },
            4 => header with { Flags = (uint)random.Next(8) },
            5 => header with { Type = random.Pick([ElfNumbers.SegmentLoad, ElfNumbers.SegmentStack, ElfNumbers.SegmentInterpreter, ElfNumbers.SegmentNull]) },
            _ => header with { Align = random.Pick([0ul, 1ul, 3ul, 4096ul, 1ul << 21, 1ul << 31]), Offset = header.FromFileStart ? null : header.Address % 4096 },
        };
    }
}
