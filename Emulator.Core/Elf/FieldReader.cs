using Emulator.Core.Memory;

namespace Emulator.Core.Elf;

/// <summary>Reads the fields of a header one after the other.</summary>
/// <param name="bytes">The header.</param>
/// <param name="order">Byte order of the file.</param>
/// <param name="wide">Whether words are 64 bits wide, or 32.</param>
internal sealed class FieldReader(byte[] bytes, ByteOrder order, bool wide)
{
    /// <summary>Byte of the next field.</summary>
    public int At { get; set; }

    /// <summary>A field of so many bytes, zero-extended.</summary>
    public ulong Next(int count)
    {
        ulong value = 0;
        for (int i = 0; i < count; i++)
            value |= (ulong)bytes[At + i] << (8 * (order == ByteOrder.LittleEndian ? i : count - 1 - i));
        At += count;
        return value;
    }

    /// <summary>A word of the class: 8 or 4 bytes.</summary>
    public ulong Word() => Next(wide ? 8 : 4);

    /// <summary>Passes over so many bytes.</summary>
    public FieldReader Skip(int count)
    {
        At += count;
        return this;
    }

    /// <summary>Passes over a word of the class.</summary>
    public FieldReader SkipWord() => Skip(wide ? 8 : 4);
}
