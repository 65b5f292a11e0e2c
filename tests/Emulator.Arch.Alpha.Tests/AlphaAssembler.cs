using System.Buffers.Binary;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>Machine code, a word at a time (Alpha Architecture Reference Manual, 3.3).</summary>
internal sealed class AlphaAssembler(ulong origin)
{
    private readonly List<uint> _words = [];

    public ulong Here => origin + 4 * (ulong)_words.Count;

    public byte[] Code
    {
        get
        {
            byte[] code = new byte[4 * _words.Count];
            for (int i = 0; i < _words.Count; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4 * i), _words[i]);
            return code;
        }
    }

    public AlphaAssembler Word(uint word)
    {
        _words.Add(word);
        return this;
    }

    public AlphaAssembler Memory(int opcode, int ra, int rb, int displacement) => Word((uint)opcode << 26 | (uint)ra << 21 | (uint)rb << 16 | (ushort)displacement);

    public AlphaAssembler Operate(int opcode, int function, int ra, int rb, int rc) => Word((uint)opcode << 26 | (uint)ra << 21 | (uint)rb << 16 | (uint)function << 5 | (uint)rc);

    public AlphaAssembler Literal(int opcode, int function, int ra, int literal, int rc) =>
        Word((uint)opcode << 26 | (uint)ra << 21 | (uint)literal << 13 | 1u << 12 | (uint)function << 5 | (uint)rc);

    public AlphaAssembler Branch(int opcode, int ra, ulong target) => Word((uint)opcode << 26 | (uint)ra << 21 | (uint)((long)(target - Here - 4) / 4) & 0x1f_ffff);

    public AlphaAssembler Pal(int function) => Word((uint)function);

    /// <summary>A register set to an address below 2 GiB.</summary>
    public AlphaAssembler Set(int register, ulong value)
    {
        short low = (short)value;
        return Memory(0x09, register, 31, (int)((value - (ulong)low) >> 16)).Memory(0x08, register, register, low);
    }
}
