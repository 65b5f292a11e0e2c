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

    /// <summary>Where a physical address lies in the host's memory.</summary>
    public ulong HostAddressOf(PhysicalAddress at) => (ulong)_start + at.Value;

    /// <summary>The way back.</summary>
    public PhysicalAddress AddressOf(ulong host) => new(host - (ulong)_start);

    /// <summary>Reads a number in the host's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public static T Read<T>(ulong host)
        where T : unmanaged => Unsafe.ReadUnaligned<T>((void*)host);

    /// <summary>Writes a number in the host's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public static void Write<T>(ulong host, T value)
        where T : unmanaged => Unsafe.WriteUnaligned((void*)host, value);
}
