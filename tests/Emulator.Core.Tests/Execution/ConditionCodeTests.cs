using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>What condition codes are computed from is noted when it may be looked at, and only then.</summary>
public abstract class ConditionCodeTests(EngineMode mode)
{
    private static readonly Slot Amended = new(40);

    private static readonly ulong[] Numbers = [0, 1, 2, 31, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, long.MaxValue, 1UL << 63, ulong.MaxValue];

    [Theory]
    [InlineData(MicroCode.AddFlags, MicroCode.Add, false)]
    [InlineData(MicroCode.SubFlags, MicroCode.Sub, false)]
    [InlineData(MicroCode.MulFlags, MicroCode.Mul, false)]
    [InlineData(MicroCode.AndFlags, MicroCode.And, true)]
    [InlineData(MicroCode.OrFlags, MicroCode.Or, true)]
    [InlineData(MicroCode.XorFlags, MicroCode.Xor, true)]
    [InlineData(MicroCode.AddFlags32, MicroCode.Add32, false)]
    [InlineData(MicroCode.SubFlags32, MicroCode.Sub32, false)]
    [InlineData(MicroCode.MulFlags32, MicroCode.Mul32, false)]
    [InlineData(MicroCode.AndFlags32, MicroCode.And32, true)]
    [InlineData(MicroCode.OrFlags32, MicroCode.Or32, true)]
    [InlineData(MicroCode.XorFlags32, MicroCode.Xor32, true)]
    public void An_operation_that_notes_does_what_the_one_without_does(MicroCode noting, MicroCode plain, bool ofResult)
    {
        using Tale tale = Make();
        tale.Tell(b => b.Set(R2, b.Binary(plain, R0, R1)), b => b.SetWithFlags(noting, R3, R0, R1, Flags, 77));
        foreach (ulong x in Numbers)
        {
            foreach (ulong y in Numbers)
            {
                (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu.Pc) = (x, y, CodeAt);
                tale.Cpu.Run(3);
                Assert.Equal((tale.Cpu[R2], 77UL, ofResult ? tale.Cpu[R2] : x), (tale.Cpu[R3], tale.Cpu[Flags], tale.Cpu[Flags.Next()]));
                if (!ofResult)
                    Assert.Equal(y, tale.Cpu[Flags.Next(2)]);
            }
        }
    }

    [Theory]
    [InlineData(MicroCode.AddFlags, MicroCode.Add)]
    [InlineData(MicroCode.SubFlags32, MicroCode.Sub32)]
    [InlineData(MicroCode.ShlFlagsI, MicroCode.Shl)]
    [InlineData(MicroCode.ShrFlagsI, MicroCode.Shr)]
    [InlineData(MicroCode.SarFlagsI, MicroCode.Sar)]
    [InlineData(MicroCode.ShlFlags32I, MicroCode.Shl32)]
    [InlineData(MicroCode.ShrFlags32I, MicroCode.Shr32)]
    [InlineData(MicroCode.SarFlags32I, MicroCode.Sar32)]
    public void An_operation_that_notes_takes_numbers_too(MicroCode noting, MicroCode plain)
    {
        foreach (ulong y in (ulong[])[1, 7, 31])
        {
            using Tale tale = Make();
            tale.Tell(b => b.Set(R2, b.Binary(plain, R0, y)), b => b.SetWithFlags(noting, R3, R0, y, Flags, 9), b => b.SetWithFlags(noting, R0, R0, y, new Slot(12), 5));
            foreach (ulong x in Numbers)
            {
                (tale.Cpu[R0], tale.Cpu.Pc) = (x, CodeAt);
                tale.Cpu.Run(4);
                Assert.Equal((tale.Cpu[R2], 9UL, x, y), (tale.Cpu[R3], tale.Cpu[Flags], tale.Cpu[Flags.Next()], tale.Cpu[Flags.Next(2)]));
                Assert.Equal((tale.Cpu[R2], 5UL, x, y), (tale.Cpu[R0], tale.Cpu[new Slot(12)], tale.Cpu[new Slot(13)], tale.Cpu[new Slot(14)]));
            }
        }
    }

    [Fact]
    public void A_branch_behind_a_comparison_goes_as_the_comparison_says()
    {
        foreach (int bits in (int[])[32, 64])
        {
            foreach (Condition condition in Enum.GetValues<Condition>())
            {
                foreach (ulong? number in (ulong?[])[null, 5, ulong.MaxValue, 1UL << 40])
                {
                    using Tale tale = Make();
                    tale.Tell(
                        b => b.SetFlags(Flags, 3, R0, number ?? (Operand)R1),
                        b =>
                        {
                            Label yes = b.NewLabel(), end = b.NewLabel();
                            b.Branch(condition, Flags.Next(), Flags.Next(2), yes, bits);
                            b.Set(R2, 0);
                            b.Goto(end);
                            b.Bind(yes);
                            b.Set(R2, 1);
                            b.Bind(end);
                        },
                        b => b.Set(R3, b.Compare(condition, R0, number ?? (Operand)R1, bits)));
                    foreach (ulong x in Numbers)
                    {
                        (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu.Pc) = (x, 0x8000_0000, CodeAt);
                        tale.Cpu.Run(4);
                        Assert.Equal((tale.Cpu[R3], 3UL, x, number ?? 0x8000_0000), (tale.Cpu[R2], tale.Cpu[Flags], tale.Cpu[Flags.Next()], tale.Cpu[Flags.Next(2)]));
                    }
                }
            }
        }
    }

