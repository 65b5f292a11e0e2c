namespace Emulator.Core.Execution;

/// <summary>Little-endian, addresses modulo 2^32, unaligned accesses allowed: i386.</summary>
public readonly struct LittleEndian32 : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => false;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => (uint)address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => (uint)(address + (uint)(bytes - 1)) & pageMask;

    /// <inheritdoc/>
    public static ushort Order(ushort value) => value;

    /// <inheritdoc/>
    public static uint Order(uint value) => value;

    /// <inheritdoc/>
    public static ulong Order(ulong value) => value;
}
