using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>Integer arithmetic, logic, bytes, multiplication and multimedia: opcodes 10 to 13 and 1C, with BWX, CIX and MVI.</summary>
/// <remarks>Source: Alpha Architecture Reference Manual, 4.4 to 4.6 and 4.13.</remarks>
internal static class AlphaIntegerInstructions
{
    // AMASK of an EV67: BWX, FIX, CIX, MVI, precise arithmetic traps, prefetch with modify intent.
    private const ulong ArchitectureMask = 0x1307;
    private const ulong Ev6 = 2;

    public static IEnumerable<AlphaInstruction> All =>
    [
        Operate("addl", 0x10, 0x00, (b, x, y) => b.Binary(MicroCode.Add32S, x, y)),
        Operate("s4addl", 0x10, 0x02, (b, x, y) => b.Binary(MicroCode.Add32S, b.Binary(MicroCode.Shl, x, 2), y)),
        Operate("subl", 0x10, 0x09, (b, x, y) => b.Binary(MicroCode.Sub32S, x, y)),
        Operate("s4subl", 0x10, 0x0b, (b, x, y) => b.Binary(MicroCode.Sub32S, b.Binary(MicroCode.Shl, x, 2), y)),
        Operate("cmpbge", 0x10, 0x0f, (b, x, y) => b.Call(AlphaFunctions.CompareBytes, x, y)),
        Operate("s8addl", 0x10, 0x12, (b, x, y) => b.Binary(MicroCode.Add32S, b.Binary(MicroCode.Shl, x, 3), y)),
        Operate("s8subl", 0x10, 0x1b, (b, x, y) => b.Binary(MicroCode.Sub32S, b.Binary(MicroCode.Shl, x, 3), y)),
        Operate("cmpult", 0x10, 0x1d, (b, x, y) => b.Compare(Condition.Below, x, y)),
        Operate("addq", 0x10, 0x20, (b, x, y) => b.Add(x, y)),
        Operate("s4addq", 0x10, 0x22, (b, x, y) => AddScaled(b, x, 2, y)),
        Operate("subq", 0x10, 0x29, (b, x, y) => b.Subtract(x, y)),
        Operate("s4subq", 0x10, 0x2b, (b, x, y) => b.Subtract(b.Binary(MicroCode.Shl, x, 2), y)),
        Operate("cmpeq", 0x10, 0x2d, (b, x, y) => b.Compare(Condition.Equal, x, y)),
        Operate("s8addq", 0x10, 0x32, (b, x, y) => AddScaled(b, x, 3, y)),
        Operate("s8subq", 0x10, 0x3b, (b, x, y) => b.Subtract(b.Binary(MicroCode.Shl, x, 3), y)),
        Operate("cmpule", 0x10, 0x3d, (b, x, y) => b.Compare(Condition.BelowOrEqual, x, y)),
        Operate("addl/v", 0x10, 0x40, (b, x, y) => b.CallChecked(AlphaFunctions.AddLongword, x, y)),
        Operate("subl/v", 0x10, 0x49, (b, x, y) => b.CallChecked(AlphaFunctions.SubtractLongword, x, y)),
        Operate("cmplt", 0x10, 0x4d, (b, x, y) => b.Compare(Condition.Less, x, y)),
        Operate("addq/v", 0x10, 0x60, (b, x, y) => b.CallChecked(AlphaFunctions.AddQuadword, x, y)),
        Operate("subq/v", 0x10, 0x69, (b, x, y) => b.CallChecked(AlphaFunctions.SubtractQuadword, x, y)),
        Operate("cmple", 0x10, 0x6d, (b, x, y) => b.Compare(Condition.LessOrEqual, x, y)),

        Operate("and", 0x11, 0x00, (b, x, y) => b.And(x, y)),
        Operate("bic", 0x11, 0x08, (b, x, y) => b.Binary(MicroCode.AndNot, x, y)),
        ConditionalMove("cmovlbs", 0x14, Condition.NotEqual, lowBit: true),
        ConditionalMove("cmovlbc", 0x16, Condition.Equal, lowBit: true),
        Operate("bis", 0x11, 0x20, (b, x, y) => b.Or(x, y)),
        ConditionalMove("cmoveq", 0x24, Condition.Equal),
        ConditionalMove("cmovne", 0x26, Condition.NotEqual),
        Operate("ornot", 0x11, 0x28, (b, x, y) => b.Binary(MicroCode.OrNot, x, y)),
        Operate("xor", 0x11, 0x40, (b, x, y) => b.Xor(x, y)),
        ConditionalMove("cmovlt", 0x44, Condition.Less),
        ConditionalMove("cmovge", 0x46, Condition.GreaterOrEqual),
        Operate("eqv", 0x11, 0x48, (b, x, y) => b.Binary(MicroCode.XorNot, x, y)),
        Operate("amask", 0x11, 0x61, (b, _, y) => b.Binary(MicroCode.AndNot, y, ArchitectureMask)),
        ConditionalMove("cmovle", 0x64, Condition.LessOrEqual),
        ConditionalMove("cmovgt", 0x66, Condition.Greater),
        Operate("implver", 0x11, 0x6c, (_, _, _) => Ev6),

        .. Bytes("b", 0x02, 0x06, 0x0b, 0xff),
        .. Bytes("w", 0x12, 0x16, 0x1b, 0xffff),
        .. Bytes("l", 0x22, 0x26, 0x2b, 0xffff_ffff),
        .. Bytes("q", 0x32, 0x36, 0x3b, ulong.MaxValue),
        .. HighBytes("w", 0x52, 0x57, 0x5a, 0xffff),
        .. HighBytes("l", 0x62, 0x67, 0x6a, 0xffff_ffff),
        .. HighBytes("q", 0x72, 0x77, 0x7a, ulong.MaxValue),
        Operate("zap", 0x12, 0x30, (b, x, y) => b.Binary(MicroCode.AndNot, x, ByteMask(b, y))),
        Operate("zapnot", 0x12, 0x31, (b, x, y) => b.And(x, ByteMask(b, y))),
        Operate("srl", 0x12, 0x34, (b, x, y) => b.Binary(MicroCode.Shr, x, y)),
        Operate("sll", 0x12, 0x39, (b, x, y) => b.Binary(MicroCode.Shl, x, y)),
        Operate("sra", 0x12, 0x3c, (b, x, y) => b.Binary(MicroCode.Sar, x, y)),

        Operate("mull", 0x13, 0x00, (b, x, y) => b.Binary(MicroCode.Mul32S, x, y)),
        Operate("mulq", 0x13, 0x20, (b, x, y) => b.Multiply(x, y)),
        Operate("umulh", 0x13, 0x30, (b, x, y) => b.Binary(MicroCode.MulHighU, x, y)),
        Operate("mull/v", 0x13, 0x40, (b, x, y) => b.CallChecked(AlphaFunctions.MultiplyLongword, x, y)),
        Operate("mulq/v", 0x13, 0x60, (b, x, y) => b.CallChecked(AlphaFunctions.MultiplyQuadword, x, y)),

        Operate("sextb", 0x1c, 0x00, (b, _, y) => b.SignExtend(y, 8)),
        Operate("sextw", 0x1c, 0x01, (b, _, y) => b.SignExtend(y, 16)),
        Operate("ctpop", 0x1c, 0x30, (b, _, y) => b.Unary(MicroCode.PopulationCount, y)),
        Operate("perr", 0x1c, 0x31, (b, x, y) => b.Call(AlphaFunctions.PixelError, x, y)),
        Operate("ctlz", 0x1c, 0x32, (b, _, y) => b.Unary(MicroCode.LeadingZeros, y)),
        Operate("cttz", 0x1c, 0x33, (b, _, y) => b.Unary(MicroCode.TrailingZeros, y)),
        Operate("unpkbw", 0x1c, 0x34, (b, _, y) => b.Call(AlphaFunctions.UnpackBytesToWords, y, 0)),
        Operate("unpkbl", 0x1c, 0x35, (b, _, y) => b.Call(AlphaFunctions.UnpackBytesToLongwords, y, 0)),
        Operate("pkwb", 0x1c, 0x36, (b, _, y) => b.Call(AlphaFunctions.PackWordsToBytes, y, 0)),
        Operate("pklb", 0x1c, 0x37, (b, _, y) => b.Call(AlphaFunctions.PackLongwordsToBytes, y, 0)),
        Operate("minsb8", 0x1c, 0x38, (b, x, y) => b.Call(AlphaFunctions.MinSignedBytes, x, y)),
        Operate("minsw4", 0x1c, 0x39, (b, x, y) => b.Call(AlphaFunctions.MinSignedWords, x, y)),
        Operate("minub8", 0x1c, 0x3a, (b, x, y) => b.Call(AlphaFunctions.MinUnsignedBytes, x, y)),
        Operate("minuw4", 0x1c, 0x3b, (b, x, y) => b.Call(AlphaFunctions.MinUnsignedWords, x, y)),
        Operate("maxub8", 0x1c, 0x3c, (b, x, y) => b.Call(AlphaFunctions.MaxUnsignedBytes, x, y)),
        Operate("maxuw4", 0x1c, 0x3d, (b, x, y) => b.Call(AlphaFunctions.MaxUnsignedWords, x, y)),
        Operate("maxsb8", 0x1c, 0x3e, (b, x, y) => b.Call(AlphaFunctions.MaxSignedBytes, x, y)),
        Operate("maxsw4", 0x1c, 0x3f, (b, x, y) => b.Call(AlphaFunctions.MaxSignedWords, x, y)),
    ];

