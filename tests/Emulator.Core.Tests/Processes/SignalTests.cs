using Emulator.Core.Kernel;
using Xunit;
using Register = Emulator.Core.Tests.Processes.ToyProgram.Register;

namespace Emulator.Core.Tests.Processes;

/// <summary>Signals: default actions, handlers and their frames, masks, queues, and what they do to calls.</summary>
public class SignalTests
{
    private const int Restart = 0x10000000, NoDefer = 0x40000000, OnStack = 0x08000000, Info = 4;

    [Theory]
    [InlineData("wide")]
    [InlineData("narrow")]
    public void A_handler_runs_and_the_program_goes_on_where_it_was(string abi)
    {
        using ToyMachine machine = World.New("6.1");
        ToyProgram program = World.Program(abi).Action("action", "handler").Call("rt_sigaction", 10, "action", 0, 8).Expect(0)
            .Set(7, 77)
            .Call("kill", 1000, 10).Expect(0, "the call's own result")
            .Set(0, new Register(7)).Expect(77, "registers are as they were")
            .Print("after").Exit(0)
            .Label("handler").Set(7, 1).Set(0, new Register(1)).Expect(10, "signal").Print("handler ").Jump("restorer")
            .Restorer();

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("handler after", machine.Output.Written);
    }

    [Fact]
    public void Signals_that_nobody_handles_do_what_is_usual()
    {
        foreach ((int signal, int code) in new[] { (1, 129), (15, 143), (9, 137), (11, 139), (6, 134), (17, 0), (18, 0), (28, 0), (34, 162) })
        {
            using ToyMachine machine = World.New();
            Assert.Equal(code, machine.Run(World.Program().Call("kill", 1000, signal).Exit(0)));
        }
    }

