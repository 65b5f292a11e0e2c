using System.Numerics;
using Emulator.Core.Execution;
using Emulator.Testing;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>Every operation on numbers, against arithmetic on integers without a width.</summary>
public abstract class OperationTests(EngineMode mode)
{
    private static readonly BigInteger Two64 = BigInteger.One << 64;

    private static readonly ulong[] Special =
        [0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, long.MaxValue, 1UL << 63, ulong.MaxValue];

    public static TheoryData<MicroCode> OfTwo => [.. Enum.GetValues<MicroCode>().Where(code => Expected(code, 1, 1) is not null)];

    public static TheoryData<MicroCode> OfOne => [.. Enum.GetValues<MicroCode>().Where(code => ExpectedOfOne(code, 1) is not null)];

    [Theory]
    [MemberData(nameof(OfTwo))]
    public void An_operation_of_two_operands_is_what_its_name_says(MicroCode code)
    {
        using Tale tale = new(mode);
        ulong x = 0, y = 0;
        uint registers = tale.Define(b => b.Set(R2, b.Binary(code, R0, R1)));
        uint stop = tale.Define(b => b.StopAfter(CpuStopKind.SystemCall, 0, CodeAt), ends: true);
        tale.Write(CodeAt, registers, stop);

        foreach ((ulong first, ulong second) in Pairs())
        {
            (x, y) = (first, second);
            (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu.Pc) = (x, y, CodeAt);
            tale.Cpu.Run(2);
            ulong expected = Expected(code, x, y)!.Value;
            Assert.True(expected == tale.Cpu[R2], $"{code} of 0x{x:x} and 0x{y:x}: expected 0x{expected:x}, found 0x{tale.Cpu[R2]:x}");
        }
    }

