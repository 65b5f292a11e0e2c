using System.Buffers.Binary;

namespace Emulator.Core.Execution;

/// <summary>Big-endian, 64 bits, unaligned accesses trap: sparc64.</summary>
public readonly struct BigEndian64Aligned : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => true;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => address & (pageMask | (uint)(bytes - 1));

    /// <inheritdoc/>
    public static ushort Order(ushort value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static uint Order(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static ulong Order(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
