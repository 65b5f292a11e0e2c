using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>IEEE floating point: opcodes 14, 16 and 17, and moves between the register files (FIX) of opcode 1C.</summary>
/// <remarks>
/// Source: Alpha Architecture Reference Manual, 4.7 to 4.10 and C.1. VAX formats do not exist for Linux programs: opcode 15 is no instruction here.
/// </remarks>
internal static class AlphaFloatInstructions
{
    private const ulong SignBit = 1UL << 63;

    // Bits 7:6 and 10:8 of the function with the letters that assemblers write for them.
    private static readonly (int Bits, string Letter)[] Roundings = [(0x000, "c"), (0x040, "m"), (0x080, ""), (0x0c0, "d")];
    private static readonly (int Bits, string Letters)[] Traps = [(0x000, ""), (0x100, "u"), (0x500, "su"), (0x700, "sui")];
    private static readonly (int Bits, string Letters)[] IntegerTraps = [(0x000, ""), (0x100, "v"), (0x500, "sv"), (0x700, "svi")];
    private static readonly (int Bits, string Letters)[] InexactTraps = [(0x000, ""), (0x700, "sui")];

    public static IEnumerable<AlphaInstruction> All =>
    [
        Integer("itofs", 0x004, (b, x) => b.Call(AlphaFunctions.LoadS, x, 0)),
        Integer("itoft", 0x024, (_, x) => x),
        .. OfOne("sqrts", 0x14, 0x00b, AlphaFloat.SquareRootS, Traps),
        .. OfOne("sqrtt", 0x14, 0x02b, AlphaFloat.SquareRootT, Traps),

        .. OfTwo("adds", 0x000, AlphaFloat.AddS),
        .. OfTwo("subs", 0x001, AlphaFloat.SubtractS),
        .. OfTwo("muls", 0x002, AlphaFloat.MultiplyS),
        .. OfTwo("divs", 0x003, AlphaFloat.DivideS),
        .. OfTwo("addt", 0x020, AlphaFloat.AddT, MicroCode.FloatAdd64),
        .. OfTwo("subt", 0x021, AlphaFloat.SubtractT, MicroCode.FloatSub64),
        .. OfTwo("mult", 0x022, AlphaFloat.MultiplyT, MicroCode.FloatMul64),
        .. OfTwo("divt", 0x023, AlphaFloat.DivideT, MicroCode.FloatDiv64),
        Comparison("cmptun", "", 0x0a4, AlphaFloat.CompareUnordered),
        Comparison("cmptun", "su", 0x5a4, AlphaFloat.CompareUnordered),
        Comparison("cmpteq", "", 0x0a5, AlphaFloat.CompareEqual),
        Comparison("cmpteq", "su", 0x5a5, AlphaFloat.CompareEqual),
        Comparison("cmptlt", "", 0x0a6, AlphaFloat.CompareLess),
        Comparison("cmptlt", "su", 0x5a6, AlphaFloat.CompareLess),
        Comparison("cmptle", "", 0x0a7, AlphaFloat.CompareLessOrEqual),
        Comparison("cmptle", "su", 0x5a7, AlphaFloat.CompareLessOrEqual),
        Convert("cvtst", 0x2ac, 0x080, AlphaFloat.ConvertSToT),
        Convert("cvtst/s", 0x6ac, 0x480, AlphaFloat.ConvertSToT),
        .. OfOne("cvtts", 0x16, 0x02c, AlphaFloat.ConvertTToS, Traps),
        .. OfOne("cvttq", 0x16, 0x02f, AlphaFloat.ConvertTToQ, IntegerTraps),
        .. OfOne("cvtqs", 0x16, 0x03c, AlphaFloat.ConvertQToS, InexactTraps),
        .. OfOne("cvtqt", 0x16, 0x03e, AlphaFloat.ConvertQToT, InexactTraps),

        Operate("cvtlq", 0x010, (b, _, y) => b.SignExtend(AlphaMemoryInstructions.StoreS(b, y), 32)),
        Operate("cpys", 0x020, (b, x, y) => x == y ? x : b.Or(b.And(x, SignBit), b.And(y, ~SignBit))),
        Operate("cpysn", 0x021, (b, x, y) => b.Or(b.Binary(MicroCode.AndNot, SignBit, x), b.And(y, ~SignBit))),
        Operate("cpyse", 0x022, (b, x, y) => b.Or(b.And(x, 0xfff0_0000_0000_0000), b.And(y, 0x000f_ffff_ffff_ffff))),
        // Both name the register that they move in all three fields.
        new("mt_fpcr", AlphaFormat.FloatOperate, 0x17, 0x024, (b, word) => b.Set(AlphaRegisters.Fpcr, b.Call(AlphaFloat.Control, AlphaOperands.Float(word.Ra), 0))),
        new("mf_fpcr", AlphaFormat.FloatOperate, 0x17, 0x025, (b, word) => AlphaOperands.SetFloat(b, word.Ra, AlphaRegisters.Fpcr)),
        ConditionalMove("fcmoveq", 0x02a, Condition.Equal),
        ConditionalMove("fcmovne", 0x02b, Condition.NotEqual),
        ConditionalMove("fcmovlt", 0x02c, Condition.Less),
        ConditionalMove("fcmovge", 0x02d, Condition.GreaterOrEqual),
        ConditionalMove("fcmovle", 0x02e, Condition.LessOrEqual),
        ConditionalMove("fcmovgt", 0x02f, Condition.Greater),
        Operate("cvtql", 0x030, (b, _, y) => Longword(b, y)),
        CheckedLongword("cvtql/v", 0x130),
        CheckedLongword("cvtql/sv", 0x530),

        ToInteger("ftoit", 0x70, (_, x) => x),
        ToInteger("ftois", 0x78, (b, x) => b.SignExtend(AlphaMemoryInstructions.StoreS(b, x), 32)),
    ];

