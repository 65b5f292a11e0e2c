using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>The choices of s390x, ppc64 and sparc64, against QEMU's machines: NaNs, tininess, integers that are too great, flags, ties away from zero.</summary>
public class ForeignTests
{
    private delegate UInt128 Operation(UInt128 a, UInt128 b, UInt128 c, ref FloatStatus status);

    /// <summary>What QEMU 7.2 gets wrong: it is not asked, and FloatRuleTests has it from the manuals.</summary>
    private delegate bool Deviation(string name, UInt128 a, UInt128 b, UInt128 c);

    private sealed record Row(TestFormat? Operand, Operation Ours, bool Comparison = false);

    private static readonly TestFormat Single = TestFormat.Binary32, Double = TestFormat.Binary64, Quad = TestFormat.Binary128;

    private static readonly Dictionary<string, Row> S390 = new()
    {
        ["aebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Add((uint)a, (uint)b, ref s)),
        ["sebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Subtract((uint)a, (uint)b, ref s)),
        ["meebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Multiply((uint)a, (uint)b, ref s)),
        ["debr"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Divide((uint)a, (uint)b, ref s)),
        ["adbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Add((ulong)a, (ulong)b, ref s)),
        ["sdbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Subtract((ulong)a, (ulong)b, ref s)),
        ["mdbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Multiply((ulong)a, (ulong)b, ref s)),
        ["ddbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Divide((ulong)a, (ulong)b, ref s)),
        ["axbr"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Add(a, b, ref s)),
        ["sxbr"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Subtract(a, b, ref s)),
        ["mxbr"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Multiply(a, b, ref s)),
        ["dxbr"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Divide(a, b, ref s)),
        ["sqebr"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.SquareRoot((uint)a, ref s)),
        ["sqdbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.SquareRoot((ulong)a, ref s)),
        ["sqxbr"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.SquareRoot(a, ref s)),
        ["maebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.MultiplyAdd((uint)a, (uint)b, (uint)c, ref s)),
        ["madbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["msebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary32.MultiplySubtract((uint)a, (uint)b, (uint)c, ref s)),
        ["msdbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplySubtract((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["ledbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.ToBinary32((ulong)a, ref s)),
        ["ldebr"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.ToBinary64((uint)a, ref s)),
        ["lxdbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.ToBinary128((ulong)a, ref s)),
        ["lxebr"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.ToBinary128((uint)a, ref s)),
        ["ldxbr"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.ToBinary64(a, ref s)),
        ["lexbr"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.ToBinary32(a, ref s)),
        ["fiebr"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.RoundToIntegral((uint)a, ref s)),
        ["fidbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, ref s)),
        ["fidbr-away"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, FloatRounding.NearestAway, exact: true, ref s)),
        ["fixbr"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.RoundToIntegral(a, s.Rounding, exact: true, ref s)),
        ["fixbr-away"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.RoundToIntegral(a, FloatRounding.NearestAway, exact: true, ref s)),
        ["cfebr"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary32.ToInt32((uint)a, s.Rounding, ref s)),
        ["cfdbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt32((ulong)a, s.Rounding, ref s)),
        ["cgdbr"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, s.Rounding, ref s)),
        ["cfdbr-away"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt32((ulong)a, FloatRounding.NearestAway, ref s)),
        ["cgdbr-away"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, FloatRounding.NearestAway, ref s)),
        ["cgxbr"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary128.ToInt64(a, s.Rounding, ref s)),
        ["cgxbr-away"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary128.ToInt64(a, FloatRounding.NearestAway, ref s)),
        ["cfxbr-away"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary128.ToInt32(a, FloatRounding.NearestAway, ref s)),
        ["cegbr"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.FromInt64((long)(ulong)a, ref s)),
        ["cdgbr"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.FromInt64((long)(ulong)a, ref s)),
        ["cxgbr"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus _) => Binary128.FromInt64((long)(ulong)a)),
        ["cdbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionCode(Binary64.Compare((ulong)a, (ulong)b, ref s)), Comparison: true),
        ["kdbr"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionCode(Binary64.CompareSignaling((ulong)a, (ulong)b, ref s)), Comparison: true),
        ["kebr"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionCode(Binary32.CompareSignaling((uint)a, (uint)b, ref s)), Comparison: true),
        ["cxbr"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionCode(Binary128.Compare(a, b, ref s)), Comparison: true),
    };

    private static readonly Dictionary<string, Row> PowerPC = new()
    {
        ["fadd"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Add((ulong)a, (ulong)b, ref s)),
        ["fsub"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Subtract((ulong)a, (ulong)b, ref s)),
        ["fmul"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Multiply((ulong)a, (ulong)b, ref s)),
        ["fdiv"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Divide((ulong)a, (ulong)b, ref s)),
        ["fsqrt"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.SquareRoot((ulong)a, ref s)),
        ["fmadd"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fmsub"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Binary64.MultiplySubtract((ulong)a, (ulong)b, (ulong)c, ref s)),
        ["fadds"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Widened(Binary64.AddToBinary32((ulong)a, (ulong)b, ref s))),
        ["fsubs"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Widened(Binary64.SubtractToBinary32((ulong)a, (ulong)b, ref s))),
        ["fmuls"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Widened(Binary64.MultiplyToBinary32((ulong)a, (ulong)b, ref s))),
        ["fdivs"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Widened(Binary64.DivideToBinary32((ulong)a, (ulong)b, ref s))),
        ["fsqrts"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Widened(Binary64.SquareRootToBinary32((ulong)a, ref s))),
        ["fmadds"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Widened(Binary64.MultiplyAddToBinary32((ulong)a, (ulong)b, (ulong)c, ref s))),
        ["fmsubs"] = new(Double, (UInt128 a, UInt128 b, UInt128 c, ref FloatStatus s) => Widened(Binary64.MultiplySubtractToBinary32((ulong)a, (ulong)b, (ulong)c, ref s))),
        ["frsp"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Widened(Binary64.ToBinary32((ulong)a, ref s))),
        ["fctiw"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary64.ToInt32((ulong)a, s.Rounding, ref s)),
        ["fctiwz"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary64.ToInt32((ulong)a, FloatRounding.TowardZero, ref s)),
        ["fctid"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, s.Rounding, ref s)),
        ["fctidz"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, FloatRounding.TowardZero, ref s)),
        ["fcfid"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.FromInt64((long)(ulong)a, ref s)),
        ["frim"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, FloatRounding.Down, exact: false, ref s)),
        ["frin"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.RoundToIntegral((ulong)a, FloatRounding.NearestAway, exact: false, ref s)),
        ["fcmpu"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionField(Binary64.Compare((ulong)a, (ulong)b, ref s)), Comparison: true),
        ["fcmpo"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => ConditionField(Binary64.CompareSignaling((ulong)a, (ulong)b, ref s)), Comparison: true),
    };

    private static readonly Dictionary<string, Row> Sparc = new()
    {
        ["fadds"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Add((uint)a, (uint)b, ref s)),
        ["fmuls"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Multiply((uint)a, (uint)b, ref s)),
        ["fdivs"] = new(Single, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary32.Divide((uint)a, (uint)b, ref s)),
        ["faddd"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Add((ulong)a, (ulong)b, ref s)),
        ["fsubd"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Subtract((ulong)a, (ulong)b, ref s)),
        ["fmuld"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Multiply((ulong)a, (ulong)b, ref s)),
        ["fdivd"] = new(Double, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary64.Divide((ulong)a, (ulong)b, ref s)),
        ["faddq"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Add(a, b, ref s)),
        ["fsubq"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Subtract(a, b, ref s)),
        ["fmulq"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Multiply(a, b, ref s)),
        ["fdivq"] = new(Quad, (UInt128 a, UInt128 b, UInt128 _, ref FloatStatus s) => Binary128.Divide(a, b, ref s)),
        ["fsqrtd"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.SquareRoot((ulong)a, ref s)),
        ["fsqrtq"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.SquareRoot(a, ref s)),
        ["fdtos"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.ToBinary32((ulong)a, ref s)),
        ["fstod"] = new(Single, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.ToBinary64((uint)a, ref s)),
        ["fqtod"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.ToBinary64(a, ref s)),
        ["fdtoq"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.ToBinary128((ulong)a, ref s)),
        ["fqtos"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary128.ToBinary32(a, ref s)),
        ["fdtoi"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (uint)Binary64.ToInt32((ulong)a, FloatRounding.TowardZero, ref s)),
        ["fdtox"] = new(Double, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary64.ToInt64((ulong)a, FloatRounding.TowardZero, ref s)),
        ["fqtox"] = new(Quad, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => (ulong)Binary128.ToInt64(a, FloatRounding.TowardZero, ref s)),
        ["fxtod"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary64.FromInt64((long)(ulong)a, ref s)),
        ["fxtos"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus s) => Binary32.FromInt64((long)(ulong)a, ref s)),
        ["fxtoq"] = new(null, (UInt128 a, UInt128 _, UInt128 _, ref FloatStatus _) => Binary128.FromInt64((long)(ulong)a)),
    };

    public static TheoryData<string> S390Names => [.. S390.Keys];

    public static TheoryData<string> PowerPCNames => [.. PowerPC.Keys];

    public static TheoryData<string> SparcNames => [.. Sparc.Keys];

    [Theory]
    [MemberData(nameof(S390Names))]
    public void Results_and_flags_are_those_of_s390x(string name) =>
        // Principles of Operation, SA22-7832, "Floating-Point-Control (FPC) Register": flags in byte 1, the direction in the last two bits.
        Judge(ForeignUnit.S390x, name, S390[name], TestUnits.S390,
            control: direction => direction, directions: [FloatRounding.NearestEven, FloatRounding.TowardZero, FloatRounding.Up, FloatRounding.Down],
            flags: fpc => Flags(fpc, 0x80_0000, 0x40_0000, 0x20_0000, 0x10_0000, 0x08_0000), FloatFlags.Ieee, mask: UInt128.MaxValue,
            // It chooses among NaNs of a multiplication and addition as x87 would, and lets a NaN hide infinity times zero.
            deviates: (name, a, b, c) => name[0] == 'm' && name[1] is 'a' or 's' && (Nans(S390[name].Operand!, a, b, c) > 1 || Nans(S390[name].Operand!, c) > 0));

    [Theory]
    [MemberData(nameof(PowerPCNames))]
    public void Results_flags_and_their_causes_are_those_of_ppc64(string name) =>
        // Power ISA 2.06, book I, 4.2.2. QEMU does not set FR. The upper half of what fctiw gives is undefined.
        Judge(ForeignUnit.Ppc64, name, PowerPC[name], TestUnits.PowerPC,
            control: direction => direction, directions: [FloatRounding.NearestEven, FloatRounding.TowardZero, FloatRounding.Up, FloatRounding.Down],
            flags: PowerPCFlags, FloatFlags.Ieee | (FloatFlags)0xff00, mask: name.StartsWith("fctiw", StringComparison.Ordinal) ? uint.MaxValue : UInt128.MaxValue,
            deviates: (_, _, _, _) => false);

    [Theory]
    [MemberData(nameof(SparcNames))]
    public void Results_and_flags_are_those_of_sparc64(string name) =>
        // SPARC Architecture Manual, version 9, 5.1.7: aexc in bits 9 to 5, RD in bits 31 and 30.
        Judge(ForeignUnit.Sparc64, name, Sparc[name], TestUnits.Sparc,
            control: direction => direction << 30, directions: [FloatRounding.NearestEven, FloatRounding.TowardZero, FloatRounding.Up, FloatRounding.Down],
            flags: fsr => Flags(fsr, 0x200, 0x40, 0x100, 0x80, 0x20), FloatFlags.Ieee, mask: UInt128.MaxValue,
            // It chooses among NaNs as x87 would, does not look at the sign of a NaN that is to be an integer, and forgets that fstod and fdtoq may be invalid.
            deviates: (name, a, b, _) => Sparc[name].Operand is { } operand && (Nans(operand, a, b) > 1
                || (name is "fdtoi" or "fdtox" or "fqtox" or "fstod" or "fdtoq" && Nans(operand, a) > 0)));

    private static void Judge(ForeignUnit unit, string name, Row row, FloatStatus machine, Func<ulong, ulong> control, FloatRounding[] directions,
        Func<ulong, FloatFlags> flags, FloatFlags relevant, UInt128 mask, Deviation deviates)
    {
        Random random = Operands.RandomOf(name);
        Operands operands = new(random);
        UInt128 Next() => row.Operand is null ? operands.NextInteger() : operands.Next(row.Operand);
        int[] chosen = [.. Enumerable.Range(0, Operands.Cases).Select(_ => random.Next(4))];
        ForeignCase[] cases = [.. chosen.Select(direction => new ForeignCase(control((ulong)direction), Next(), Next(), Next()))];

        ForeignOutcome[] judged = unit.Run(name, cases);

        StringBuilder wrong = new();
        int count = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            FloatStatus status = machine with { Rounding = directions[chosen[i]] };
            UInt128 result = row.Ours(cases[i].A, cases[i].B, cases[i].C, ref status) & mask;
            UInt128 wanted = row.Comparison ? judged[i].Number : judged[i].Result & mask;
            FloatFlags found = status.Flags & relevant, wantedFlags = flags(judged[i].Control);
            if ((result == wanted && found == wantedFlags) || deviates(name, cases[i].A, cases[i].B, cases[i].C))
                continue;
            if (count++ < 6)
                wrong.AppendLine($"{name} {cases[i].A:x} {cases[i].B:x} {cases[i].C:x} {status.Rounding}: {result:x} {found}; QEMU {wanted:x} {wantedFlags}");
        }
        Assert.True(count == 0, $"{count} of {cases.Length}\n{wrong}");
    }

    private static int Nans(TestFormat format, params UInt128[] numbers)
    {
        UInt128 infinity = ((UInt128.One << format.ExponentBits) - 1) << (format.Precision - 1), sign = UInt128.One << (format.Precision + format.ExponentBits - 1);
        return numbers.Count(number => (number & (sign - 1)) > infinity);
    }

    private static FloatFlags Flags(ulong bits, ulong invalid, ulong divideByZero, ulong overflow, ulong underflow, ulong inexact) =>
        ((bits & invalid) != 0 ? FloatFlags.Invalid : 0) | ((bits & divideByZero) != 0 ? FloatFlags.DivideByZero : 0)
        | ((bits & overflow) != 0 ? FloatFlags.Overflow : 0) | ((bits & underflow) != 0 ? FloatFlags.Underflow : 0) | ((bits & inexact) != 0 ? FloatFlags.Inexact : 0);

    private static FloatFlags PowerPCFlags(ulong fpscr)
    {
        (int Bit, FloatFlags Flag)[] causes =
        [
            (24, FloatFlags.InvalidSignalingNan), (23, FloatFlags.InvalidSubtract), (22, FloatFlags.InvalidDivideInfinity), (21, FloatFlags.InvalidDivideZero),
            (20, FloatFlags.InvalidMultiply), (19, FloatFlags.InvalidCompare), (9, FloatFlags.InvalidSquareRoot), (8, FloatFlags.InvalidConvert),
        ];
        return causes.Where(cause => (fpscr >> cause.Bit & 1) != 0).Aggregate(
            Flags(fpscr, 1UL << 29, 1UL << 26, 1UL << 28, 1UL << 27, 1UL << 25), (all, cause) => all | cause.Flag);
    }

    private static UInt128 Widened(uint single)
    {
        FloatStatus status = TestUnits.PowerPC;
        return Binary32.ToBinary64(single, ref status);
    }

    private static UInt128 ConditionCode(FloatRelation relation) => relation switch
    {
        FloatRelation.Equal => 0,
        FloatRelation.Less => 1,
        FloatRelation.Greater => 2,
        _ => 3,
    };

    private static UInt128 ConditionField(FloatRelation relation) => relation switch
    {
        FloatRelation.Less => 8,
        FloatRelation.Greater => 4,
        FloatRelation.Equal => 2,
        _ => 1,
    };
}
