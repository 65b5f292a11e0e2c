using System.Buffers.Binary;
using Emulator.Core.Execution.FloatingPoint;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>The image that FXSAVE writes and FXRSTOR reads, of 512 bytes: x87, MMX and SSE registers; also in signal frames.</summary>
/// <remarks>
/// Intel SDM volume 1, 10.5.1.
/// <code>
/// 0    2    4   5   6    8            16           24      28
/// | FCW| FSW|FTW| - | FOP| FIP        | FDP        | MXCSR | mask  |   with 32 bits: FIP (32), FCS (16); FDP (32), FDS (16)
/// 32         160                416        512
/// | ST0..ST7 | XMM0..XMM15      | reserved |      16 bytes each; with 32 bits eight XMM
/// </code>
/// </remarks>
public static class Amd64FloatState
{
    /// <summary>Bytes of the image.</summary>
    public const int Bytes = 512;

    /// <summary>Bits of MXCSR that there are.</summary>
    public const uint MxcsrMask = 0xffff;

    /// <summary>Writes the image of the registers.</summary>
    /// <param name="registers">The registers of a CPU, or as a task keeps them.</param>
    /// <param name="image">512 bytes; what is reserved stays as it is.</param>
    /// <param name="bits">64 for the image of a 64-bit program, with sixteen XMM registers and wide addresses.</param>
    public static void Save(ReadOnlySpan<ulong> registers, Span<byte> image, int bits)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(image, (ushort)registers[ControlWord.Number]);
        BinaryPrimitives.WriteUInt16LittleEndian(image[2..], (ushort)registers[StatusWord.Number]);
        BinaryPrimitives.WriteUInt16LittleEndian(image[4..], (byte)registers[Tags.Number]);
        BinaryPrimitives.WriteUInt16LittleEndian(image[6..], (ushort)registers[LastOpcode.Number]);
        ulong instruction = registers[LastInstruction.Number], operand = registers[LastOperand.Number];
        BinaryPrimitives.WriteUInt64LittleEndian(image[8..], bits == 64 ? instruction : (uint)instruction);
        BinaryPrimitives.WriteUInt64LittleEndian(image[16..], bits == 64 ? operand : (uint)operand);
        BinaryPrimitives.WriteUInt32LittleEndian(image[24..], (uint)registers[Mxcsr.Number]);
        BinaryPrimitives.WriteUInt32LittleEndian(image[28..], MxcsrMask);
        int top = (int)registers[StatusWord.Number] >> 11 & 7;
        for (int i = 0; i < 8; i++)
        {
            int slot = X87((top + i) & 7).Number;
            BinaryPrimitives.WriteUInt64LittleEndian(image[(32 + 16 * i)..], registers[slot]);
            BinaryPrimitives.WriteUInt64LittleEndian(image[(40 + 16 * i)..], (ushort)registers[slot + 1]);
        }
        for (int i = 0; i < (bits == 64 ? 32 : 16); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(image[(160 + 8 * i)..], registers[Xmm(0).Number + i]);
    }

    /// <summary>Sets the registers to what an image says.</summary>
    /// <inheritdoc cref="Save"/>
    public static void Restore(Span<ulong> registers, ReadOnlySpan<byte> image, int bits)
    {
        // As FXRSTOR does: bits of the control word that there are not stay, and whether an exception waits is found out anew.
        const ulong Summary = 0x8080, Exceptions = 0x3f;
        ulong control = (BinaryPrimitives.ReadUInt16LittleEndian(image) & 0x1f3fUL) | 0x40, status = BinaryPrimitives.ReadUInt16LittleEndian(image[2..]) & ~Summary;
        registers[ControlWord.Number] = control;
        registers[StatusWord.Number] = status | ((status & ~control & Exceptions) != 0 ? Summary : 0);
        registers[Tags.Number] = image[4];
        registers[LastOpcode.Number] = BinaryPrimitives.ReadUInt16LittleEndian(image[6..]);
        ulong instruction = BinaryPrimitives.ReadUInt64LittleEndian(image[8..]), operand = BinaryPrimitives.ReadUInt64LittleEndian(image[16..]);
        registers[LastInstruction.Number] = bits == 64 ? instruction : (uint)instruction;
        registers[LastOperand.Number] = bits == 64 ? operand : (uint)operand;
        registers[Mxcsr.Number] = BinaryPrimitives.ReadUInt32LittleEndian(image[24..]) & MxcsrMask;
        int top = (int)registers[StatusWord.Number] >> 11 & 7;
        for (int i = 0; i < 8; i++)
        {
            int slot = X87((top + i) & 7).Number;
            registers[slot] = BinaryPrimitives.ReadUInt64LittleEndian(image[(32 + 16 * i)..]);
            registers[slot + 1] = BinaryPrimitives.ReadUInt16LittleEndian(image[(40 + 16 * i)..]);
        }
        for (int i = 0; i < (bits == 64 ? 32 : 16); i++)
            registers[Xmm(0).Number + i] = BinaryPrimitives.ReadUInt64LittleEndian(image[(160 + 8 * i)..]);
    }

    /// <summary>The registers as a program, or a handler of signals, begins with them.</summary>
    /// <param name="registers">The registers of a CPU, or as a task keeps them.</param>
    public static void Clear(Span<ulong> registers)
    {
        registers[Xmm(0).Number..ControlWord.Number].Clear();
        registers[StatusWord.Number..Mxcsr.Number].Clear();
        registers[ControlWord.Number] = InitialControlWord;
        registers[Mxcsr.Number] = InitialMxcsr;
    }

    /// <summary>Whether FXRSTOR would take the image: MXCSR has no bits that there are not.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> image) => (BinaryPrimitives.ReadUInt32LittleEndian(image[24..]) & ~MxcsrMask) == 0;

    /// <summary>The tag word of FSAVE: two bits a physical register.</summary>
    internal static uint TagWord(ReadOnlySpan<ulong> registers)
    {
        uint word = 0;
        for (int i = 0; i < 8; i++)
            word |= TagOf((registers[Tags.Number] >> i & 1) == 0, registers[X87(i).Number], registers[X87(i).Number + 1]) << 2 * i;
        return word;
    }

    /// <summary>A register's tag in FSAVE's word: 0 for a number, 1 for zero, 2 for anything else, 3 for empty.</summary>
    internal static uint TagOf(bool isEmpty, ulong significand, ulong signExponent) => isEmpty ? 3 : Extended80.Classify(new Extended80Bits(significand, (ushort)signExponent)) switch
    {
        FloatClass.Normal => 0,
        FloatClass.Zero => 1,
        _ => 2u,
    };

    /// <summary>FXSAVE's tags from FSAVE's tag word: a one for each register that is not empty.</summary>
    internal static ushort FullTags(ulong tagWord)
    {
        uint tags = 0;
        for (int i = 0; i < 8; i++)
            tags |= (tagWord >> 2 * i & 3) != 3 ? 1u << i : 0;
        return (ushort)tags;
    }

    /// <summary>What FNINIT leaves in the control word, and a reset in MXCSR.</summary>
    internal const ulong InitialControlWord = 0x37f, InitialMxcsr = 0x1f80;
}
