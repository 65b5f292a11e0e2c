using System.Buffers.Binary;
using System.Globalization;

namespace Emulator.Arch.Alpha;

/// <summary>Instructions as text, in the notation of the manual and of binutils.</summary>
internal static class AlphaDisassembler
{
    /// <summary>One instruction.</summary>
    /// <param name="code">Its four bytes, or fewer where memory ends.</param>
    /// <param name="address">Its address.</param>
    /// <returns>Text, or null when there are no four bytes.</returns>
    public static string? Disassemble(ReadOnlySpan<byte> code, ulong address)
    {
        if (code.Length < 4)
            return null;
        AlphaWord word = new(BinaryPrimitives.ReadUInt32LittleEndian(code), address);
        if (AlphaInstructionSet.Find(word) is not { } instruction)
            return word.Opcode == 0 ? $"call_pal 0x{word.Function26:x}" : $".long 0x{word.Bits:x8}";
        string second = word.HasLiteral ? $"0x{word.Literal:x}" : AlphaRegisters.NameOf(word.Rb), at = $"{Signed(word.Displacement)}({AlphaRegisters.NameOf(word.Rb)})";
        string operands = instruction.Format switch
        {
            AlphaFormat.Pal => "",
            AlphaFormat.Branch => $"{AlphaRegisters.NameOf(word.Ra)},0x{word.Target:x}",
            AlphaFormat.FloatBranch => $"$f{word.Ra},0x{word.Target:x}",
            AlphaFormat.Memory => $"{AlphaRegisters.NameOf(word.Ra)},{at}",
            AlphaFormat.FloatMemory => $"$f{word.Ra},{at}",
            AlphaFormat.Miscellaneous => word.Opcode == 0x18 && instruction.Mnemonic == "rpcc" ? AlphaRegisters.NameOf(word.Ra) : "",
            AlphaFormat.Jump => $"{AlphaRegisters.NameOf(word.Ra)},({AlphaRegisters.NameOf(word.Rb)})",
            AlphaFormat.Operate => $"{AlphaRegisters.NameOf(word.Ra)},{second},{AlphaRegisters.NameOf(word.Rc)}",
            AlphaFormat.FloatToInteger => $"$f{word.Ra},{AlphaRegisters.NameOf(word.Rc)}",
            AlphaFormat.IntegerToFloat => $"{AlphaRegisters.NameOf(word.Ra)},$f{word.Rc}",
            _ => $"$f{word.Ra},$f{word.Rb},$f{word.Rc}",
        };
        return operands.Length == 0 ? instruction.Mnemonic : $"{instruction.Mnemonic} {operands}";
    }

    private static string Signed(ulong displacement) => ((long)displacement).ToString(CultureInfo.InvariantCulture);
}
