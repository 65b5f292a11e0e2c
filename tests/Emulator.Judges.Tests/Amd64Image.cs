using System.Buffers.Binary;

namespace Emulator.Judges.Tests;

/// <summary>
/// Page tables for amd64 made by hand, entry by entry, with every bit up to the caller. Knows as little as possible.
/// Tables are between 1 MiB and 8 MiB, and the 2 MiB from there are the only frames, full of int3.
/// </summary>
internal sealed class Amd64Image
{
    public const ulong Present = 1, Writable = 2, User = 4, Accessed = 0x20, Dirty = 0x40, Large = 0x80, ExecuteDisable = 1UL << 63;
    public const ulong All = Present | Writable | User;
    public const ulong TablesStart = 0x100000;
    public const ulong Frames = 0x800000;
    public const ulong FramesBytes = 0x200000;

    private ulong _next = TablesStart;

    public Amd64Image() => Bytes.AsSpan((int)Frames, (int)FramesBytes).Fill(0xcc);

    public byte[] Bytes { get; } = new byte[Frames + FramesBytes];

    public ReadOnlySpan<byte> Tables => Bytes.AsSpan((int)TablesStart, (int)(_next - TablesStart));

    public ulong NewTable()
    {
        ulong table = _next;
        _next += 4096;
        return _next <= Frames ? table : throw new InvalidOperationException("the test image has no room for more tables");
    }

    public void Set(ulong table, int index, ulong entry) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan((int)table + (index * 8)), entry);

    public ulong? Read(ulong address) => address + 8 <= (ulong)Bytes.Length
        ? BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan((int)address))
        : null;

    /// <summary>The address with these indices, root first, and this offset in the last level's page.</summary>
    public static ulong Address(ReadOnlySpan<int> indices, ulong offset)
    {
        ulong address = 0;
        foreach (int index in indices)
            address = (address << 9) | (uint)index;
        int bits = 12 + (9 * indices.Length);
        return (ulong)((long)((address << 12) | offset) << (64 - bits) >> (64 - bits));
    }
}
