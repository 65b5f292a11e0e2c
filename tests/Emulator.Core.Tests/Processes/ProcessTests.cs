using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Tests.Kernel;
using Xunit;
using Register = Emulator.Core.Tests.Processes.ToyProgram.Register;

namespace Emulator.Core.Tests.Processes;

/// <summary>Programs that make others: fork, execve, threads, and how their ends are told.</summary>
public class ProcessTests
{
    private const int Vm = 0x100, ThreadFlags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x80000 | 0x100000 | 0x200000;

    public static TheoryData<string, string> Worlds { get; } = new(from era in TestKernel.Eras from abi in new[] { "wide", "narrow" } select (era.Version, abi));

    [Theory]
    [MemberData(nameof(Worlds))]
    public void A_child_has_its_own_memory_and_its_parent_learns_of_its_end(string era, string abi)
    {
        using ToyMachine machine = World.New(era);
        ToyProgram program = World.Program(abi).Room("status", 8).Room("shared", 8)
            .Call("fork").IfEqual(0, 0, "child")
            .Set(8, new Register(0))
            .Call("wait4", -1, "status", 0, 0).Subtract(0, 0, 8).Expect(0, "pid")
            .LoadFrom(0, "status", 4).Expect(42 << 8, "status")
            .LoadFrom(0, "shared", 4).Expect(0, "memory of its own")
            .Call("wait4", -1, "status", 0, 0).Expect(Errno.ECHILD)
            .Print("parent\n").Exit(0)
            .Label("child").Set(1, 5).StoreTo(1, "shared", 4).Call("getppid").Expect(1000).Print("child\n").Exit(42);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("child\nparent\n", machine.Output.Written);
    }

    // A lock that a return from the kernel breaks would never be taken by a program that is looked at after every instruction.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Who_looks_at_a_program_now_and_then_is_no_visit_of_the_kernel(long instructions)
    {
        (int expected, int seen) = (Returns(long.MaxValue), Returns(instructions));

        Assert.Equal(expected, seen);

        static int Returns(long instructions)
        {
            ToyUserland userland = new(TestKernel.Wide);
            using ToyMachine machine = World.New("2.6.32", with: options => options with { Userlands = _ => userland });
            machine.Add("/program", World.Program().Room("status", 8)
                .Call("fork").IfEqual(0, 0, "child")
                .Call("wait4", -1, "status", 0, 0).Exit(0)
                .Label("child").Set(8, 0).Set(9, 100).Label("loop").AddNumber(8, 8, 1).IfUnequal(8, new Register(9), "loop").Call("getpid").Exit(3));
            Assert.True(machine.Start("/program").Succeeded);
            while (machine.System.Run(instructions) == RunStop.Budget)
            {
            }
            return ((ToyInstructionSet)userland.Instructions).Returns;
        }
    }

