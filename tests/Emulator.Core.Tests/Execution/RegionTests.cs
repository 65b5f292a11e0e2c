using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Regions: what is translated together, how often, and when it is entered.</summary>
public class RegionTests
{
    private const int PerRound = 6;         // instructions of Loop()
    private const ulong FarAt = CodeAt + 0x1000, AsideAt = CodeAt + 0x2000, FurtherAt = CodeAt + 0x3000;

    [Fact]
    public void A_loop_is_translated_once_whatever_the_kernel_flushes()
    {
        using Tale tale = Loop();
        CodeSpace first = new(), second = new();
        RunUntilTranslated(tale);
        long before = tale.Cpu.Statistics.Translated;

        for (int i = 0; i < 500; i++)
        {
            tale.Cpu.Enter(i % 2 == 0 ? first : second);
            tale.Cpu.Flush(new VirtualAddress(FarAt));
            tale.Cpu.Run(10_000);
            tale.Cpu.Flush();
            tale.Cpu.Run(10_000);
        }

        EngineStatistics seen = tale.Cpu.Statistics;
        Assert.Equal(1, seen.Regions);
        // Budgets end in the middle, and what begins an epoch is looked up.
        Assert.InRange(seen.Translated - before, 500L * 19_000, 500L * 20_000);
    }

    [Fact]
    public void Two_programs_whose_loop_goes_on_in_other_code_have_a_region_each()
    {
        using Tale tale = Loop();
        uint ten = tale.Define(b => b.Set(R1, b.Add(R1, 10)));
        tale.Write(AsideAt, ten, tale.Define(b => b.Exit(CodeAt), ends: true));
        CodeSpace[] spaces = [new(), new()];
        ulong expected = 0;

        // The loop is one page of both; and each has to be hot by itself.
        for (int turn = 0; tale.Cpu.Statistics.Regions < 2; turn++)
        {
            Assert.True(turn < 2000, $"both loops should have been translated by now: {tale.Cpu.Statistics}");
            Take(turn % 2, 12_000);
            Thread.Sleep(1);
        }
        for (int turn = 0; turn < 100; turn++)
            Take(turn % 2, 12_000);

        Assert.Equal(expected, tale.Cpu[R1]);
        Assert.Equal(2, tale.Cpu.Statistics.Regions);

        void Take(int which, int instructions)
        {
            tale.Elsewhere[FarAt] = which == 0 ? FarAt : AsideAt;
            tale.Cpu.Enter(spaces[which]);
            Assert.Equal(CpuStopKind.Budget, tale.Cpu.Run(instructions).Kind);
            expected += (ulong)instructions / PerRound * (which == 0 ? 1UL : 10);
        }
    }

    [Fact]
    public void Regions_of_a_loop_that_goes_on_somewhere_else_each_time_do_not_add_up()
    {
        using Tale tale = new(EngineMode.Tiered);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, tale.Define(b => b.Exit(FarAt), ends: true));
        foreach (int page in Enumerable.Range(0, 16))
            tale.Write(FurtherAt + (ulong)page * 0x1000, tale.Define(b => b.Set(R1, b.Add(R1, 1 + (ulong)page))), back);
        ulong expected = 0;

        for (int turn = 0; turn < 160; turn++)
        {
            ulong page = (ulong)turn % 16;
            tale.Elsewhere[FarAt] = FurtherAt + page * 0x1000;
            tale.Cpu.Flush(new VirtualAddress(FarAt));
            for (int i = 0; i < 4; i++)
            {
                tale.Cpu.Run(12_000);
                Thread.Sleep(1);
            }
            expected += 4 * 12_000 / 4 * (1 + page);
        }

