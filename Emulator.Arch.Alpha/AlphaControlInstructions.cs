using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>Branches, jumps and calls of PALcode that programs may make: opcodes 00, 1A and 30 to 3F.</summary>
/// <remarks>Source: Alpha Architecture Reference Manual, 4.3, and part II-B for PALcode.</remarks>
internal static class AlphaControlInstructions
{
    public static IEnumerable<AlphaInstruction> All =>
    [
        Pal("bpt", AlphaTraps.Breakpoint, (b, word) => b.StopAfter(CpuStopKind.Trap, AlphaTraps.Breakpoint, word.Next)),
        Pal("bugchk", AlphaTraps.Bugcheck, (b, word) => b.StopAfter(CpuStopKind.Trap, AlphaTraps.Bugcheck, word.Next)),
        Pal("callsys", AlphaTraps.CallSystem, (b, word) => b.StopAfter(CpuStopKind.SystemCall, AlphaTraps.CallSystem, word.Next)),
        Pal("imb", 0x86, (b, word) => b.Exit(word.Next)),       // the engine has seen every store to code already
        Pal("rduniq", 0x9e, (b, word) =>
        {
            b.Set(AlphaRegisters.V0, AlphaRegisters.Unique);
            b.Exit(word.Next);
        }),
        Pal("wruniq", 0x9f, (b, word) =>
        {
            b.Set(AlphaRegisters.Unique, AlphaRegisters.A0);
            b.Exit(word.Next);
        }),
        Pal("gentrap", AlphaTraps.GenerateTrap, (b, word) => b.StopAfter(CpuStopKind.Trap, AlphaTraps.GenerateTrap, word.Next)),

        Jump("jmp", 0),
        Jump("jsr", 1),
        Jump("ret", 2),
        Jump("jsr_coroutine", 3),

        Go("br", 0x30),
        FloatBranch("fbeq", 0x31, Condition.Equal),
        FloatBranch("fblt", 0x32, Condition.Less),
        FloatBranch("fble", 0x33, Condition.LessOrEqual),
        Go("bsr", 0x34),
        FloatBranch("fbne", 0x35, Condition.NotEqual),
        FloatBranch("fbge", 0x36, Condition.GreaterOrEqual),
        FloatBranch("fbgt", 0x37, Condition.Greater),
        Branch("blbc", 0x38, (b, x, taken) => b.BranchIfNone(x, 1, taken)),
        Branch("beq", 0x39, (b, x, taken) => b.Branch(Condition.Equal, x, 0, taken)),
        Branch("blt", 0x3a, (b, x, taken) => b.Branch(Condition.Less, x, 0, taken)),
        Branch("ble", 0x3b, (b, x, taken) => b.Branch(Condition.LessOrEqual, x, 0, taken)),
        Branch("blbs", 0x3c, (b, x, taken) => b.BranchIfAny(x, 1, taken)),
        Branch("bne", 0x3d, (b, x, taken) => b.Branch(Condition.NotEqual, x, 0, taken)),
        Branch("bge", 0x3e, (b, x, taken) => b.Branch(Condition.GreaterOrEqual, x, 0, taken)),
        Branch("bgt", 0x3f, (b, x, taken) => b.Branch(Condition.Greater, x, 0, taken)),
    ];

    /// <summary>
    /// A floating-point number as one that compares with 0 as an integer does: -0 is 0, and apart from that sign and magnitude order
    /// numbers of either sign on their side of 0 (Alpha Architecture Reference Manual, 4.9: these instructions do not interpret NaNs).
    /// </summary>
    public static Operand Signed(BlockBuilder b, Operand x) => b.Binary(MicroCode.AndNot, x, b.Binary(MicroCode.Shl, b.Compare(Condition.Equal, b.Binary(MicroCode.Shl, x, 1), 0), 63));

    private static AlphaInstruction Pal(string mnemonic, int function, AlphaLowering lower) => new(mnemonic, AlphaFormat.Pal, 0x00, function, lower, endsBlock: true);

    private static AlphaInstruction Jump(string mnemonic, int kind) => new(mnemonic, AlphaFormat.Jump, 0x1a, kind, (b, word) =>
    {
        Operand target = b.And(AlphaOperands.Integer(word.Rb), ~3UL);
        AlphaOperands.SetInteger(b, word.Ra, word.Next);
        b.Exit(target);
    }, endsBlock: true);

    private static AlphaInstruction Go(string mnemonic, int opcode) => new(mnemonic, AlphaFormat.Branch, opcode, -1, (b, word) =>
    {
        AlphaOperands.SetInteger(b, word.Ra, word.Next);
        b.Exit(word.Target);
    }, endsBlock: true);

    private static AlphaInstruction Branch(string mnemonic, int opcode, Action<BlockBuilder, Operand, Label> branch) =>
        new(mnemonic, AlphaFormat.Branch, opcode, -1, (b, word) =>
        {
            Label taken = b.NewLabel();
            branch(b, AlphaOperands.Integer(word.Ra), taken);
            b.Exit(word.Next);
            b.Bind(taken);
            b.Exit(word.Target);
        }, endsBlock: true);

    private static AlphaInstruction FloatBranch(string mnemonic, int opcode, Condition condition) =>
        new(mnemonic, AlphaFormat.FloatBranch, opcode, -1, (b, word) =>
        {
            Label taken = b.NewLabel();
            b.Branch(condition, Signed(b, AlphaOperands.Float(word.Ra)), 0, taken);
            b.Exit(word.Next);
            b.Bind(taken);
            b.Exit(word.Target);
        }, endsBlock: true);
}
