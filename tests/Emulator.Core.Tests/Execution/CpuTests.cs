using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Blocks, exact counts, code that changes, stops.</summary>
public abstract class CpuTests(EngineMode mode)
{
    [Fact]
    public void A_run_stops_at_exactly_the_instruction_that_was_asked_for()
    {
        // Three instructions in a loop over two pages; the same state after n instructions however they are given out.
        for (int step = 1; step < 200; step += step < 20 ? 1 : 37)
        {
            using Tale whole = Loop(), pieces = Loop();
            CpuStop stop = whole.Cpu.Run(777);
            Assert.Equal(CpuStopKind.Budget, stop.Kind);
            Assert.Equal(777, whole.Cpu.Retired);

            for (int done = 0; done < 777; done += step)
                Assert.Equal(CpuStopKind.Budget, pieces.Cpu.Run(Math.Min(step, 777 - done)).Kind);

            Assert.Equal(777, pieces.Cpu.Retired);
            Assert.Equal(whole.Cpu.Pc, pieces.Cpu.Pc);
            Assert.Equal(whole.Cpu.Registers.ToArray(), pieces.Cpu.Registers.ToArray());
        }

        Tale Loop()
        {
            Tale tale = new(mode);
            uint count = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
            uint there = tale.Define(b => b.Exit(CodeAt + 0x1000), ends: true);
            uint sum = tale.Define(b => b.Set(R1, b.Add(b.Multiply(R1, 3), R0)));
            uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
            tale.Write(CodeAt, count, count, there).Write(CodeAt + 0x1000, sum, back);
            return tale;
        }
    }

