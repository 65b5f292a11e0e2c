using System.Numerics;
using System.Runtime.CompilerServices;

namespace Emulator.Core.Memory;

/// <summary>
/// An array of unmanaged values, all zero at first, that costs host memory only where it is touched. Indexing is
/// checked; nothing in it is seen by the garbage collector.
/// </summary>
public sealed unsafe class LazyArray<T> : IDisposable
    where T : unmanaged
{
    private readonly HostPages _pages;
    private readonly T* _start;

    /// <summary>Reserves room for <paramref name="length"/> values.</summary>
    public LazyArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        _pages = new HostPages(checked((ulong)length * (ulong)sizeof(T)), hugePages: false);
        _start = (T*)_pages.Start;
    }

    /// <summary>Number of values.</summary>
    public long Length { get; }

    /// <summary>The value at <paramref name="index"/>, by reference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below <see cref="Length"/>.</exception>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // a storage key on every miss
        get
        {
            if ((ulong)index >= (ulong)Length)
                ThrowOutOfRange(index);
            return ref _start[index];
        }
    }

    /// <summary>The values as a ring.</summary>
    /// <exception cref="InvalidOperationException">There are not 4096, or their size is not a power of two.</exception>
    internal WrappedArray<T> Wrapped() => Length == WrappedArray<T>.Length && BitOperations.IsPow2(sizeof(T))
        ? new WrappedArray<T>(_start)
        : throw new InvalidOperationException($"{Length} values of {sizeof(T)} bytes make no ring: {WrappedArray<T>.Length} of 2^m bytes do");

    /// <summary>All values.</summary>
    internal Span<T> AsSpan() => new(_start, checked((int)Length));

    /// <summary>Sets all values back to zero.</summary>
    public void Clear() => _pages.Clear(0, (ulong)Length * (ulong)sizeof(T));

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    private void ThrowOutOfRange(long index) =>
        throw new ArgumentOutOfRangeException(nameof(index), $"index {index} is outside an array of {Length}");
}