    [Fact]
    public void Strace_tells_tasks_apart_as_strace_does()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("status", 8)
            .Call("fork").IfEqual(0, 0, "child")
            .Call("wait4", -1, "status", 0, 0).Exit(0)
            .Label("child").Call("getpid").Exit(3);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("""
            execve("/program", ["/program"], 0x0 /* 1 var */) = 0
            fork()                                  = 1001
            strace: Process 1001 attached
            [pid  1000] wait4(-1,  <unfinished ...>
            [pid  1001] getpid()                    = 1001
            [pid  1001] exit_group(3)               = ?
            [pid  1001] +++ exited with 3 +++
            <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 1001
            --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=1001, si_uid=0, si_status=3, si_utime=0, si_stime=0} ---
            exit_group(0)                           = ?
            +++ exited with 0 +++

            """, machine.Strace);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("in-place")]
    [InlineData("staged")]
    public void A_program_runs_another_in_every_way(string way)
    {
        using ToyMachine machine = World.New("2.6.32", with: options => options with { Way = way });
        machine.Add("/bin/second", World.Program()
            .Load(9, 15, 0).Load(1, 15, 16).Set(8, new Register(1))     // argc and argv[1]
            .Call("write", 1, new Register(8), 5).Exit(new Register(9)));
        ToyProgram program = World.Program().Data("path", "/bin/second").Data("argument", "words").Data("variable", "A=B");
        program.Words("argv", "path", "argument", 0).Words("envp", "variable", 0)
            .Call("execve", "path", "argv", "envp").Expect(0, "not reached");

        Assert.Equal(2, machine.Run(program));
        Assert.Equal("words", machine.Output.Written);
        Assert.Equal(2, machine.System.Execs.Count);
        Assert.All(machine.System.Execs, exec => Assert.Equal(way, exec.Result.Way));
        Assert.Equal(4, machine.System.Execs[1].Result.Stages.Length);
    }

    [Fact]
    public void A_script_leads_to_its_interpreter_also_from_a_program()
    {
        using ToyMachine machine = World.New();
        machine.Add("/bin/show", World.Program().Load(9, 15, 0).Load(8, 15, 24)      // argv[2]
            .Call("write", 1, new Register(8), 7).Exit(new Register(9)));
        machine.Add("/script", "#!/bin/show -x\n"u8.ToArray());
        ToyProgram program = World.Program().Data("path", "/script");
        program.Words("argv", "path", 0).Call("execve", "path", "argv", 0);

        Assert.Equal(3, machine.Run(program));
        Assert.Equal("/script", machine.Output.Written);
    }

    [Fact]
    public void A_failing_execve_leaves_the_program_where_it_was()
    {
        using ToyMachine machine = World.New();
        machine.Add("/plain", "text"u8.ToArray(), permissions: 0x1a4).Add("/nonsense", "neither"u8.ToArray());
        ToyProgram program = World.Program().Data("plain", "/plain").Data("nonsense", "/nonsense").Data("nowhere", "/nowhere").Data("dir", "/tmp").Room("long", 8);
        program.Words("argv", "plain", 0).Words("bad", 8, 0)
            .Call("execve", "plain", "argv", 0).Expect(Errno.EACCES)
            .Call("execve", "nonsense", "argv", 0).Expect(Errno.ENOEXEC)
            .Call("execve", "nowhere", "argv", 0).Expect(Errno.ENOENT)
            .Call("execve", "dir", "argv", 0).Expect(Errno.EACCES)
            .Call("execve", "nonsense", "bad", 0).Expect(Errno.EFAULT)
            .Call("execve", "nonsense", 8, 0).Expect(Errno.EFAULT)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void An_execve_that_fails_behind_its_point_of_no_return_kills()
    {
        using ToyMachine machine = World.New();
        byte[] broken = World.Program().Exit(0).Build();
        broken[64 + 16 + 7] = 0x80;         // the first segment's address lies outside every address space
        machine.Add("/broken", broken);
        ToyProgram program = World.Program().Data("path", "/broken").Room("status", 8);
        program.Words("argv", "path", 0)
            .Call("vfork").IfEqual(0, 0, "child").Call("wait4", -1, "status", 0, 0).LoadFrom(0, "status", 4).Expect(9, "killed").Exit(0)
            .Label("child").Call("execve", "path", "argv", 0).Exit(1);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal(Signal.SIGKILL, machine.System.Execs[1].Result.Killed);
    }

    [Fact]
    public void Descriptors_that_close_on_exec_are_closed_and_handlers_are_gone()
    {
        using ToyMachine machine = World.New();
        machine.Add("/bin/second", World.Program().Room("old", 32)
            .Call("fcntl", 5, 1).Expect(Errno.EBADF, "closed").Call("fcntl", 6, 1).Expect(0, "kept")
            .Call("rt_sigaction", 10, 0, "old", 8).Expect(0).LoadFrom(0, "old").Expect(0, "default")
            .Call("rt_sigaction", 12, 0, "old", 8).LoadFrom(0, "old").Expect(1, "ignored").Exit(0));
        ToyProgram program = World.Program().Data("path", "/bin/second").Words("ignore", 1, 0, 0, 0);
        program.Words("argv", "path", 0).Action("action", "start")
            .Label("start").Call("rt_sigaction", 10, "action", 0, 8).Expect(0).Call("rt_sigaction", 12, "ignore", 0, 8)
            .Call("dup2", 1, 5).Call("fcntl", 5, 2, 1).Call("dup2", 1, 6)
            .Call("execve", "path", "argv", 0).Restorer();

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_vfork_parent_waits_until_its_memory_is_its_own_again()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("shared", 8)
            .Call("vfork").IfEqual(0, 0, "child")
            .LoadFrom(0, "shared").Expect(7, "what the child wrote").Print("parent").Exit(0)
            .Label("child").Set(1, 7).StoreTo(1, "shared").Print("child ").Call("exit", 0);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("child parent", machine.Output.Written);
    }

    [Theory]
    [InlineData("wide")]
    [InlineData("narrow")]
    public void Threads_share_memory_and_meet_at_a_futex(string abi)
    {
        using ToyMachine machine = World.New("6.1", with: null);
        ToyProgram program = World.Program(abi).Room("tid", 8).Room("cleared", 8).Room("word", 8).Room("stack", 4096).Room("stack end", 16)
            .Set(1, 1).StoreTo(1, "cleared", 4)
            .Call("clone", ThreadFlags, "stack end", "tid", "cleared", "word").Set(8, new Register(0)).IfEqual(0, 0, "thread")
            .LoadFrom(0, "tid", 4).Subtract(0, 0, 8).Expect(0, "its number")
            .Call("futex", "word", 0x80, 0, 0).Expect(0, "woken")
            .LoadFrom(0, "word", 4).Expect(1234)
            .Label("join").LoadFrom(9, "cleared", 4).IfEqual(9, 0, "joined").Call("futex", "cleared", 0, new Register(9), 0).Jump("join")
            .Label("joined").Print("joined").Exit(0)
            .Label("thread").Set(0, new Register(13)).Set(9, "word").Subtract(0, 0, 9).Expect(0, "thread pointer")
            .Call("getpid").Expect(1000).Call("gettid").Expect(1001)
            .Call("nanosleep", "time", 0).Expect(0)
            .Set(1, 1234).StoreTo(1, "word", 4)
            .Call("futex", "word", 0x81, 1).Expect(1, "one waited")
            .Call("exit", 0);
        program.Words("time", 0, 1000);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("joined", machine.Output.Written);
    }

    [Fact]
    public void A_futex_that_has_changed_is_not_waited_for_and_a_time_may_be_up()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("word", 8).Words("time", 0, 50_000)
            .Call("futex", "word", 0, 5, 0).Expect(Errno.EAGAIN)
            .Call("futex", "word", 0, 0, "time").Expect(Errno.ETIMEDOUT)
            .Call("futex", 3, 0, 0, 0).Expect(Errno.EINVAL)
            .Call("futex", "word", 6, 0, 0).Expect(Errno.ENOSYS, "priority inheritance")
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Exit_group_ends_all_threads_and_exit_only_one()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("stack", 4096).Room("end", 16)
            .Call("clone", Vm | 0x800 | 0x10000, "end", 0, 0, 0).IfEqual(0, 0, "thread")
            .Call("exit", 5)
            .Label("thread").Call("nanosleep", "time", 0).Print("alone").Exit(6);
        program.Words("time", 0, 1000);

        Assert.Equal(6, machine.Run(program));
        Assert.Equal("alone", machine.Output.Written);
    }

    [Fact]
    public void An_execve_by_a_thread_ends_the_others_and_takes_the_process_number()
    {
        using ToyMachine machine = World.New();
        machine.Add("/bin/second", World.Program().Call("getpid").Expect(1000).Call("gettid").Expect(1000).Exit(8));
        ToyProgram program = World.Program().Data("path", "/bin/second").Room("stack", 4096).Room("end", 16);
        program.Words("argv", "path", 0)
            .Call("clone", Vm | 0x800 | 0x10000, "end", 0, 0, 0).IfEqual(0, 0, "thread")
            .Call("pause").Exit(1)
            .Label("thread").Call("execve", "path", "argv", 0).Exit(2);

        Assert.Equal(8, machine.Run(program));
    }

    [Fact]
    public void A_fork_bomb_meets_the_limit_and_everything_ends()
    {
        using ToyMachine machine = World.New("2.6.32", with: options => options with { MaxTasks = 20 });
        ToyProgram program = World.Program().Label("again").Call("fork").IfEqual(0, -(int)Errno.EAGAIN, "full").Jump("again")
            .Label("full").Call("kill", 0, 9).Exit(1);

        Assert.Equal(128 + 9, machine.Run(program));
        Assert.Equal(20, machine.System.TasksMade);
    }

    [Fact]
    public void Children_of_a_dead_parent_go_on_and_are_nobodys()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Call("fork").IfEqual(0, 0, "child").Exit(3)
            .Label("child").Call("nanosleep", "time", 0).Call("getppid").Expect(1, "init").Print("orphan").Exit(0);
        program.Words("time", 1, 0);

        Assert.Equal(3, machine.Run(program));
        Assert.Equal("orphan", machine.Output.Written);
    }

    [Fact]
    public void Pipes_between_processes_carry_more_than_they_hold()
    {
        const int Blocks = 40;
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("fds", 8).Room("block", 5000).Room("status", 8).Set(9, 0)
            .Call("pipe", "fds").Call("fork").IfEqual(0, 0, "child")
            .Call("close", 4)
            .Label("read").Call("read", 3, "block", 5000).IfEqual(0, 0, "end").Add(9, 9, 0).Jump("read")
            .Label("end").Call("wait4", -1, "status", 0, 0).LoadFrom(0, "status", 4).Expect(0).Set(0, new Register(9)).Expect(Blocks * 5000, "bytes").Exit(0)
            .Label("child").Call("close", 3).Set(8, Blocks)
            .Label("write").Call("write", 4, "block", 5000).Expect(5000).AddNumber(8, 8, -1).IfUnequal(8, 0, "write").Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.True(machine.System.Switches > 4);
    }

    [Fact]
    public void Tasks_take_turns_though_none_ever_waits()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("status", 8)
            .Call("fork").IfEqual(0, 0, "spin").Call("fork").IfEqual(0, 0, "work")
            .Call("wait4", -1, "status", 0, 0).Call("kill", 1001, 9).Call("wait4", 1001, "status", 0, 0).LoadFrom(0, "status", 4).Expect(9).Exit(0)
            .Label("spin").AddNumber(1, 1, 1).Jump("spin")
            .Label("work").Set(9, 300_000).Label("loop").AddNumber(9, 9, -1).IfUnequal(9, 0, "loop").Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void The_same_run_is_the_same_to_the_last_instruction()
    {
        (long, string) Once()
        {
            using ToyMachine machine = World.New("6.1", with: options => options with { Seed = 3 });
            ToyProgram program = World.Program().Room("buffer", 8).Room("status", 8).Call("fork").Call("getrandom", "buffer", 8, 0).Call("write", 1, "buffer", 8).Call("wait4", -1, "status", 0, 0).Exit(0);
            machine.Run(program);
            return (machine.System.Instructions, machine.Output.Written);
        }

        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void Calls_that_nobody_knows_are_refused_quietly()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Call("nobody_knows").Expect(Errno.ENOSYS).Set(0, 5000);
        program.Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.Contains("nobody_knows(", machine.Strace);
        Assert.Contains(" = -1 ENOSYS (Function not implemented)\n", machine.Strace);
    }

    [Fact]
    public void Process_groups_and_sessions_are_kept()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("status", 8)
            .Call("getpgid", 0).Expect(1000)
            .Call("setsid").Expect(Errno.EPERM, "a leader already")
            .Call("fork").IfEqual(0, 0, "child")
            .Call("setpgid", 1001, 1001).Expect(0)
            .Call("getpgid", 1001).Expect(1001)
            .Call("kill", -1001, 15).Expect(0)
            .Call("wait4", -1001, "status", 0, 0).Expect(1001).LoadFrom(0, "status", 4).Expect(15)
            .Call("kill", 1001, 0).Expect(Errno.ESRCH)
            .Exit(0)
            .Label("child").Call("pause").Jump("child");

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void What_waits_for_ever_is_told_from_what_has_ended()
    {
        using ToyMachine machine = World.New();
        machine.Add("/program", World.Program().Label("again").Call("pause").Jump("again"));
        machine.Start("/program");

        Assert.Equal(RunStop.Waiting, machine.System.Run(1000));
        machine.System.Post(Signal.SIGINT);
        Assert.Equal(RunStop.Ended, machine.System.Run(1000));
        Assert.Equal(130, machine.System.First!.ExitCode);
    }

    [Fact]
    public void A_run_stops_before_a_call_that_is_waited_for_and_goes_on()
    {
        using ToyMachine machine = World.New();
        machine.Add("/program", World.Program().Print("a").Call("getpid").Print("b").Exit(0));
        machine.Start("/program");
        machine.System.StopBeforeCall = "getpid";

        Assert.Equal(RunStop.AtCall, machine.System.Run(1000));
        Assert.Equal("a", machine.Output.Written);
        machine.System.StopBeforeCall = null;
        Assert.Equal(RunStop.Ended, machine.System.Run(1000));
        Assert.Equal("ab", machine.Output.Written);
    }

    [Fact]
    public void A_program_that_cannot_be_started_says_why()
    {
        using ToyMachine machine = World.New();
        machine.Add("/text", "text"u8.ToArray());

        ExecResult result = machine.Start("/text");

        Assert.Equal(Errno.ENOEXEC, result.Error);
        Assert.Equal("execve(\"/text\", [\"/text\"], 0x0 /* 1 var */) = -1 ENOEXEC (Exec format error)\n", machine.Strace);
    }
}
