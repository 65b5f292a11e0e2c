using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Emulator.Core.Memory;

/// <summary>
/// Guest RAM: one contiguous range of bytes from physical address 0, zero at first, committed on the host as it is
/// touched. Everything that hardware could see (page tables, pages of programs) lies here, bit for bit.
/// </summary>
/// <remarks>All accesses are checked against the size; none can reach host memory outside the guest's.</remarks>
public sealed unsafe class PhysicalMemory : IDisposable
{
    private readonly HostPages _pages;
    private readonly byte* _start;

    /// <summary>Reserves guest RAM.</summary>
    /// <param name="bytes">Size in bytes: a positive multiple of 4096, at most 2^46.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero, not a multiple of 4096 or above 2^46.</exception>
    /// <exception cref="InsufficientMemoryException">The host refuses the address space.</exception>
    public PhysicalMemory(ulong bytes)
    {
        if (bytes == 0 || bytes % 4096 != 0 || bytes > 1UL << 46)
            throw new ArgumentOutOfRangeException(nameof(bytes), $"guest memory must be a multiple of 4096 bytes up to 2^46, not {bytes}");
        _pages = new HostPages(bytes, hugePages: true);
        _start = _pages.Start;
        Bytes = bytes;
    }

    /// <summary>Size in bytes.</summary>
    public ulong Bytes { get; }

    /// <summary>Pages that are more than bytes to somebody.</summary>
    public WatchedFrames Watched { get; } = new();

    /// <summary>Reads entries of eight bytes in a loop.</summary>
    internal EntryReader Entries => new(_start, Bytes - 8);

    /// <summary>Reads and writes where a cached translation has made the check.</summary>
    internal VouchedMemory Vouched => new(_start);

    /// <summary>Whether <paramref name="bytes"/> bytes at <paramref name="at"/> are inside guest RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every walk step
    public bool Contains(PhysicalAddress at, ulong bytes) => at.Value < Bytes && bytes <= Bytes - at.Value;

    /// <summary>The bytes from <paramref name="at"/> on, to read or write in place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside guest RAM.</exception>
    public Span<byte> Slice(PhysicalAddress at, int bytes)
    {
        if (!Contains(at, (ulong)bytes))
            ThrowOutside(at, (ulong)bytes);
        return new Span<byte>(_start + at.Value, bytes);
    }

    /// <summary>Sets bytes back to zero; a range of any length, which a slice cannot have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside guest RAM.</exception>
    public void Clear(PhysicalAddress at, ulong bytes)
    {
        if (!Contains(at, bytes))
            ThrowOutside(at, bytes);
        _pages.Clear(at.Value, bytes);
    }

    /// <summary>Reads one page-table entry of 4 or 8 bytes; a 4-byte entry is zero-extended.</summary>
    /// <returns>False when the entry is not inside guest RAM.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the walker's only load: inlining brought 12 ns to 8 ns for four levels
    public bool TryReadEntry(PhysicalAddress at, int entryBytes, ByteOrder order, out ulong entry)
    {
        if (at.Value > Bytes - (uint)entryBytes)    // never below zero: there are at least 4096
        {
            entry = 0;
            return false;
        }
        if (entryBytes == 8)
        {
            ulong raw = Unsafe.ReadUnaligned<ulong>(_start + at.Value);
            entry = order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
        }
        else
        {
            uint raw = Unsafe.ReadUnaligned<uint>(_start + at.Value);
            entry = order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
        }
        return true;
    }

    /// <summary>Reads one page-table entry of 4 or 8 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The entry is not inside guest RAM.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the mapper's only load
    public ulong ReadEntry(PhysicalAddress at, int entryBytes, ByteOrder order)
    {
        if (!TryReadEntry(at, entryBytes, order, out ulong entry))
            ThrowOutside(at, (ulong)entryBytes);
        return entry;
    }

    /// <summary>Writes one page-table entry of 4 or 8 bytes; the upper half of a value for a 4-byte entry is dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The entry is not inside guest RAM.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the mapper's only store
    public void WriteEntry(PhysicalAddress at, int entryBytes, ByteOrder order, ulong entry)
    {
        Check(at, (uint)entryBytes);
        if (entryBytes == 8)
            Unsafe.WriteUnaligned(_start + at.Value, order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(entry) : entry);
        else
            Unsafe.WriteUnaligned(_start + at.Value, order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness((uint)entry) : (uint)entry);
    }

    /// <summary>Fills a table with copies of one entry.</summary>
    /// <param name="at">Start of the table.</param>
    /// <param name="tableBytes">Length of the table in bytes; a multiple of <paramref name="entryBytes"/>.</param>
    /// <param name="entryBytes">4 or 8.</param>
    /// <param name="order">Byte order of the entries.</param>
    /// <param name="entry">The entry to repeat.</param>
    public void FillEntries(PhysicalAddress at, int tableBytes, int entryBytes, ByteOrder order, ulong entry)
    {
        Span<byte> table = Slice(at, tableBytes);
        if (entryBytes == 8)
            MemoryMarshal.Cast<byte, ulong>(table).Fill(order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness(entry) : entry);
        else
            MemoryMarshal.Cast<byte, uint>(table).Fill(order == ByteOrder.BigEndian ? BinaryPrimitives.ReverseEndianness((uint)entry) : (uint)entry);
    }

    /// <summary>Reads a number of 1, 2, 4 or 8 bytes in the host's order; the caller turns it if the guest's differs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a TLB hit is this and one compare
    public T Read<T>(PhysicalAddress at)
        where T : unmanaged
    {
        Check(at, (uint)sizeof(T));
        return Unsafe.ReadUnaligned<T>(_start + at.Value);
    }

    /// <summary>Writes a number of 1, 2, 4 or 8 bytes in the host's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as Read
    public void Write<T>(PhysicalAddress at, T value)
        where T : unmanaged
    {
        Check(at, (uint)sizeof(T));
        Unsafe.WriteUnaligned(_start + at.Value, value);
    }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(PhysicalAddress at, uint bytes)
    {
        if (at.Value > Bytes - bytes)   // never below zero: there are at least 4096
            ThrowOutside(at, bytes);
    }

    private void ThrowOutside(PhysicalAddress at, ulong bytes) =>
        throw new ArgumentOutOfRangeException(nameof(at), $"{bytes} bytes at {at} are not inside {Bytes} bytes of guest memory");
}
