using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>Loads and stores, and what else has the memory format: opcodes 08 to 0F, 18 and 22 to 2F.</summary>
/// <remarks>Source: Alpha Architecture Reference Manual, 4.2, 4.8 and 4.11. VAX formats (LDF, LDG, STF, STG) do not exist for Linux programs.</remarks>
internal static class AlphaMemoryInstructions
{
    public static IEnumerable<AlphaInstruction> All =>
    [
        Memory("lda", 0x08, (b, word) => AlphaOperands.SetInteger(b, word.Ra, b.Add(AlphaOperands.Integer(word.Rb), word.Displacement))),
        Memory("ldah", 0x09, (b, word) => AlphaOperands.SetInteger(b, word.Ra, b.Add(AlphaOperands.Integer(word.Rb), word.Displacement << 16))),
        Load("ldbu", 0x0a, 1),
        Memory("ldq_u", 0x0b, (b, word) =>
        {
            if (word.Ra != 31)      // UNOP
                AlphaOperands.SetInteger(b, word.Ra, b.Load(new DataAddress(Quadword(b, word), 0), 8));
        }),
        Load("ldwu", 0x0c, 2),
        Store("stw", 0x0d, 2),
        Store("stb", 0x0e, 1),
        Memory("stq_u", 0x0f, (b, word) => b.Store(new DataAddress(Quadword(b, word), 0), 8, AlphaOperands.Integer(word.Ra))),
        Load("ldl", 0x28, 4),
        Load("ldq", 0x29, 8),
        LoadLocked("ldl_l", 0x2a, 4),
        LoadLocked("ldq_l", 0x2b, 8),
        Store("stl", 0x2c, 4),
        Store("stq", 0x2d, 8),
        StoreConditional("stl_c", 0x2e, 4),
        StoreConditional("stq_c", 0x2f, 8),

        FloatMemory("lds", 0x22, (b, word) =>
        {
            if (word.Ra != 31)      // a prefetch with modify intent
                AlphaOperands.SetFloat(b, word.Ra, b.Call(AlphaFunctions.LoadS, b.Load(AlphaOperands.Address(word), 4), 0));
        }),
        FloatMemory("ldt", 0x23, (b, word) =>
        {
            if (word.Ra != 31)
                AlphaOperands.SetFloat(b, word.Ra, b.Load(AlphaOperands.Address(word), 8));
        }),
        FloatMemory("sts", 0x26, (b, word) => b.Store(AlphaOperands.Address(word), 4, StoreS(b, AlphaOperands.Float(word.Ra)))),
        FloatMemory("stt", 0x27, (b, word) => b.Store(AlphaOperands.Address(word), 8, AlphaOperands.Float(word.Ra))),

        // One CPU, in program order: barriers and hints have nothing to do.
        Miscellaneous("trapb", 0x0000, (_, _) => { }),
        Miscellaneous("excb", 0x0400, (_, _) => { }),
        Miscellaneous("mb", 0x4000, (_, _) => { }),
        Miscellaneous("wmb", 0x4400, (_, _) => { }),
        Miscellaneous("fetch", 0x8000, (_, _) => { }),
        Miscellaneous("fetch_m", 0xa000, (_, _) => { }),
        Miscellaneous("ecb", 0xe800, (_, _) => { }),
        Miscellaneous("wh64", 0xf800, (_, _) => { }),
        Miscellaneous("wh64en", 0xfc00, (_, _) => { }),
        // A cycle for every instruction, in the counter's lower half; its upper half is the system's offset.
        Miscellaneous("rpcc", 0xc000, (b, word) => AlphaOperands.SetInteger(b, word.Ra, b.ZeroExtend(b.InstructionCount(), 32))),
    ];

    /// <summary>STS: bits 63:62 and 58:29 of the register.</summary>
    public static Operand StoreS(BlockBuilder b, Operand x) => x.IsConstant ? AlphaFunctions.StoreS(x.Constant) : b.Or(b.Extract(x, 32, 0xc000_0000), b.Extract(x, 29, 0x3fff_ffff));

    private static Operand Quadword(BlockBuilder b, AlphaWord word) => b.And(b.Add(AlphaOperands.Integer(word.Rb), word.Displacement), ~7UL);

    private static AlphaInstruction Memory(string mnemonic, int opcode, AlphaLowering lower) => new(mnemonic, AlphaFormat.Memory, opcode, -1, lower);

    private static AlphaInstruction FloatMemory(string mnemonic, int opcode, AlphaLowering lower) => new(mnemonic, AlphaFormat.FloatMemory, opcode, -1, lower);

    private static AlphaInstruction Miscellaneous(string mnemonic, int function, AlphaLowering lower) => new(mnemonic, AlphaFormat.Miscellaneous, 0x18, function, lower);

    // A load into register 31 is a prefetch, and never faults.
    private static AlphaInstruction Load(string mnemonic, int opcode, int bytes) => Memory(mnemonic, opcode, (b, word) =>
    {
        if (word.Ra != 31)
            AlphaOperands.SetInteger(b, word.Ra, b.Load(AlphaOperands.Address(word), bytes, signed: bytes == 4));
    });

    private static AlphaInstruction Store(string mnemonic, int opcode, int bytes) =>
        Memory(mnemonic, opcode, (b, word) => b.Store(AlphaOperands.Address(word), bytes, AlphaOperands.Integer(word.Ra)));

    private static AlphaInstruction LoadLocked(string mnemonic, int opcode, int bytes) => Memory(mnemonic, opcode, (b, word) =>
    {
        Operand at = b.Copy(b.AddressOf(AlphaOperands.Address(word)));
        AlphaOperands.SetInteger(b, word.Ra, b.Load(new DataAddress(at, 0), bytes, signed: true));
        b.Set(AlphaRegisters.LockAddress, at);
        b.Set(AlphaRegisters.LockFlag, 1);
    });

    private static AlphaInstruction StoreConditional(string mnemonic, int opcode, int bytes) => Memory(mnemonic, opcode, (b, word) =>
    {
        Label fails = b.NewLabel(), done = b.NewLabel();
        Operand at = b.AddressOf(AlphaOperands.Address(word));
        b.Branch(Condition.Equal, AlphaRegisters.LockFlag, 0, fails);
        b.Branch(Condition.NotEqual, AlphaRegisters.LockAddress, at, fails);
        b.Store(new DataAddress(at, 0), bytes, AlphaOperands.Integer(word.Ra));
        AlphaOperands.SetInteger(b, word.Ra, 1);
        b.Goto(done);
        b.Bind(fails);
        AlphaOperands.SetInteger(b, word.Ra, 0);
        b.Bind(done);
        b.Set(AlphaRegisters.LockFlag, 0);
    });
}
