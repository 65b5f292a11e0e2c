using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>The 80-bit format against the x87 unit of this machine: results and the status word, for all directions and precisions.</summary>
public class X87Tests
{
    private const uint C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000, Exceptions = 0x3f;

    private delegate (UInt128 First, UInt128 Second, uint Word) Operation(HostCase one, ref FloatStatus status);

    private sealed record Row(Operation Ours, TestFormat? Operand = null, int ResultBits = 80, uint Word = Exceptions | C1, bool Traps = false);

    private static readonly Dictionary<string, Row> Operations = new()
    {
        ["fadd"] = new((HostCase c, ref FloatStatus s) => One(Extended80.Add(A(c), B(c), ref s)), Traps: true),
        ["fsub"] = new((HostCase c, ref FloatStatus s) => One(Extended80.Subtract(A(c), B(c), ref s)), Traps: true),
        ["fmul"] = new((HostCase c, ref FloatStatus s) => One(Extended80.Multiply(A(c), B(c), ref s)), Traps: true),
        ["fdiv"] = new((HostCase c, ref FloatStatus s) => One(Extended80.Divide(A(c), B(c), ref s)), Traps: true),
        ["fsqrt"] = new((HostCase c, ref FloatStatus s) => One(Extended80.SquareRoot(A(c), ref s))),
        ["frndint"] = new((HostCase c, ref FloatStatus s) => One(Extended80.RoundToIntegral(A(c), ref s))),
        ["fscale"] = new((HostCase c, ref FloatStatus s) => One(Extended80.Scale(A(c), B(c), ref s))),
        ["fxtract"] = new((HostCase c, ref FloatStatus s) =>
        {
            Extended80Bits significand = Extended80.Extract(A(c), out Extended80Bits exponent, ref s);
            return (Bits(significand), Bits(exponent), 0);
        }),
        ["fprem"] = new((HostCase c, ref FloatStatus s) =>
        {
            Extended80Bits remainder = Extended80.PartialRemainder(A(c), B(c), out ulong quotient, out bool complete, ref s);
            return (Bits(remainder), 0, QuotientBits(quotient, complete));
        }, Word: Exceptions | C0 | C1 | C2 | C3),
        ["fprem1"] = new((HostCase c, ref FloatStatus s) =>
        {
            Extended80Bits remainder = Extended80.PartialRemainderNearest(A(c), B(c), out ulong quotient, out bool complete, ref s);
            return (Bits(remainder), 0, QuotientBits(quotient, complete));
        }, Word: Exceptions | C0 | C1 | C2 | C3),
        ["fcom"] = new((HostCase c, ref FloatStatus s) => (c.A, 0, Relation(Extended80.CompareSignaling(A(c), B(c), ref s))), Word: Exceptions | C0 | C2 | C3),
        ["fucom"] = new((HostCase c, ref FloatStatus s) => (c.A, 0, Relation(Extended80.Compare(A(c), B(c), ref s))), Word: Exceptions | C0 | C2 | C3),
        ["fxam"] = new((HostCase c, ref FloatStatus _) => (c.A, 0, Class(A(c))), Word: C0 | C1 | C2 | C3),
        ["fst32"] = new((HostCase c, ref FloatStatus s) => (Extended80.ToBinary32(A(c), ref s), 0, 0), ResultBits: 32),
        ["fst64"] = new((HostCase c, ref FloatStatus s) => (Extended80.ToBinary64(A(c), ref s), 0, 0), ResultBits: 64),
        ["fld32"] = new((HostCase c, ref FloatStatus s) => One(Binary32.ToExtended80((uint)c.A, ref s)), TestFormat.Binary32, Word: Exceptions),
        ["fld64"] = new((HostCase c, ref FloatStatus s) => One(Binary64.ToExtended80((ulong)c.A, ref s)), TestFormat.Binary64, Word: Exceptions),
        ["fild16"] = new((HostCase c, ref FloatStatus _) => One(Extended80.FromInt64((short)(ulong)c.A)), TestFormat.Binary64, Word: Exceptions),
        ["fild32"] = new((HostCase c, ref FloatStatus _) => One(Extended80.FromInt64((int)(ulong)c.A)), TestFormat.Binary64, Word: Exceptions),
        ["fild64"] = new((HostCase c, ref FloatStatus _) => One(Extended80.FromInt64((long)(ulong)c.A)), TestFormat.Binary64, Word: Exceptions),
        ["fist16"] = new((HostCase c, ref FloatStatus s) => ((ushort)Extended80.ToInt16(A(c), s.Rounding, ref s), 0, 0), ResultBits: 16),
        ["fist32"] = new((HostCase c, ref FloatStatus s) => ((uint)Extended80.ToInt32(A(c), s.Rounding, ref s), 0, 0), ResultBits: 32),
        ["fist64"] = new((HostCase c, ref FloatStatus s) => ((ulong)Extended80.ToInt64(A(c), s.Rounding, ref s), 0, 0), ResultBits: 64),
        ["fisttp16"] = new((HostCase c, ref FloatStatus s) => ((ushort)Extended80.ToInt16(A(c), FloatRounding.TowardZero, ref s), 0, 0), ResultBits: 16),
        ["fisttp32"] = new((HostCase c, ref FloatStatus s) => ((uint)Extended80.ToInt32(A(c), FloatRounding.TowardZero, ref s), 0, 0), ResultBits: 32),
        ["fisttp64"] = new((HostCase c, ref FloatStatus s) => ((ulong)Extended80.ToInt64(A(c), FloatRounding.TowardZero, ref s), 0, 0), ResultBits: 64),
        ["fbstp"] = new((HostCase c, ref FloatStatus s) => One(Extended80.ToPackedDecimal(A(c), ref s))),
        ["fld1"] = Constant(X87Constant.One),
        ["fldl2t"] = Constant(X87Constant.Log2Of10),
        ["fldl2e"] = Constant(X87Constant.Log2OfE),
        ["fldpi"] = Constant(X87Constant.Pi),
        ["fldlg2"] = Constant(X87Constant.Log10Of2),
        ["fldln2"] = Constant(X87Constant.LnOf2),
        ["fldz"] = Constant(X87Constant.Zero),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_the_status_word_are_those_of_the_processor(string name)
    {
        Row row = Operations[name];
        Random random = Operands.RandomOf(name);
        Operands operands = new(random);
        HostCase[] cases = new HostCase[Operands.Cases];
        foreach (ref HostCase one in cases.AsSpan())
        {
            one.Control = 0x3f | (uint)random.Next(4) << 10 | random.Next(4) switch { 0 => 0U, 1 => 0x200U, _ => 0x300U };
            if (row.Traps && random.Next(6) == 0)
                one.Control &= ~0x18U;      // overflow and underflow
            (one.A, one.B) = (operands.Next(row.Operand ?? TestFormat.Extended80), operands.Next(TestFormat.Extended80));
            if (random.Next(16) == 0)
                one.B = one.A ^ (UInt128)(ulong)random.Next(4);
            if (name == "fscale" && random.Next(4) != 0)
                one.B = Bits(Extended80.FromInt64(random.Next(-40000, 40000) >> random.Next(16)));
            if (name.StartsWith("fild", StringComparison.Ordinal))
                one.A = operands.NextInteger();
            if (name is "fbstp" && random.Next(2) == 0)
                one.A = Bits(Extended80.FromInt64((long)operands.NextInteger()));
        }
        Judge(name, cases, row);
    }

    [Fact]
    public void Packed_decimals_are_loaded_as_the_processor_does()
    {
        Random random = Operands.RandomOf("fbld");
        HostCase[] cases = new HostCase[Operands.Cases];
        foreach (ref HostCase one in cases.AsSpan())
        {
            one.Control = 0x37f;
            int digits = random.Next(19);
            UInt128 value = 0;
            for (int i = 0; i < digits; i++)
                value = value << 4 | (uint)random.Next(10);
            one.A = value | (UInt128)(ulong)random.Next(2) << 79;
        }
        Judge("fbld", cases, new((HostCase c, ref FloatStatus _) => One(Extended80.FromPackedDecimal(A(c))), Word: Exceptions));
    }

    [Fact]
    public void The_indefinite_packed_decimal_is_that_of_the_manual()
    {
        FloatStatus status = TestUnits.X87;

        Extended80Bits stored = Extended80.ToPackedDecimal(Extended80.FromInt64(1_000_000_000_000_000_000), ref status);

        Assert.Equal("ffffc000000000000000", stored.ToString());        // Intel SDM vol. 1, table 4-4
        Assert.Equal(FloatFlags.Invalid, status.Flags & FloatFlags.X86);
    }

    private static void Judge(string name, HostCase[] cases, Row row)
    {
        HostOutcome[] judged = HostUnit.Run(name, cases);
        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = Status(cases[i].Control);
            (UInt128 first, UInt128 second, uint word) = row.Ours(cases[i], ref status);
            word |= (uint)(status.Flags & FloatFlags.X86) | ((status.Flags & FloatFlags.RoundedUp) != 0 ? C1 : 0);
            uint judgedWord = judged[i].Flags & row.Word;
            if (first == judged[i].Result && second == judged[i].Second && (word & row.Word) == judgedWord)
                continue;
            if (count++ < 10)
                wrong.AppendLine($"{name} {cases[i].A:x20} {cases[i].B:x20} control {cases[i].Control:x3}: {first:x20} {second:x20} {word & row.Word:x4}; "
                    + $"the processor {judged[i].Result:x20} {judged[i].Second:x20} {judgedWord:x4}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }

    /// <summary>The status that the control word stands for.</summary>
    internal static FloatStatus Status(uint control) => TestUnits.X87 with
    {
        Rounding = TestUnits.X86Rounding(control >> 10),
        Precision = (control >> 8 & 3) switch { 0 => FloatPrecision.Single, 2 => FloatPrecision.Double, _ => FloatPrecision.Extended },
        Traps = (FloatFlags)(~control & Exceptions),
    };

    internal static Extended80Bits Extended(UInt128 bits) => new((ulong)bits, (ushort)(bits >> 64));

    internal static UInt128 Bits(Extended80Bits bits) => new(bits.SignExponent, bits.Significand);

    private static Extended80Bits A(in HostCase one) => Extended(one.A);

    private static Extended80Bits B(in HostCase one) => Extended(one.B);

    private static (UInt128, UInt128, uint) One(Extended80Bits result) => (Bits(result), 0, 0);

    private static Row Constant(X87Constant constant) => new((HostCase _, ref FloatStatus s) => One(X87Functions.Constant(constant, s.Rounding)), Word: Exceptions);

    // Intel SDM vol. 2, FPREM: Q2, Q1, Q0 in C0, C3, C1.
    private static uint QuotientBits(ulong quotient, bool complete) => !complete ? C2
        : ((quotient & 4) != 0 ? C0 : 0) | ((quotient & 2) != 0 ? C3 : 0) | ((quotient & 1) != 0 ? C1 : 0);

    private static uint Relation(FloatRelation relation) => relation switch
    {
        FloatRelation.Greater => 0,
        FloatRelation.Less => C0,
        FloatRelation.Equal => C3,
        _ => C0 | C2 | C3,
    };

    // Intel SDM vol. 2, FXAM.
    private static uint Class(Extended80Bits a) => ((short)a.SignExponent < 0 ? C1 : 0) | Extended80.Classify(a) switch
    {
        FloatClass.Unsupported => 0,
        FloatClass.QuietNan or FloatClass.SignalingNan => C0,
        FloatClass.Normal => C2,
        FloatClass.Infinity => C2 | C0,
        FloatClass.Zero => C3,
        _ => C3 | C2,
    };
}