    private static AlphaInstruction Integer(string mnemonic, int function, Func<BlockBuilder, Operand, Operand> compute) =>
        new(mnemonic, AlphaFormat.IntegerToFloat, 0x14, function, (b, word) => AlphaOperands.SetFloat(b, word.Rc, compute(b, AlphaOperands.Integer(word.Ra))));

    private static AlphaInstruction ToInteger(string mnemonic, int function, Func<BlockBuilder, Operand, Operand> compute) =>
        new(mnemonic, AlphaFormat.FloatToInteger, 0x1c, function, (b, word) => AlphaOperands.SetInteger(b, word.Rc, compute(b, AlphaOperands.Float(word.Ra))));

    private static AlphaInstruction Operate(string mnemonic, int function, Func<BlockBuilder, Operand, Operand, Operand> compute) =>
        new(mnemonic, AlphaFormat.FloatOperate, 0x17, function, (b, word) =>
        {
            if (word.Rc != 31)
                AlphaOperands.SetFloat(b, word.Rc, compute(b, AlphaOperands.Float(word.Ra), AlphaOperands.Float(word.Rb)));
        });

    // Loops: queries over pairs of values would have to be compiled at every start, before the first instruction.
    private static IEnumerable<AlphaInstruction> OfTwo(string mnemonic, int function, StateFunction compute, MicroCode host = default)
    {
        foreach ((int mode, string letter) in Roundings)
        {
            foreach ((int trap, string letters) in Traps)
            {
                int all = function | mode | trap;
                HostFloatRule? rule = AlphaFloat.HostRule(all);
                yield return new AlphaInstruction(Name(mnemonic, letters + letter), AlphaFormat.FloatOperate, 0x16, all, (b, word) =>
                    AlphaOperands.SetFloat(b, word.Rc, host != default && rule is { } may
                        ? b.CallFloat(host, may, compute, AlphaOperands.Float(word.Ra), AlphaOperands.Float(word.Rb), all)
                        : b.CallChecked(compute, AlphaOperands.Float(word.Ra), AlphaOperands.Float(word.Rb), all)));
            }
        }
    }

    private static IEnumerable<AlphaInstruction> OfOne(string mnemonic, int opcode, int function, StateFunction compute, (int Bits, string Letters)[] traps)
    {
        foreach ((int mode, string letter) in Roundings)
        {
            foreach ((int trap, string letters) in traps)
            {
                int all = function | mode | trap;
                yield return new AlphaInstruction(Name(mnemonic, letters + letter), AlphaFormat.FloatOperate, opcode, all, (b, word) =>
                    AlphaOperands.SetFloat(b, word.Rc, b.CallChecked(compute, AlphaOperands.Float(word.Rb), 0, all)));
            }
        }
    }

    private static AlphaInstruction Comparison(string mnemonic, string letters, int function, StateFunction compute) =>
        new(Name(mnemonic, letters), AlphaFormat.FloatOperate, 0x16, function, (b, word) =>
            AlphaOperands.SetFloat(b, word.Rc, b.CallChecked(compute, AlphaOperands.Float(word.Ra), AlphaOperands.Float(word.Rb), function)));

    private static AlphaInstruction Convert(string mnemonic, int function, int modes, StateFunction compute) =>
        new(mnemonic, AlphaFormat.FloatOperate, 0x16, function, (b, word) =>
            AlphaOperands.SetFloat(b, word.Rc, b.CallChecked(compute, AlphaOperands.Float(word.Rb), 0, modes)));

    private static AlphaInstruction ConditionalMove(string mnemonic, int function, Condition condition) =>
        new(mnemonic, AlphaFormat.FloatOperate, 0x17, function, (b, word) =>
        {
            if (word.Rc != 31)
                b.SetIf(b.Compare(condition, AlphaControlInstructions.Signed(b, AlphaOperands.Float(word.Ra)), 0), AlphaRegisters.Float(word.Rc), AlphaOperands.Float(word.Rb));
        });

    private static AlphaInstruction CheckedLongword(string mnemonic, int function) => new(mnemonic, AlphaFormat.FloatOperate, 0x17, function, (b, word) =>
    {
        Operand y = AlphaOperands.Float(word.Rb);
        b.CallChecked(AlphaFloat.CheckLongword, y, 0, function);
        AlphaOperands.SetFloat(b, word.Rc, Longword(b, y));
    });

    /// <summary>A longword in a floating-point register: bits 63:62 and 58:29.</summary>
    private static Operand Longword(BlockBuilder b, Operand y) => y.IsConstant ? 0UL : b.Or(b.Binary(MicroCode.Shl, b.And(y, 0xc000_0000), 32), b.Binary(MicroCode.Shl, b.And(y, 0x3fff_ffff), 29));

    private static string Name(string mnemonic, string letters) => letters.Length == 0 ? mnemonic : $"{mnemonic}/{letters}";
}
