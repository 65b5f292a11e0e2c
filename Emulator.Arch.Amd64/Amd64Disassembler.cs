using Iced.Intel;

namespace Emulator.Arch.Amd64;

/// <summary>One instruction in words, for walks and errors.</summary>
public static class Amd64Disassembler
{
    /// <summary>Disassembles the first instruction of <paramref name="code"/>.</summary>
    /// <param name="bits">32 or 64.</param>
    /// <param name="code">At least one instruction; 15 bytes are always enough.</param>
    /// <param name="address">Where it lies.</param>
    /// <returns>Intel syntax; null when the bytes are no instruction.</returns>
    public static string? Disassemble(int bits, ReadOnlySpan<byte> code, ulong address)
    {
        Decoder decoder = Decoder.Create(bits, new ByteArrayCodeReader(code.ToArray()), address);
        decoder.Decode(out Instruction instruction);
        if (instruction.IsInvalid)
            return null;
        NasmFormatter formatter = new();
        StringOutput text = new();
        formatter.Format(instruction, text);
        return text.ToStringAndReset();
    }
}