        Assert.Equal(expected, tale.Cpu[R1]);
        Assert.InRange(tale.Cpu.Statistics.Regions, 5, 40);      // of 160 times that its pages lay elsewhere than those of all regions that are kept
    }

    [Fact]
    public void A_jump_that_once_led_elsewhere_does_not_keep_a_loop_from_being_translated()
    {
        // A procedure that is called by its address, which another page has come to lie at; the old one is still there, somewhere else.
        using Tale tale = new(EngineMode.Tiered);
        uint one = tale.Define(b => b.Set(R0, b.Add(R0, 1)));
        uint back = tale.Define(b => b.Exit(CodeAt), ends: true);
        tale.Write(CodeAt, one, tale.Define(b => b.Exit(R3), ends: true));
        tale.Write(FarAt, tale.Define(b => b.Set(R1, b.Add(R1, 1))), back).Write(AsideAt, tale.Define(b => b.Set(R1, b.Add(R1, 10))), back);
        tale.Cpu[R3] = FarAt;
        tale.Cpu.Run(100);
        tale.Elsewhere[FarAt] = AsideAt;
        tale.Cpu.Flush(new VirtualAddress(FarAt));

        RunUntilTranslated(tale);
        long before = tale.Cpu.Statistics.Translated;
        tale.Cpu.Run(400_000);

        Assert.True(tale.Cpu.Statistics.Translated - before > 390_000, $"{tale.Cpu.Statistics}");
    }

    [Fact]
    public void A_loop_with_an_instruction_on_two_pages_is_translated_and_follows_either()
    {
        using Tale tale = new(EngineMode.Tiered);
        uint one = tale.Define(b => b.Set(R1, b.Add(R1, 1))), ten = tale.Define(b => b.Set(R1, b.Add(R1, 10)));
        uint back = tale.Define(b => b.Exit(FarAt - 8), ends: true);
        tale.Write(FarAt - 8, tale.Define(b => b.Set(R0, b.Add(R0, 1))), Long, one, back).Write(AsideAt, ten, back);
        tale.Cpu.Pc = FarAt - 8;
        CodeSpace[] spaces = [new(), new()];
        ulong expected = 0;

        for (int turn = 0; tale.Cpu.Statistics.Regions < 2 || turn % 100 != 0; turn++)
        {
            Assert.True(turn < 2000, $"both loops should have been translated by now: {tale.Cpu.Statistics}");
            tale.Elsewhere[FarAt] = turn % 2 == 0 ? FarAt : AsideAt;
            tale.Cpu.Enter(spaces[turn % 2]);
            tale.Cpu.Run(9_000);
            expected += 9_000 / 3 * (turn % 2 == 0 ? 1UL : 10);
            Thread.Sleep(1);
        }
        long before = tale.Cpu.Statistics.Translated;
        tale.Cpu.Run(90_000);
        tale.Memory.Watched.Change(new PhysicalAddress(AsideAt));
        tale.Write(AsideAt, one);
        tale.Cpu.Run(9_000);

        Assert.Equal(expected + 90_000 / 3 * 10 + 9_000 / 3, tale.Cpu[R1]);
        Assert.True(tale.Cpu.Statistics.Translated - before > 50_000, $"{tale.Cpu.Statistics}");
    }

    [Fact]
    public void Code_that_the_program_changes_again_and_again_is_translated_less_and_less_often()
    {
        using Tale tale = Changing(CodeAt, out uint write);
        int changes = 0;

        while (changes < 300)
        {
            long regions = tale.Cpu.Statistics.Regions;
            tale.Cpu.Run(PerRound * 1_000);
            Thread.Sleep(regions < 4 || changes % 16 == 0 ? 5 : 1);     // the translator gets its turn
            tale.Cpu.Run(PerRound * 1_000);
            Write(tale, write);
            changes++;
        }

        EngineStatistics seen = tale.Cpu.Statistics;
        Assert.True(seen.CodeStores >= changes, $"{seen}");
        Assert.InRange(seen.Regions, 1, 12);
    }

    [Fact]
    public void A_loop_that_calls_code_which_changes_again_and_again_is_translated_without_it()
    {
        using Tale tale = Changing(FarAt, out uint write);

        for (int change = 0; change < 300; change++)
        {
            tale.Cpu.Run(PerRound * 3_000);
            Thread.Sleep(1);
            tale.Cpu.Run(PerRound * 3_000);
            Write(tale, write);
        }
        long before = tale.Cpu.Statistics.Translated, regions = tale.Cpu.Statistics.Regions;
        for (int change = 0; change < 50; change++)
        {
            tale.Cpu.Run(PerRound * 3_000);
            Write(tale, write);
        }

        EngineStatistics seen = tale.Cpu.Statistics;
        Assert.InRange(seen.Regions, 1, 24);
        Assert.InRange(seen.Regions - regions, 0, 1);
        Assert.InRange(seen.Translated - before, 50 * 3_000, 50 * 3_000 * PerRound);     // what is left of the loop
    }

    [Fact]
    public void What_was_changed_while_it_was_translated_is_not_run()
    {
        using Tale tale = Loop();
        uint ten = tale.Define(b => b.Set(R1, b.Add(R1, 10)));
        tale.Cpu.Run(PerRound * 1_000);        // asked for by now
        ulong before = tale.Cpu[R1];

        tale.Memory.Watched.Change(new PhysicalAddress(FarAt));
        tale.Write(FarAt, ten);
        Thread.Sleep(50);
        for (int i = 0; i < 100; i++)
            tale.Cpu.Run(PerRound * 100);

        Assert.Equal(before + 10 * 100 * 100, tale.Cpu[R1]);
    }

    /// <summary>A loop over two pages, six instructions in three blocks: r0, r2 and r1 count its rounds.</summary>
    private static Tale Loop()
    {
        Tale tale = new(EngineMode.Tiered);
        tale.Write(CodeAt, tale.Define(b => b.Set(R0, b.Add(R0, 1))), tale.Define(b => b.Exit(CodeAt + 8), ends: true));
        tale.Write(CodeAt + 8, tale.Define(b => b.Set(R2, b.Add(R2, 1))), tale.Define(b => b.Exit(FarAt), ends: true));
        return tale.Write(FarAt, tale.Define(b => b.Set(R1, b.Add(R1, 1))), tale.Define(b => b.Exit(CodeAt), ends: true));
    }

    /// <summary>That loop, and an instruction elsewhere that writes into a page what is there already.</summary>
    private static Tale Changing(ulong page, out uint write)
    {
        Tale tale = Loop();
        uint same = BitConverter.ToUInt32(tale.Memory.Slice(new PhysicalAddress(page), 4));
        write = tale.Define(b =>
        {
            b.Store(new DataAddress(page, 0), 4, same);
            b.StopAfter(CpuStopKind.SystemCall, 9, CodeAt);
        }, ends: true);
        tale.Write(FurtherAt, write);
        return tale;
    }

    private static void Write(Tale tale, uint write)
    {
        Assert.Equal(write, BitConverter.ToUInt32(tale.Memory.Slice(new PhysicalAddress(FurtherAt), 4)));
        ulong at = tale.Cpu.Pc;
        tale.Cpu.Pc = FurtherAt;
        Assert.Equal(9, tale.Cpu.Run(1).Code);
        tale.Cpu.Pc = at;
    }

    private static void RunUntilTranslated(Tale tale)
    {
        for (int i = 0; tale.Cpu.Statistics.Translated == 0; i++)
        {
            Assert.True(i < 2000, $"the loop should have been translated by now: {tale.Cpu.Statistics}");
            tale.Cpu.Run(4_000);
            Thread.Sleep(5);
        }
    }
}