    [Theory]
    [MemberData(nameof(OfTwo))]
    public void A_number_in_the_instruction_means_the_same_as_one_in_a_register(MicroCode code)
    {
        foreach ((ulong x, ulong y) in Pairs().Where((_, i) => i % (mode == EngineMode.Translate ? 41 : 7) == 0))
        {
            using Tale tale = new(mode);
            tale.Tell(b => b.Set(R2, b.Binary(code, R0, y)), b => b.Set(R3, b.Binary(code, x, y)));
            tale.Cpu[R0] = x;

            tale.Cpu.Run(3);

            ulong expected = Expected(code, x, y)!.Value;
            Assert.True(expected == tale.Cpu[R2], $"{code}I of 0x{x:x} and 0x{y:x}: expected 0x{expected:x}, found 0x{tale.Cpu[R2]:x}");
            Assert.True(expected == tale.Cpu[R3], $"{code} of numbers 0x{x:x} and 0x{y:x}: expected 0x{expected:x}, found 0x{tale.Cpu[R3]:x}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_quotient_that_there_is_not_is_a_number_at_the_end_of_the_range(bool signed)
    {
        using Tale tale = new(mode);
        tale.Tell(b => b.Set(R2, b.Divide(R0, R1, signed)), b => b.Rare());

        foreach ((ulong x, ulong y) in Pairs())
        {
            (tale.Cpu[R0], tale.Cpu[R1], tale.Cpu.Pc) = (x, y, CodeAt);
            tale.Cpu.Run(3);
            ulong none = signed ? 1UL << 63 : ulong.MaxValue;
            ulong expected = y == 0 ? none : signed ? Wrap(BigInteger.Divide(Signed(x), Signed(y))) : x / y;
            Assert.True(expected == tale.Cpu[R2], $"0x{x:x} by 0x{y:x}: expected 0x{expected:x}, found 0x{tale.Cpu[R2]:x}");
        }
    }

    [Theory]
    [MemberData(nameof(OfOne))]
    public void An_operation_of_one_operand_is_what_its_name_says(MicroCode code)
    {
        foreach (ulong x in mode == EngineMode.Translate ? Special : Special.Concat(Pairs().Select(pair => pair.X)))
        {
            using Tale tale = new(mode);
            tale.Tell(b => b.Set(R2, b.Unary(code, R0)), b => b.Set(R3, b.Unary(code, x)));
            tale.Cpu[R0] = x;

            tale.Cpu.Run(3);

            Assert.Equal((ExpectedOfOne(code, x), ExpectedOfOne(code, x)), (tale.Cpu[R2], tale.Cpu[R3]));
        }
    }

    [Fact]
    public void Comparisons_branch_as_they_set()
    {
        Condition[] conditions = Enum.GetValues<Condition>();
        foreach (int bits in (int[])[32, 64])
        {
            foreach (Condition condition in conditions)
            {
                MicroCode code = (bits == 32 ? MicroCode.SetEq32 : MicroCode.SetEq) + (ushort)(2 * (int)condition);
                foreach ((ulong x, ulong y) in Pairs().Where((_, i) => i % (mode == EngineMode.Translate ? 61 : 3) == 0))
                {
                    using Tale tale = new(mode);
                    tale.Tell(
                        b => Choose(b, R2, label => b.Branch(condition, R0, R1, label, bits)),
                        b => Choose(b, R3, label => b.Branch(condition, R0, y, label, bits)),
                        b => Choose(b, new Slot(4), label => b.BranchIf(b.Compare(condition, R0, R1, bits), label)),
                        b => Choose(b, new Slot(5), label => b.BranchIf(b.Compare(condition, R0, y, bits), label)),
                        b => b.SetIf(b.Compare(condition, R0, R1, bits), new Slot(6), 1),
                        b => b.SetUnless(b.Compare(condition, R0, R1, bits), new Slot(7), 1));
                    (tale.Cpu[R0], tale.Cpu[R1]) = (x, y);

                    tale.Cpu.Run(7);

                    ulong holds = Expected(code, x, y)!.Value;
                    Assert.Equal([holds, holds, holds, holds, holds, 1 - holds], tale.Cpu.Registers.Slice(2, 6).ToArray());
                }
            }
        }
    }

    [Fact]
    public void Bits_are_taken_out_and_put_in()
    {
        using Tale tale = new(mode);
        tale.Tell(
            b => b.Set(R1, b.Extract(R0, 8, 0xff)),
            b => b.Deposit(R2, R0, 8, 0xff00),
            b => b.Set(R3, b.AddressOf(new DataAddress(R0, 0xffff_ffff_ffff_fff0) { Index = R0, Scale = 3 })),
            b => b.Set(new Slot(4), b.Subtract(100, R0)),
            b => b.Set(new Slot(5), b.AddressOf(new DataAddress(R0, 0x1_2345_6789_abcd) { Index = R0, Scale = 1 })));
        (tale.Cpu[R0], tale.Cpu[R2]) = (0x12_3456, 0xaaaa_aaaa);

        tale.Cpu.Run(6);

        Assert.Equal(0x34ul, tale.Cpu[R1]);
        Assert.Equal(0xaaaa_56aaul, tale.Cpu[R2]);
        Assert.Equal(0x12_3456ul * 9 - 16, tale.Cpu[R3]);
        Assert.Equal(ulong.MaxValue - 0x12_3456ul + 101, tale.Cpu[new Slot(4)]);
        Assert.Equal(0x12_3456ul * 3 + 0x1_2345_6789_abcd, tale.Cpu[new Slot(5)]);
    }

    private static void Choose(BlockBuilder b, Slot result, Action<Label> branch)
    {
        Label yes = b.NewLabel(), done = b.NewLabel();
        branch(yes);
        b.Set(result, 0);
        b.Goto(done);
        b.Bind(yes);
        b.Set(result, 1);
        b.Bind(done);
    }

    private static IEnumerable<(ulong X, ulong Y)> Pairs()
    {
        foreach (ulong x in Special)
        {
            foreach (ulong y in Special)
                yield return (x, y);
        }
        Random random = new(1);
        for (int i = 0; i < 100; i++)
            yield return ((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
    }

    private static ulong Wrap(BigInteger value) => (ulong)(((value % Two64) + Two64) % Two64);

    private static BigInteger Signed(ulong value) => value >= 1UL << 63 ? (BigInteger)value - Two64 : value;

    private static BigInteger Signed32(ulong value) => (value & 0xffff_ffff) >= 1UL << 31 ? (BigInteger)(value & 0xffff_ffff) - (BigInteger.One << 32) : value & 0xffff_ffff;

    private static ulong Low(BigInteger value) => Wrap(value) & 0xffff_ffff;

    private static ulong? Expected(MicroCode code, ulong x, ulong y)
    {
        int count = (int)(y % 64), count32 = (int)(y % 32);
        ulong x32 = x & 0xffff_ffff, y32 = y & 0xffff_ffff;
        return code switch
        {
            MicroCode.Add => Wrap((BigInteger)x + y),
            MicroCode.Sub => Wrap((BigInteger)x - y),
            MicroCode.Mul => Wrap((BigInteger)x * y),
            MicroCode.And => Wrap((BigInteger)x & y),
            MicroCode.Or => Wrap((BigInteger)x | y),
            MicroCode.Xor => Wrap((BigInteger)x ^ y),
            MicroCode.AndNot => Wrap(x & (Two64 - 1 - y)),
            MicroCode.OrNot => Wrap(x | (Two64 - 1 - y)),
            MicroCode.XorNot => Wrap(x ^ (Two64 - 1 - y)),
            MicroCode.Shl => Wrap((BigInteger)x << count),
            MicroCode.Shr => Wrap((BigInteger)x >> count),
            MicroCode.Sar => Wrap(Signed(x) >> count),
            MicroCode.Rotl => Wrap(((BigInteger)x << count) | ((BigInteger)x >> (64 - count))),
            MicroCode.MulHighU => Wrap((BigInteger)x * y >> 64),
            MicroCode.MulHighS => Wrap(Signed(x) * Signed(y) >> 64),
            MicroCode.Add32 => Low((BigInteger)x + y),
            MicroCode.Sub32 => Low((BigInteger)x - y),
            MicroCode.Mul32 => Low((BigInteger)x * y),
            MicroCode.And32 => Low((BigInteger)x & y),
            MicroCode.Or32 => Low((BigInteger)x | y),
            MicroCode.Xor32 => Low((BigInteger)x ^ y),
            MicroCode.Shl32 => Low((BigInteger)x32 << count32),
            MicroCode.Shr32 => Low((BigInteger)x32 >> count32),
            MicroCode.Sar32 => Low(Signed32(x) >> count32),
            MicroCode.Rotl32 => Low(((BigInteger)x32 << count32) | ((BigInteger)x32 >> (32 - count32))),
            MicroCode.Add32S => Wrap(Signed32(Low((BigInteger)x + y))),
            MicroCode.Sub32S => Wrap(Signed32(Low((BigInteger)x - y))),
            MicroCode.Mul32S => Wrap(Signed32(Low((BigInteger)x * y))),
            MicroCode.SetEq => x == y ? 1UL : 0,
            MicroCode.SetNe => x != y ? 1UL : 0,
            MicroCode.SetLtS => Signed(x) < Signed(y) ? 1UL : 0,
            MicroCode.SetLeS => Signed(x) <= Signed(y) ? 1UL : 0,
            MicroCode.SetGtS => Signed(x) > Signed(y) ? 1UL : 0,
            MicroCode.SetGeS => Signed(x) >= Signed(y) ? 1UL : 0,
            MicroCode.SetLtU => x < y ? 1UL : 0,
            MicroCode.SetLeU => x <= y ? 1UL : 0,
            MicroCode.SetGtU => x > y ? 1UL : 0,
            MicroCode.SetGeU => x >= y ? 1UL : 0,
            MicroCode.SetEq32 => x32 == y32 ? 1UL : 0,
            MicroCode.SetNe32 => x32 != y32 ? 1UL : 0,
            MicroCode.SetLtS32 => Signed32(x) < Signed32(y) ? 1UL : 0,
            MicroCode.SetLeS32 => Signed32(x) <= Signed32(y) ? 1UL : 0,
            MicroCode.SetGtS32 => Signed32(x) > Signed32(y) ? 1UL : 0,
            MicroCode.SetGeS32 => Signed32(x) >= Signed32(y) ? 1UL : 0,
            MicroCode.SetLtU32 => x32 < y32 ? 1UL : 0,
            MicroCode.SetLeU32 => x32 <= y32 ? 1UL : 0,
            MicroCode.SetGtU32 => x32 > y32 ? 1UL : 0,
            MicroCode.SetGeU32 => x32 >= y32 ? 1UL : 0,
            _ => null,
        };
    }

    private static ulong? ExpectedOfOne(MicroCode code, ulong x)
    {
        string bits = Convert.ToString((long)x, 2).PadLeft(64, '0'), hex = x.ToString("x16");
        string Reversed(int bytes) => string.Concat(Enumerable.Range(0, bytes).Select(i => hex.Substring(16 - 2 * (i + 1), 2)));
        return code switch
        {
            MicroCode.SignExtend8 => Wrap((BigInteger)(x & 0xff) - ((x & 0x80) << 1)),
            MicroCode.SignExtend16 => Wrap((BigInteger)(x & 0xffff) - ((x & 0x8000) << 1)),
            MicroCode.SignExtend32 => Wrap((BigInteger)(x & 0xffff_ffff) - ((x & 0x8000_0000) << 1)),
            MicroCode.ZeroExtend8 => x & 0xff,
            MicroCode.ZeroExtend16 => x & 0xffff,
            MicroCode.ZeroExtend32 => x & 0xffff_ffff,
            MicroCode.ByteSwap16 => Convert.ToUInt64(Reversed(2), 16),
            MicroCode.ByteSwap32 => Convert.ToUInt64(Reversed(4), 16),
            MicroCode.ByteSwap64 => Convert.ToUInt64(Reversed(8), 16),
            MicroCode.LeadingZeros => (ulong)bits.TakeWhile(bit => bit == '0').Count(),
            MicroCode.TrailingZeros => (ulong)bits.Reverse().TakeWhile(bit => bit == '0').Count(),
            MicroCode.PopulationCount => (ulong)bits.Count(bit => bit == '1'),
            _ => null,
        };
    }
}