    private static AlphaInstruction Operate(string mnemonic, int opcode, int function, Func<BlockBuilder, Operand, Operand, Operand> compute) =>
        new(mnemonic, AlphaFormat.Operate, opcode, function, (b, word) =>
        {
            if (word.Rc != 31 || mnemonic.EndsWith("/v", StringComparison.Ordinal))
                AlphaOperands.SetInteger(b, word.Rc, compute(b, AlphaOperands.Integer(word.Ra), AlphaOperands.SecondInteger(word)));
        });

    private static AlphaInstruction ConditionalMove(string mnemonic, int function, Condition condition, bool lowBit = false) =>
        new(mnemonic, AlphaFormat.Operate, 0x11, function, (b, word) =>
        {
            if (word.Rc == 31)
                return;
            Operand x = AlphaOperands.Integer(word.Ra);
            b.SetIf(b.Compare(condition, lowBit ? b.And(x, 1) : x, 0), AlphaRegisters.Integer(word.Rc), AlphaOperands.SecondInteger(word));
        });

    private static Operand AddScaled(BlockBuilder b, Operand x, int scale, Operand y) =>
        x.IsConstant || y.IsConstant ? b.Add(b.Binary(MicroCode.Shl, x, (ulong)scale), y) : b.AddressOf(new DataAddress(y, 0) { Index = x.Slot, Scale = scale });