    [Fact]
    public void A_blocked_signal_waits_and_is_told_once_but_real_time_ones_are_queued()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("mask", 1UL << 9 | 1UL << 33).Room("old", 8).Room("pending", 8)
            .Action("action", "handler").Call("rt_sigaction", 10, "action", 0, 8).Call("rt_sigaction", 34, "action", 0, 8)
            .Call("rt_sigprocmask", 0, "mask", "old", 8).Expect(0)
            .Call("kill", 1000, 10).Call("kill", 1000, 10).Call("tgkill", 1000, 1000, 34).Call("tgkill", 1000, 1000, 34)
            .Call("rt_sigpending", "pending", 8).LoadFrom(9, "pending").LoadFrom(0, "mask").Subtract(0, 0, 9).Expect(0)
            .Print("now: ").Call("rt_sigprocmask", 1, "mask", 0, 8).Print(".").Exit(0)
            .Label("handler").Print("x").Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("now: xxx.", machine.Output.Written);
    }

    [Fact]
    public void A_handler_blocks_its_own_signal_unless_it_does_not_want_to()
    {
        string Run(int flags)
        {
            using ToyMachine machine = World.New();
            ToyProgram program = World.Program().Room("depth", 8).Action("action", "handler", (uint)flags).Call("rt_sigaction", 10, "action", 0, 8).Call("kill", 1000, 10).Exit(0)
                .Label("handler").Print("(").LoadFrom(9, "depth").IfEqual(9, 1, "leave").Set(9, 1).StoreTo(9, "depth").Call("kill", 1000, 10)
                .Label("leave").Print(")").Jump("restorer").Restorer();
            Assert.Equal(0, machine.Run(program));
            return machine.Output.Written;
        }

        Assert.Equal("()()", Run(0));
        Assert.Equal("(())", Run(NoDefer));
    }

    [Fact]
    public void A_sleeping_call_is_interrupted_or_made_again()
    {
        int Run(int flags)
        {
            using ToyMachine machine = World.New();
            ToyProgram program = World.Program().Room("fds", 8).Action("action", "handler", (uint)flags).Call("rt_sigaction", 14, "action", 0, 8)
                .Call("pipe", "fds").Call("alarm", 1)
                .Call("read", 3, "fds", 1).IfEqual(0, -(int)Errno.EINTR, "interrupted").Exit(new Register(0))
                .Label("interrupted").Exit(100)
                .Label("handler").Call("write", 4, "fds", 1).Jump("restorer").Restorer();
            return machine.Run(program);
        }

        Assert.Equal(100, Run(0));
        Assert.Equal(1, Run(Restart));      // the handler gave it something to read
    }

    [Fact]
    public void A_sleep_that_a_signal_without_handler_interrupts_goes_on_for_the_rest_of_its_time()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("time", 5, 0).Room("status", 8).Room("start", 16).Room("end", 16)
            .Call("clock_gettime", 1, "start").Call("fork").IfEqual(0, 0, "child")
            .Call("nanosleep", "time", 0).Expect(0)
            .Call("clock_gettime", 1, "end").LoadFrom(9, "start").LoadFrom(0, "end").Subtract(0, 0, 9).Expect(5, "seconds")
            .Exit(0)
            .Label("child").Call("nanosleep", "second", 0).Call("kill", 1000, 19).Call("nanosleep", "second", 0).Call("kill", 1000, 18).Exit(0);
        program.Words("second", 1, 0);

        // The first process cannot be stopped by a signal of its own child's but by SIGSTOP, which nobody ignores.
        Assert.Equal(0, machine.Run(program));
        Assert.Contains("restart_syscall(<... resuming interrupted nanosleep ...>", machine.Strace);
    }

    [Fact]
    public void A_sleep_that_a_handler_interrupts_tells_what_was_left()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("time", 5, 0).Room("left", 16).Action("action", "handler", Restart).Call("rt_sigaction", 14, "action", 0, 8)
            .Call("alarm", 2).Expect(0).Call("nanosleep", "time", "left").Expect(Errno.EINTR).LoadFrom(0, "left").Expect(3, "and some nanoseconds")
            .Call("alarm", 0).Expect(0).Exit(0)
            .Label("handler").Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Sigsuspend_waits_with_another_mask_and_leaves_the_old_one()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("mask", 1UL << 9).Words("none", 0).Room("now", 8).Action("action", "handler").Call("rt_sigaction", 10, "action", 0, 8)
            .Call("rt_sigprocmask", 0, "mask", 0, 8).Call("kill", 1000, 10).Print("1")
            .Call("rt_sigsuspend", "none", 8).Expect(Errno.EINTR).Print("3")
            .Call("rt_sigprocmask", 0, 0, "now", 8).LoadFrom(0, "now").Expect(1 << 9, "mask").Exit(0)
            .Label("handler").Print("2").Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("123", machine.Output.Written);
    }

    [Fact]
    public void Sigtimedwait_takes_a_signal_without_a_handler_or_gives_up()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("mask", 1UL << 9 | 1UL << 16).Words("time", 1, 0).Room("info", 128).Room("status", 8)
            .Call("rt_sigprocmask", 0, "mask", 0, 8)
            .Call("rt_sigtimedwait", "mask", 0, "time", 8).Expect(Errno.EAGAIN)
            .Call("kill", 1000, 10).Call("rt_sigtimedwait", "mask", "info", "time", 8).Expect(10).Set(1, "info").Load(0, 1, 16, 4).Expect(1000, "si_pid")
            .Call("fork").IfEqual(0, 0, "child")
            .Call("rt_sigtimedwait", "mask", "info", 0, 8).Expect(17, "SIGCHLD though its default is nothing").Set(1, "info").Load(0, 1, 24, 4).Expect(4, "si_status")
            .Exit(0)
            .Label("child").Call("nanosleep", "time", 0).Exit(4);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_handler_may_have_a_stack_of_its_own()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("stack", 8192).Room("old", 24);
        program.Words("alternate", "stack", 0, 8192).Action("action", "handler", OnStack).Call("rt_sigaction", 10, "action", 0, 8)
            .Call("sigaltstack", "alternate", 0).Expect(0)
            .Call("kill", 1000, 10)
            .Call("sigaltstack", 0, "old").Set(1, "old").Load(0, 1, 8, 4).Expect(0, "not on it now").Exit(0)
            .Label("handler").Set(9, "stack").Subtract(9, 15, 9).Set(8, "old").Store(9, 8, 0)
            .Call("sigaltstack", 0, "old").Set(1, "old").Load(0, 1, 8, 4).Expect(1, "SS_ONSTACK")
            .Call("sigaltstack", "alternate", 0).Expect(Errno.EPERM, "not while one is on it")
            .Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_fault_tells_its_address_and_why()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Action("action", "handler", Info).Call("rt_sigaction", 11, "action", 0, 8)
            .Set(1, 0x123456).Store(1, 1)
            .Label("handler").Load(9, 2, 8, 4).Load(8, 2, 16).Set(0, new Register(9)).Expect(1, "SEGV_MAPERR").Set(0, new Register(8)).Expect(0x123456, "si_addr").Exit(5)
            .Restorer();

        Assert.Equal(5, machine.Run(program));
    }

    [Fact]
    public void A_fault_whose_handler_cannot_run_ends_the_program()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Action("action", "handler").Call("rt_sigaction", 11, "action", 0, 8)
            .Set(15, 16).Load(1, 15)
            .Label("handler").Exit(5).Restorer();

        Assert.Equal(139, machine.Run(program));
    }

    [Fact]
    public void A_frame_that_makes_no_sense_is_a_fault()
    {
        using ToyMachine machine = World.New();

        Assert.Equal(139, machine.Run(World.Program().Set(15, 16).Call("rt_sigreturn")));
    }

    [Fact]
    public void A_stopped_child_is_told_of_and_goes_on_when_it_is_told_to()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("status", 8).Words("time", 1, 0)
            .Call("fork").IfEqual(0, 0, "child")
            .Call("wait4", -1, "status", 2, 0).Expect(1001).LoadFrom(0, "status", 4).Expect(0x137f, "stopped by SIGSTOP")
            .Print("stopped ").Call("kill", 1001, 18)
            .Call("wait4", -1, "status", 8, 0).Expect(1001).LoadFrom(0, "status", 4).Expect(0xffff, "continued")
            .Call("wait4", -1, "status", 0, 0).Expect(1001).LoadFrom(0, "status", 4).Expect(2 << 8)
            .Exit(0)
            .Label("child").Call("kill", 1001, 19).Call("nanosleep", "time", 0).Print("on").Exit(2);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("stopped on", machine.Output.Written);
    }

    [Fact]
    public void Timers_come_at_the_exact_instruction_and_again()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("timer", 0, 100, 0, 100).Room("count", 8).Action("action", "handler").Call("rt_sigaction", 26, "action", 0, 8)
            .Call("setitimer", 1, "timer", 0).Expect(0)
            .Label("loop").LoadFrom(9, "count").IfUnequal(9, 5, "loop").Exit(0)
            .Label("handler").LoadFrom(9, "count").AddNumber(9, 9, 1).StoreTo(9, "count").Jump("restorer").Restorer();

        Assert.Equal(0, machine.Run(program));
        Assert.InRange(machine.System.Instructions, 500_000, 500_200);      // five times 100 microseconds
    }

    [Fact]
    public void An_ignored_child_leaves_no_zombie()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Words("ignore", 1, 0, 0, 0).Room("status", 8).Call("rt_sigaction", 17, "ignore", 0, 8).Call("fork").IfEqual(0, 0, "child")
            .Call("wait4", -1, "status", 0, 0).Expect(Errno.ECHILD).Exit(0)
            .Label("child").Exit(1);

        Assert.Equal(0, machine.Run(program));
    }
}
