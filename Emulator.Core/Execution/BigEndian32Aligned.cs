using System.Buffers.Binary;

namespace Emulator.Core.Execution;

/// <summary>Big-endian, addresses modulo 2^32, unaligned accesses trap: sparc32.</summary>
public readonly struct BigEndian32Aligned : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => true;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => (uint)address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => address & (pageMask | (uint)(bytes - 1));

    /// <inheritdoc/>
    public static ushort Order(ushort value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static uint Order(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static ulong Order(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
