using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Emulator.Core.Memory;

/// <summary>
/// Reads entries of eight bytes from guest memory, with start and end of it in registers: a loop through
/// <see cref="PhysicalMemory"/> itself loads both again at every step. Of use only while the memory is there, hence a ref
/// struct.
/// </summary>
internal readonly unsafe ref struct EntryReader(byte* start, ulong last)
{
    private readonly byte* _start = start;
    private readonly ulong _last = last;    // where the last whole entry could lie

    /// <summary>Reads the entry at <paramref name="at"/>.</summary>
    /// <returns>False when it is not inside guest RAM.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per level of every walk
    public bool TryRead(PhysicalAddress at, ByteOrder order, out ulong entry)
    {
        Unsafe.SkipInit(out entry);
        if (at.Value > _last)
            return false;
        ulong raw = Unsafe.ReadUnaligned<ulong>(_start + at.Value);
        entry = order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
        return true;
    }
}
