using Emulator.Core.Memory;

namespace Emulator.Core.Processes.Abi;

/// <summary>Numbers of up to eight bytes as programs keep them.</summary>
public static class GuestNumbers
{
    /// <summary>Reads a number, zero-extended.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, ByteOrder order)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
            value |= (ulong)bytes[order == ByteOrder.LittleEndian ? i : bytes.Length - 1 - i] << (8 * i);
        return value;
    }

    /// <summary>Writes the lower bytes of a number.</summary>
    public static void Write(Span<byte> bytes, ByteOrder order, ulong value)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[order == ByteOrder.LittleEndian ? i : bytes.Length - 1 - i] = (byte)(value >> (8 * i));
    }
}
