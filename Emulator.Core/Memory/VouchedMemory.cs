using System.Runtime.CompilerServices;

namespace Emulator.Core.Memory;

/// <summary>
/// Guest memory for those who hold a promise that an address is good: a cached translation of a page that lies in guest
/// memory as a whole, and an access that stays in its page. The promise is made in <c>Mmu</c>, nowhere else. Of use only
/// while the memory is there.
/// </summary>
internal readonly unsafe struct VouchedMemory(byte* start)
{
    private readonly byte* _start = start;

    /// <summary>Bytes of a number.</summary>
    public static int SizeOf<T>() => Unsafe.SizeOf<T>();

    /// <summary>Reads a number in the host's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public T Read<T>(PhysicalAddress at)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(_start + at.Value);

    /// <summary>Writes a number in the host's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public void Write<T>(PhysicalAddress at, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(_start + at.Value, value);
}
