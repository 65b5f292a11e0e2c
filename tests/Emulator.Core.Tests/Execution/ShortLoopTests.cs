using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Loops that are short and hot: what translated code knows of pages there stays true.</summary>
public class ShortLoopTests
{
    private const int Pages = 6;
    private static readonly ulong Aside = DataAt + Pages * 0x1000;

    public static TheoryData<string, CpuMode> Modes() => new()
    {
        { "little 64", CpuMode.LittleEndian64 },
        { "little 64 aligned", CpuMode.LittleEndian64Aligned },
        { "little 32", CpuMode.LittleEndian32 },
        { "big 64", CpuMode.BigEndian64 },
        { "big 32 aligned", CpuMode.BigEndian32Aligned },
    };

    // Addresses run through six pages in steps that change, some of them over ends of pages, while pages are taken away, moved and made read-only.
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_hot_loop_does_what_the_interpreter_does_while_its_pages_change(string name, CpuMode kind)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            int bytes = 1 << seed - 1;
            using Tale interpreted = Loop(EngineMode.Interpret, kind, bytes), tiered = Loop(EngineMode.Tiered, kind, bytes);
            Random random = new(seed);
            WarmUp(tiered);
            interpreted.Cpu.Run(tiered.Cpu.Retired);

            for (int round = 0; round < 200; round++)
            {
                Change(random.Next(5), (ulong)random.Next(Pages) * 0x1000 + DataAt, interpreted, tiered);
                ulong step = (ulong)random.Next(1, 700) * (ulong)(random.Next(3) == 0 ? 1 : bytes);
                int run = random.Next(1, 3000);
                CpuStop[] stops = new CpuStop[2];
                foreach ((int i, Tale tale) in ((int, Tale)[])[(0, interpreted), (1, tiered)])
                {
                    tale.Cpu[R3] = step;
                    stops[i] = tale.Cpu.Run(run);
                    if (stops[i].Kind is CpuStopKind.PageFault or CpuStopKind.Unaligned)
                        tale.Cpu[R1] = tale.Cpu[R2] & ~15UL;
                }

                Assert.Equal(stops[0], stops[1]);
                Assert.Equal(interpreted.Cpu.Retired, tiered.Cpu.Retired);
                Assert.Equal((name, seed, round, interpreted.Cpu[R0], interpreted.Cpu[R1]), (name, seed, round, tiered.Cpu[R0], tiered.Cpu[R1]));
            }

            PhysicalAddress data = new(DataAt);
            Assert.Equal(interpreted.Memory.Slice(data, 0x10000).ToArray(), tiered.Memory.Slice(data, 0x10000).ToArray());
            Assert.True(tiered.Cpu.Statistics.Translated > 0);
        }
    }

    [Fact]
    public void A_store_to_a_page_that_becomes_code_changes_what_is_run()
    {
        using Tale tale = Loop(EngineMode.Tiered, CpuMode.LittleEndian64, 4);
        WarmUp(tale);
        uint one = tale.Define(b => b.StopAfter(CpuStopKind.SystemCall, 1, b.Pc + 4), ends: true);
        tale.Write(DataAt, one);
        tale.Cpu.Pc = DataAt;
        Assert.Equal(1, tale.Cpu.Run(10).Code);

        // Once around all pages, so that the loop stores to the page of that instruction from translated code, and in the end to the instruction.
        tale.Cpu.Pc = CodeAt;
        (tale.Cpu[R1], tale.Cpu[R3]) = (DataAt, 4);
        tale.Cpu.Run(40_000);
        Assert.NotEqual(one, BitConverter.ToUInt32(tale.Memory.Slice(new PhysicalAddress(DataAt), 4)));
        tale.Cpu.Pc = DataAt;

        Assert.Equal(CpuStopKind.IllegalInstruction, tale.Cpu.Run(10).Kind);
    }

    internal static void WarmUp(Tale tale)
    {
        for (int i = 0; tale.Cpu.Statistics.Translated == 0; i++)
        {
            Assert.True(i < 2000, $"the loop should have been translated by now: {tale.Cpu.Statistics}");
            tale.Cpu.Run(6 * 500);
            Thread.Sleep(5);
        }
    }

    private static void Change(int what, ulong page, params ReadOnlySpan<Tale> tales)
    {
        foreach (Tale tale in tales)
        {
            switch (what)
            {
                case 0:
                    tale.Elsewhere[page] = Aside + (page - DataAt);
                    break;
                case 1:
                    tale.Elsewhere[page] = ulong.MaxValue;
                    break;
                case 2:
                    tale.ReadOnly.Add(page);
                    break;
                default:
                    tale.Elsewhere.Remove(page);
                    tale.ReadOnly.Remove(page);
                    break;
            }
            tale.Cpu.Flush(new VirtualAddress(page));
        }
    }

    /// <summary>Six instructions: r1 runs from r2 through the pages in steps of r3, is read there and written; r0 sums up.</summary>
    internal static Tale Loop(EngineMode mode, CpuMode kind, int bytes)
    {
        Tale tale = new(mode, tale => kind.CreateCpu(tale, tale.Memory, PageShift, tale));
        tale.Tell(
            b => b.Set(R1, b.Add(R1, R3)),
            b =>
            {
                Label inside = b.NewLabel();
                b.Branch(Condition.Below, b.Subtract(R1, R2), (Pages - 1) * 0x1000, inside);
                b.Set(R1, b.And(R1, DataAt | 15));
                b.Bind(inside);
            },
            b => b.Set(R0, b.Add(b.Binary(MicroCode.Rotl, R0, 5), b.Load(new DataAddress(R1, 8), bytes))),
            b => b.Store(new DataAddress(R1, 0), bytes, b.Add(R0, 0x5a5a)),
            b => b.Set(R0, b.Xor(R0, b.Load(new DataAddress(R1, 0), 1))),
            b => b.Exit(CodeAt));
        (tale.Cpu[R1], tale.Cpu[R2], tale.Cpu[R3]) = (DataAt, DataAt, 8);
        return tale;
    }
}
