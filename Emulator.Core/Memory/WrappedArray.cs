using System.Runtime.CompilerServices;

namespace Emulator.Core.Memory;

/// <summary>
/// A <see cref="LazyArray{T}"/> of 4096 values of 2^m bytes seen as a ring: every place is good, so none has to be checked.
/// Of use only while the array is there; its owner keeps both together.
/// </summary>
internal readonly unsafe struct WrappedArray<T>(T* start)
    where T : unmanaged
{
    /// <summary>Values in the ring. A constant, because a mask in a register would cost the loops around a TLB hit one they need.</summary>
    public const int Length = 4096;

    private readonly byte* _start = (byte*)start;

    /// <summary>The value in which the byte at <paramref name="offset"/> lies, modulo the length, by reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the probe of a TLB hit
    public ref T AtByte(ulong offset) => ref *(T*)(_start + (offset & (ulong)(Length - 1) * (ulong)sizeof(T)));
}
