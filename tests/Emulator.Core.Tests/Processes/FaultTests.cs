using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Tests.Kernel;
using Xunit;
using Register = Emulator.Core.Tests.Processes.ToyProgram.Register;

namespace Emulator.Core.Tests.Processes;

/// <summary>Memory as a program sees it, and programs that do what they should not.</summary>
public class FaultTests
{
    public static TheoryData<string> Eras { get; } = [.. TestKernel.Eras.Select(era => era.Version)];

    [Theory]
    [MemberData(nameof(Eras))]
    public void Memory_is_mapped_protected_moved_and_taken_away(string era)
    {
        using ToyMachine machine = World.New(era);
        ToyProgram program = World.Program().Action("action", "handler").Call("rt_sigaction", 11, "action", 0, 8)
            .Call("mmap", 0, 8192, 3, 0x22, -1, 0).Set(8, new Register(0))
            .Set(1, 5).Store(1, 8).Load(0, 8).Expect(5).Load(0, 8, 4096).Expect(0)
            .Call("mprotect", new Register(8), 4096, 1).Expect(0)
            .Load(0, 8).Expect(5, "still readable")
            .Set(7, "after first").Store(1, 8).Exit(1)
            .Label("after first")
            .Call("mremap", new Register(8), 8192, 65536, 1).Expect(Errno.EFAULT, "two areas").Call("mremap", new Register(8), 4096, 65536, 1).Set(8, new Register(0)).Load(0, 8).Expect(5, "moved")
            .Call("munmap", new Register(8), 65536).Expect(0)
            .Set(7, "after second").Load(0, 8).Exit(2)
            .Label("after second").Call("brk", 0).Set(9, new Register(0)).AddNumber(6, 9, 8192).Call("brk", new Register(6)).Subtract(0, 0, 9).Expect(8192)
            .Set(1, 3).Store(1, 9, 8000).Load(0, 9, 8000).Expect(3)
            .Exit(0)
            // Handlers here do not return: they go on where register 7 says, with the signal let through again.
            .Label("handler").Store(7, 15, 136).Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_mapped_file_and_its_descriptor_see_the_same_bytes()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("path", "/tmp/file").Data("text", "abcdefgh").Room("buffer", 8)
            .Call("open", "path", 0x42, 0x1b6).Call("write", 3, "text", 8)
            .Call("mmap", 0, 4096, 3, 1, 3, 0).Set(8, new Register(0))
            .Load(0, 8, 0, 1).Expect('a')
            .Set(1, 'X').Store(1, 8, 0, 1).Call("pread64", 3, "buffer", 8, 0).Expect(8).LoadFrom(0, "buffer", 1).Expect('X', "stores are read")
            .Call("pwrite64", 3, "path", 1, 1).Load(0, 8, 1, 1).Expect('/', "writes are loaded")
            .Call("mmap", 0, 4096, 3, 2, 3, 0).Set(9, new Register(0)).Set(1, 'P').Store(1, 9, 0, 1).Load(0, 8, 0, 1).Expect('X', "private stores are not")
            .Call("ftruncate", 3, 0).Call("pread64", 3, "buffer", 8, 0).Expect(0)
            .Call("mmap", 0, 4096, 3, 1, 99, 0).Expect(Errno.EBADF)
            .Call("mmap", 0, 0, 3, 2, 3, 0).Expect(Errno.EINVAL)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Memory_behind_the_end_of_a_file_is_a_bus_error()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("path", "/tmp/file").Call("open", "path", 0x42, 0x1b6).Call("write", 3, "path", 4)
            .Call("mmap", 0, 8192, 1, 2, 3, 0).Set(8, new Register(0)).Load(0, 8, 100).Expect(0).Load(0, 8, 4096).Exit(1);

        Assert.Equal(128 + 7, machine.Run(program));
        Assert.Contains("--- SIGBUS {si_signo=SIGBUS, si_code=BUS_ADRERR, si_addr=0x", machine.Strace);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void A_stack_grows_until_its_limit(string era)
    {
        using ToyMachine machine = World.New(era);
        ToyProgram program = World.Program().Set(9, 0).Label("deeper").AddNumber(15, 15, -4096).Store(9, 15).AddNumber(9, 9, 1).IfUnequal(9, 1000, "deeper").Exit(1);

        Assert.Equal(139, machine.Run(program));
        Assert.InRange(machine.System.PageFaults, 240, 270);        // 1 MiB of stack
    }

    [Fact]
    public void Bad_programs_get_the_signal_that_Linux_sends()
    {
        (string Name, ToyProgram Program, int Code)[] programs =
        [
            ("jump to nowhere", World.Program().Jump("there").Data("there", "x"), 139),     // data is not executable
            ("a null pointer", World.Program().Set(1, 0).Load(0, 1), 139),
            ("writing to text", World.Program().Set(1, (int)ToyProgram.CodeAt).Store(1, 1), 139),
            ("an illegal instruction", World.Program().Illegal(), 132),
            ("a division by zero", World.Program().Divide(), 136),
            ("above the task size", World.Program().Set(1, 0x10000000).Load(0, 1), 139),
        ];
        foreach ((string name, ToyProgram program, int code) in programs)
        {
            using ToyMachine machine = World.New();
            Assert.True(machine.Run(program) == code, name);
        }
    }

    [Fact]
    public void An_illegal_instruction_is_told_to_whoever_asked()
    {
        List<ulong> told = [];
        using ToyMachine machine = World.New("2.6.32", with: options => options with { IllegalInstruction = (_, stop) => told.Add(stop.Pc) });

        Assert.Equal(132, machine.Run(World.Program().Set(1, 1).Illegal()));
        Assert.Equal([ToyProgram.CodeAt + 8], told);
    }

    [Fact]
    public void A_program_that_changes_its_own_code_runs_what_it_wrote()
    {
        using ToyMachine machine = World.New();
        // The instruction at "patch" becomes the one at "donor": a kernel copy changes code, too.
        ToyProgram program = World.Program().Room("fds", 8)
            .Call("mprotect", (int)ToyProgram.CodeAt, 4096, 7).Expect(0)
            .CallLabel("patch").Set(0, new Register(9)).Expect(1)
            .Set(1, "donor").Load(2, 1).Set(1, "patch").Store(2, 1)
            .CallLabel("patch").Set(0, new Register(9)).Expect(2, "own store")
            .Call("pipe", "fds").Call("write", 4, "third", 8).Call("read", 3, "patch", 8).Expect(8)
            .CallLabel("patch").Set(0, new Register(9)).Expect(3, "store of the kernel")
            .Exit(0)
            .Label("patch").Set(9, 1).Return()
            .Label("donor").Set(9, 2)
            .Label("third").Set(9, 3);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_huge_mapping_is_refused_and_a_large_one_costs_nothing_until_it_is_used()
    {
        using ToyMachine machine = World.New();
        long before = machine.Frames.FreeFrames;
        ToyProgram program = World.Program()
            .Call("mmap", 0, 64 << 20, 3, 0x22, -1, 0).Expect(Errno.ENOMEM, "more than there is")
            .Call("mmap", 0, 64 << 20, 3, 0x4022, -1, 0).Set(8, new Register(0)).Set(1, 1).Store(1, 8)
            .Call("munmap", new Register(8), 64 << 20).Expect(0)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.True(before > 0);
    }

    [Fact]
    public void When_memory_runs_out_the_largest_process_is_killed()
    {
        List<int> killed = [];
        using ToyMachine machine = World.New("2.6.32", memoryBytes: 4 << 20, with: options => options with { OutOfMemory = group => killed.Add(group.Id) });
        ToyProgram program = World.Program().Room("status", 8)
            .Call("fork").IfEqual(0, 0, "child")
            .Call("wait4", -1, "status", 0, 0).LoadFrom(0, "status", 4).Expect(9, "killed").Print("alive").Exit(0)
            .Label("child").Call("mmap", 0, 16 << 20, 3, 0x4022, -1, 0).Set(8, new Register(0))
            .Label("more").Store(8, 8).AddNumber(8, 8, 4096).Jump("more");

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("alive", machine.Output.Written);
        Assert.Equal([1001], killed);
    }

    [Fact]
    public void Every_pointer_that_a_call_is_given_may_be_bad()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("path", "/tmp").Room("buffer", 256);
        string[] calls =
        [
            "stat", "uname", "sysinfo", "pipe", "getcwd", "times", "gettimeofday", "wait4", "nanosleep", "rt_sigaction", "rt_sigprocmask", "sigaltstack", "getrlimit", "setrlimit", "poll", "select",
            "readv", "writev", "getdents64", "readlink", "execve", "setitimer", "getrandom", "rt_sigtimedwait", "rt_sigsuspend", "prlimit64", "sendfile", "access", "mkdir", "rename", "symlink",
            "statx", "utimensat", "clock_gettime", "getrusage", "rt_sigqueueinfo", "fcntl", "futex", "mremap", "madvise", "msync", "munmap", "mprotect", "memfd_create",
        ];
        ulong[] values = [1, 8, ToyProgram.CodeAt, 0x7fffffff, unchecked((ulong)-1), 0, 64, unchecked((ulong)-4096)];
        int seed = 1;
        foreach (string call in calls)
        {
            for (int i = 0; i < 12; i++)
            {
                object[] arguments = new object[6];
                for (int a = 0; a < arguments.Length; a++)
                    arguments[a] = (long)values[(seed = seed * 1103515245 + 12345 & int.MaxValue) / 65536 % values.Length];
                if (call is "munmap" or "mprotect" or "mremap" or "madvise")
                    arguments[0] = 0x9000000L;      // not its own code
                if (call is "select" or "poll" or "futex" or "rt_sigsuspend" or "rt_sigtimedwait")
                    arguments[call == "poll" ? 2 : call == "futex" ? 1 : 0] = call == "futex" ? 1 : 0;     // do not wait for ever
                program.Call(call, arguments);
            }
        }
        program.Exit(0);

        machine.Add("/program", program);
        machine.Start("/program");
        machine.System.Run(1_000_000);      // it may have ended itself, waited or gone on: nothing broke
        machine.System.Dispose();
        machine.AssertBalanced();
    }
}