    [Fact]
    public void Whoever_stops_between_two_instructions_sees_what_the_first_noted()
    {
        Action<BlockBuilder>[] instructions =
        [
            b => b.SetFlags(Flags, 1, R0, R1),
            b => b.SetWithFlags(MicroCode.AddFlags, R0, R0, 1, Flags, 2),
            b => b.SetFlagsIf(Flags, 3, R0, R1),
            b => b.UpdateFlags(Flags, Plus100, 0, 0),
            b => b.SetFlagsPlus(Flags, 4, R1, R0, R0),
            b => b.SetFlags(Flags, 6, R0, 7),
        ];
        for (int count = 1; count <= instructions.Length; count++)
        {
            using Tale whole = Make(), single = Make();
            (whole.Cpu[R0], whole.Cpu[R1], single.Cpu[R0], single.Cpu[R1]) = (5, 6, 5, 6);
            whole.Tell(instructions);
            single.Tell(instructions);

            whole.Cpu.Run(count);
            for (int i = 0; i < count; i++)
                single.Cpu.Run(1);

            Assert.Equal(single.Cpu.Registers[..16].ToArray(), whole.Cpu.Registers[..16].ToArray());
        }
    }

    [Fact]
    public void A_fault_shows_what_was_noted_before_it()
    {
        using Tale tale = Make();
        tale.Tell(
            b => b.SetFlags(Flags, 1, R0, R1),
            b => b.SetFlags(Flags, 2, R0, R1),
            b => b.Set(R2, b.Load(new DataAddress(R3, 0), 8)),
            b => b.SetFlags(Flags, 3, R0, R1));
        tale.Cpu[R3] = DataAt;
        tale.Elsewhere[DataAt] = ulong.MaxValue;

        Assert.Equal(CpuStopKind.PageFault, tale.Cpu.Run(10).Kind);
        Assert.Equal(2UL, tale.Cpu[Flags]);

        tale.Elsewhere.Clear();
        tale.Cpu.Flush(new VirtualAddress(DataAt));
        Assert.Equal(CpuStopKind.SystemCall, tale.Cpu.Run(10).Kind);
        Assert.Equal(3UL, tale.Cpu[Flags]);
    }

    [Fact]
    public void What_a_function_adds_to_condition_codes_counts_when_they_are_read()
    {
        using Tale tale = Make();
        tale.Tell(b => b.SetFlags(Flags, 1, R0, R1), b => b.UpdateFlags(Flags, Plus100, 0, 0), b => b.Set(R2, Flags), b => b.SetFlags(Flags, 2, R0, R1));

        tale.Cpu.Run(10);

        Assert.Equal((101UL, 2UL), (tale.Cpu[R2], tale.Cpu[Flags]));
    }

    [Fact]
    public void An_amendment_keeps_what_the_others_are_computed_from()
    {
        using Tale tale = Make();
        tale.Tell(
            b => b.SetFlags(Flags, 0x35, R0, R1),
            b => b.AmendFlags(Flags, 0xf, 0x200, Amended, R2));
        (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu[R2]) = (3, 4, 5);

        tale.Cpu.Run(2);

        Assert.Equal((0x205UL, 3UL, 4UL, 5UL), (tale.Cpu[Flags], tale.Cpu[Flags.Next()], tale.Cpu[Flags.Next(2)], tale.Cpu[Amended]));
    }

    [Fact]
    public void An_amendment_that_is_read_stays_and_one_that_nobody_reads_goes_away()
    {
        using Tale tale = Make();
        tale.Tell(
            b => b.AmendFlags(Flags, 0xf, 0x200, Amended, R0),
            b => b.Set(R2, Amended),
            b => b.AmendFlags(Flags, 0xf, 0x200, Amended, R1),
            b => b.SetFlags(Flags, 1, R0, R1));
        (tale.Cpu[R0], tale.Cpu[R1]) = (3, 4);

        tale.Cpu.Run(4);

        Assert.Equal((3UL, 3UL, 1UL), (tale.Cpu[R2], tale.Cpu[Amended], tale.Cpu[Flags]));
    }

    [Fact]
    public void A_load_for_writing_faults_as_a_store()
    {
        using Tale tale = Make();
        tale.Tell(b =>
        {
            DataAddress at = new(R3, 8);
            b.Store(at, 8, b.Add(b.LoadForWrite(at, 8), 1));
        });
        tale.Cpu[R3] = DataAt;
        tale.ReadOnly.Add(DataAt);

        CpuStop stop = tale.Cpu.Run(1);
        Assert.Equal((CpuStopKind.PageFault, Core.Paging.AccessKind.Write), (stop.Kind, stop.Fault.Access));

        tale.ReadOnly.Clear();
        tale.Cpu.Run(1);
        Assert.Equal(1, tale.Memory.Slice(new PhysicalAddress(DataAt + 8), 1)[0]);
    }

    [Fact]
    public void A_stack_grows_and_shrinks_with_its_pointer()
    {
        using Tale tale = Make();
        tale.Tell(
            b => b.StoreUpdate(R3, unchecked((ulong)-8), 8, R0),
            b => b.StoreUpdate(R3, unchecked((ulong)-4), 4, R1),
            b => b.StoreUpdate(R3, unchecked((ulong)-8), 8, R3),
            b => b.LoadUpdate(R2, R3, 8, 8),
            b => b.LoadUpdate(R1, R3, 4, 4),
            b => b.LoadUpdate(R3, R3, 8, 8));
        (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu[R3]) = (0x1111_2222_3333_4444, 0x5555_6666_7777_8888, DataAt + 100);

        tale.Cpu.Run(7);

        Assert.Equal((0x7777_8888UL, DataAt + 88, 0x1111_2222_3333_4444UL), (tale.Cpu[R1], tale.Cpu[R2], tale.Cpu[R3]));
    }

    private Tale Make() => new(mode);

    private static ulong Plus100(ref EngineState state, ulong x, ulong y, int number) => state[Flags.Number] += 100;
}