    /// <summary>MSKxL, EXTxL and INSxL: the bytes that y names begin at byte y modulo 8.</summary>
    private static IEnumerable<AlphaInstruction> Bytes(string suffix, int mask, int extract, int insert, ulong ones)
    {
        string name = suffix + "l";
        yield return Operate("msk" + name, 0x12, mask, (b, x, y) => b.Binary(MicroCode.AndNot, x, b.Binary(MicroCode.Shl, ones, Bits(b, y))));
        yield return Operate("ext" + name, 0x12, extract, (b, x, y) => b.And(b.Binary(MicroCode.Shr, x, Bits(b, y)), ones));
        yield return Operate("ins" + name, 0x12, insert, (b, x, y) => b.Binary(MicroCode.Shl, b.And(x, ones), Bits(b, y)));
    }

    /// <summary>MSKxH, INSxH and EXTxH: what of them lies in the next quadword. A shift right by 64 less the bits is one by 1 and one by 63 less the bits.</summary>
    private static IEnumerable<AlphaInstruction> HighBytes(string suffix, int mask, int insert, int extract, ulong ones)
    {
        string name = suffix + "h";
        yield return Operate("msk" + name, 0x12, mask, (b, x, y) => b.Binary(MicroCode.AndNot, x, b.Binary(MicroCode.Shr, ones >> 1, b.Xor(Bits(b, y), 63))));
        yield return Operate("ins" + name, 0x12, insert, (b, x, y) => b.Binary(MicroCode.Shr, b.Binary(MicroCode.Shr, b.And(x, ones), 1), b.Xor(Bits(b, y), 63)));
        yield return Operate("ext" + name, 0x12, extract, (b, x, y) => b.And(b.Binary(MicroCode.Shl, x, b.Subtract(0, Bits(b, y))), ones));
    }

    private static Operand Bits(BlockBuilder b, Operand y) => b.Binary(MicroCode.Shl, b.And(y, 7), 3);

    private static Operand ByteMask(BlockBuilder b, Operand y) => y.IsConstant ? AlphaFunctions.ByteMask(y.Constant) : b.Call(AlphaFunctions.ByteMask, y, 0);
}
