using System.Runtime.CompilerServices;

namespace Emulator.Core.Memory;

/// <summary>
/// A <see cref="LazyArray{T}"/> of 2^n values of 2^m bytes seen as a ring: every place is good, so none has to be checked.
/// Of use only while the array is there; its owner keeps both together.
/// </summary>
internal readonly unsafe struct WrappedArray<T>(T* start, long length)
    where T : unmanaged
{
    private readonly byte* _start = (byte*)start;
    private readonly ulong _mask = (ulong)(length - 1) * (ulong)sizeof(T);

    /// <summary>The value in which the byte at <paramref name="offset"/> lies, modulo the length, by reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the probe of a TLB hit
    public ref T AtByte(ulong offset) => ref *(T*)(_start + (offset & _mask));
}
