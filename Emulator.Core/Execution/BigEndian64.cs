using System.Buffers.Binary;

namespace Emulator.Core.Execution;

/// <summary>Big-endian, 64 bits, unaligned accesses allowed: ppc64, s390x.</summary>
public readonly struct BigEndian64 : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => false;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => (address + (uint)(bytes - 1)) & pageMask;

    /// <inheritdoc/>
    public static ushort Order(ushort value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static uint Order(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static ulong Order(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
