namespace Emulator.Core.Execution;

/// <summary>Little-endian, 64 bits, unaligned accesses allowed: amd64.</summary>
public readonly struct LittleEndian64 : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => false;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => (address + (uint)(bytes - 1)) & pageMask;

    /// <inheritdoc/>
    public static ushort Order(ushort value) => value;

    /// <inheritdoc/>
    public static uint Order(uint value) => value;

    /// <inheritdoc/>
    public static ulong Order(ulong value) => value;
}
