using System.Buffers.Binary;

namespace Emulator.Core.Execution;

/// <summary>Big-endian, addresses modulo 2^32, unaligned accesses allowed: ppc32.</summary>
public readonly struct BigEndian32 : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => false;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => (uint)address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => (uint)(address + (uint)(bytes - 1)) & pageMask;

    /// <inheritdoc/>
    public static ushort Order(ushort value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static uint Order(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <inheritdoc/>
    public static ulong Order(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
