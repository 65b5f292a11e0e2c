namespace Emulator.Arch.Alpha;

/// <summary>All instructions, found by opcode and function.</summary>
internal sealed class AlphaInstructionTable
{
    private readonly Dictionary<int, AlphaInstruction>[] _functions = new Dictionary<int, AlphaInstruction>[64];
    private readonly AlphaInstruction?[] _opcodes = new AlphaInstruction?[64];

    public AlphaInstructionTable()
    {
        All = [.. AlphaMemoryInstructions.All, .. AlphaIntegerInstructions.All, .. AlphaFloatInstructions.All, .. AlphaControlInstructions.All];
        foreach (AlphaInstruction instruction in All)
        {
            if (instruction.Function < 0)
                _opcodes[instruction.Opcode] = instruction;
            else
                (_functions[instruction.Opcode] ??= []).Add(instruction.Function, instruction);
        }
    }

    /// <summary>By opcode and function, as the manual groups them.</summary>
    public IReadOnlyList<AlphaInstruction> All { get; }

    /// <summary>The instruction that a word is; null for none that programs may use.</summary>
    public AlphaInstruction? Find(AlphaWord word)
    {
        if (_functions[word.Opcode] is not { } functions)
            return _opcodes[word.Opcode];
        int function = word.Opcode switch
        {
            0x00 => word.Function26,
            0x18 => word.Function16,
            0x1a => word.Function16 >> 14,
            >= 0x14 and <= 0x17 => word.Function11,
            _ => word.Function7,
        };
        return functions.GetValueOrDefault(function);
    }
}
