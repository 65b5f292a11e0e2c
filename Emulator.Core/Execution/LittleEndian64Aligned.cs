namespace Emulator.Core.Execution;

/// <summary>Little-endian, 64 bits, unaligned accesses trap: alpha.</summary>
public readonly struct LittleEndian64Aligned : IExecutionMode
{
    /// <inheritdoc/>
    public static bool TrapsUnaligned => true;

    /// <inheritdoc/>
    public static ulong Wrap(ulong address) => address;

    /// <inheritdoc/>
    public static ulong PageOf(ulong address, int bytes, ulong pageMask) => address & (pageMask | (uint)(bytes - 1));

    /// <inheritdoc/>
    public static ushort Order(ushort value) => value;

    /// <inheritdoc/>
    public static uint Order(uint value) => value;

    /// <inheritdoc/>
    public static ulong Order(ulong value) => value;
}