    [Fact]
    public void A_breakpoint_stops_before_its_instruction_every_time_that_it_comes()
    {
        using Tale tale = new(mode);
        tale.Tell(
            b => b.Set(R0, b.Add(R0, 1)),
            b => b.Set(R1, b.Add(R1, 1)),
            b =>
            {
                Label done = b.NewLabel();
                b.Branch(Condition.Equal, R0, 1000, done);
                b.Exit(CodeAt);
                b.Bind(done);
            });

        CpuStop none = tale.Cpu.Run(30);
        tale.Cpu.Breakpoint = CodeAt + 4;
        CpuStop first = tale.Cpu.Run(1_000_000);
        CpuStop again = tale.Cpu.Run(1_000_000);

        Assert.Equal((CpuStopKind.Budget, 10UL), (none.Kind, tale.Cpu[R1]));
        Assert.Equal((CpuStopKind.Breakpoint, CodeAt + 4), (first.Kind, first.Pc));
        Assert.Equal((CpuStopKind.Breakpoint, 31L, 11UL, 10UL), (again.Kind, tale.Cpu.Retired, tale.Cpu[R0], tale.Cpu[R1]));

        tale.Cpu.Breakpoint = null;
        Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(1_000_000).Kind);
        Assert.Equal((1000UL, 1000UL, 3001L), (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu.Retired));
    }

    [Fact]
    public void Jumps_to_values_find_their_blocks()
    {
        using Tale tale = new(mode);
        uint jump = tale.Define(b => b.Exit(R1), ends: true);
        uint count = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint flip = tale.Define(b => b.Set(R1, b.Xor(R1, 0x100)));
        tale.Write(CodeAt, count, flip, jump).Write(CodeAt + 0x100, count, flip, jump);
        tale.Cpu[R1] = CodeAt;

        tale.Cpu.Run(3000);

        Assert.Equal(1000UL, tale.Cpu[R0]);
        // The last instructions before the budget ends are looked up one block at a time.
        Assert.True(tale.Cpu.Statistics.Lookups < 30, $"{tale.Cpu.Statistics}");
    }

    [Fact]
    public void Code_that_the_program_changes_is_run_as_it_is_now()
    {
        // Another page writes into the loop's code: 'one' becomes 'ten' and back.
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint write = tale.Define(b =>
        {
            b.Store(new DataAddress(CodeAt, 0), 4, R2);
            b.Set(R2, b.Subtract((ulong)one + ten, R2));
        });
        uint there = tale.Define(b => b.Exit(CodeAt + 0x1000), ends: true);
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, there).Write(CodeAt + 0x1000, write, back);
        tale.Cpu[R2] = ten;

        tale.Cpu.Run(4 * 100);

        Assert.Equal(50UL * 1 + 50 * 10, tale.Cpu[R0]);
        Assert.True(tale.Cpu.Statistics.BlocksDropped > 50, $"{tale.Cpu.Statistics}");
    }

    [Fact]
    public void A_store_into_the_next_instruction_is_seen_by_it()
    {
        using Tale tale = new(mode);
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint write = tale.Define(b => b.Store(new DataAddress(CodeAt + 4, 0), 4, ten));
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint stop = tale.Define(b => b.StopAfter(CpuStopKind.SystemCall, 0, b.Pc + 4), ends: true);
        tale.Write(CodeAt, write, one, one, stop);

        tale.Cpu.Run(100);

        Assert.Equal((11UL, 4L), (tale.Cpu[R0], tale.Cpu.Retired));
    }

    [Fact]
    public void Code_that_others_change_is_run_as_it_is_now()
    {
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, back);
        tale.Cpu.Run(10);
        Assert.Equal(5UL, tale.Cpu[R0]);

        tale.Memory.Watched.Change(new PhysicalAddress(CodeAt));
        tale.Write(CodeAt, ten);
        tale.Cpu.Run(10);

        Assert.Equal(55UL, tale.Cpu[R0]);
        Assert.False(tale.Memory.Watched.IsEmpty);
    }

    [Fact]
    public void A_page_of_code_that_comes_to_lie_elsewhere_is_run_from_there()
    {
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint there = tale.Define(b => b.Exit(CodeAt + 0x1000), ends: true);
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, there).Write(CodeAt + 0x1000, one, back).Write(CodeAt + 0x2000, ten, back);
        tale.Cpu.Run(40);
        Assert.Equal(20UL, tale.Cpu[R0]);

        tale.Elsewhere[CodeAt + 0x1000] = CodeAt + 0x2000;
        tale.Cpu.Flush(new VirtualAddress(CodeAt + 0x1000));
        tale.Cpu.Run(40);

        Assert.Equal(20UL + 10 + 100, tale.Cpu[R0]);
    }

    [Fact]
    public void Two_address_spaces_with_other_code_at_the_same_place_take_turns()
    {
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint there = tale.Define(b => b.Exit(CodeAt + 0x1000), ends: true);
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, there).Write(CodeAt + 0x1000, one, back).Write(CodeAt + 0x2000, ten, back);
        CodeSpace first = new(), second = new();

        for (int turn = 0; turn < 10; turn++)
        {
            tale.Cpu.Enter(first);
            tale.Elsewhere.Clear();
            tale.Cpu.Run(40);
            tale.Cpu.Enter(second);
            tale.Elsewhere[CodeAt + 0x1000] = CodeAt + 0x2000;
            tale.Cpu.Run(40);
        }

        Assert.Equal(10UL * (20 + 10 + 100), tale.Cpu[R0]);
        Assert.Equal(3, tale.Cpu.Statistics.BlocksMade);        // shared, and made once
    }

    [Fact]
    public void An_instruction_on_two_pages_follows_either()
    {
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint ten = tale.Define(b => b.Set(R0, b.Add(R0, 10)));
        uint back = tale.Define(b => b.Exit(CodeAt + 0xffc), ends: true);
        tale.Write(CodeAt + 0xffc, Long, one, back).Write(CodeAt + 0x2000, ten, back);
        tale.Cpu.Pc = CodeAt + 0xffc;
        tale.Cpu.Run(20);
        Assert.Equal(10UL, tale.Cpu[R0]);
        Assert.True(tale.Cpu.Statistics.BlocksMade < 10, $"{tale.Cpu.Statistics}");

        tale.Elsewhere[CodeAt + 0x1000] = CodeAt + 0x2000;
        tale.Cpu.Flush(new VirtualAddress(CodeAt + 0x1000));
        tale.Cpu.Run(20);
        Assert.Equal(110UL, tale.Cpu[R0]);

        tale.Elsewhere[CodeAt + 0x1000] = ulong.MaxValue;
        tale.Cpu.Flush(new VirtualAddress(CodeAt + 0x1000));
        CpuStop stop = tale.Cpu.Run(20);
        Assert.Equal((CpuStopKind.PageFault, CodeAt + 0xffc, CodeAt + 0x1000), (stop.Kind, stop.Pc, stop.Address));
    }

    [Fact]
    public void Stops_say_what_and_where()
    {
        using Tale tale = new(mode);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint trap = tale.Define(b => b.StopAt(CpuStopKind.Trap, 42), ends: true);
        tale.Write(CodeAt, one, trap).Write(CodeAt + 0x100, one, 12345);

        CpuStop stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.Trap, 42, CodeAt + 4, 1L), (stop.Kind, stop.Code, stop.Pc, tale.Cpu.Retired));

        tale.Cpu.Pc = CodeAt + 0x100;
        stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.IllegalInstruction, 12345, CodeAt + 0x104, 2L), (stop.Kind, stop.Code, stop.Pc, tale.Cpu.Retired));

        tale.Cpu.Pc = CodeAt + 1;
        stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.Unaligned, CodeAt + 1), (stop.Kind, stop.Pc));

        tale.Cpu.Pc = 0xdead_0000;
        stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.PageFault, 0xdead_0000UL, 0xdead_0000UL), (stop.Kind, stop.Pc, stop.Address));
    }

    [Fact]
    public void A_function_may_ask_for_a_stop_before_its_instruction()
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.Set(R1, 7), b => b.Set(R1, b.CallChecked(Divide, R0, R2)));
        (tale.Cpu[R0], tale.Cpu[R2]) = (100, 0);

        CpuStop stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.Trap, 3, CodeAt + 4, 7UL), (stop.Kind, stop.Code, stop.Pc, tale.Cpu[R1]));

        tale.Cpu[R2] = 7;
        stop = tale.Cpu.Run(100);
        Assert.Equal((CpuStopKind.SystemCall, 14UL), (stop.Kind, tale.Cpu[R1]));
    }

    [Fact]
    public void Another_thread_gets_a_hearing_from_an_endless_loop()
    {
        using Tale tale = new(mode);
        tale.Write(CodeAt, tale.Define(b => b.Exit(CodeAt), ends: true));
        using Timer timer = new(_ => tale.Cpu.Interrupt(), null, 20, Timeout.Infinite);

        CpuStop stop = tale.Cpu.Run(long.MaxValue);

        Assert.Equal((CpuStopKind.Interrupted, CodeAt), (stop.Kind, stop.Pc));
        Assert.Equal(CpuStopKind.Budget, tale.Cpu.Run(10).Kind);
    }

    [Fact]
    public void A_long_instruction_can_be_interrupted_between_its_steps()
    {
        using Tale tale = new(mode);
        tale.Write(CodeAt, tale.Define(b =>
        {
            Label again = b.NewLabel();
            b.Bind(again);
            b.Poll();
            b.Set(R0, b.Add(R0, 1));
            b.Goto(again);
        }));
        CpuStop stop;
        do      // translating may take longer than the timer
        {
            using Timer timer = new(_ => tale.Cpu.Interrupt(), null, 20, Timeout.Infinite);
            stop = tale.Cpu.Run(long.MaxValue);
        }
        while (tale.Cpu[R0] == 0);

        Assert.Equal((CpuStopKind.Interrupted, CodeAt, 0L), (stop.Kind, stop.Pc, tale.Cpu.Retired));
    }

    [Fact]
    public void Instructions_are_counted_for_those_who_ask_inside_a_block()
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.Set(R0, 1), b => b.Set(R1, b.InstructionCount()), b => b.Set(R2, b.InstructionCount()));

        tale.Cpu.Run(2);
        tale.Cpu.Run(2);

        Assert.Equal((1UL, 2UL), (tale.Cpu[R1], tale.Cpu[R2]));
    }

    [Fact]
    public void Memory_for_blocks_is_used_again()
    {
        // Every round writes its own page of code, so that every round makes blocks anew: far more than fit at once.
        using Tale tale = new(mode);
        uint one = tale.Define(b =>
        {
            for (int i = 0; i < 50; i++)
                b.Set(R0, b.Add(R0, 1));
        });
        uint write = tale.Define(b => b.Store(new DataAddress(CodeAt + 4, 0), 4, one));
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, write, one, one, one, one, back);

        int rounds = mode == EngineMode.Translate ? 1_000 : 20_000;    // translating each time takes its time
        tale.Cpu.Run(6 * rounds);

        Assert.Equal((ulong)rounds * 200, tale.Cpu[R0]);
        Assert.True(tale.Cpu.Statistics.BlocksMade > rounds, $"{tale.Cpu.Statistics}");
    }

    private static ulong Divide(ref EngineState state, ulong x, ulong y, int number)
    {
        if (y != 0)
            return x / y;
        (state.Raised, state.RaisedCode) = (CpuStopKind.Trap, 3);
        return 0;
    }
}
