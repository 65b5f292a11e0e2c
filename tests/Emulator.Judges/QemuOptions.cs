namespace Emulator.Judges;

/// <summary>Which machine QEMU shall be.</summary>
public sealed record QemuOptions
{
    /// <summary>The program, for example <c>qemu-system-x86_64</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The value of <c>-machine</c>.</summary>
    public required string Machine { get; init; }

    /// <summary>The value of <c>-cpu</c>.</summary>
    public required string Cpu { get; init; }

    /// <summary>RAM in bytes, a multiple of 1 MiB.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>
    /// False for machines that make their RAM themselves (sun4u of 7.2 takes memory-backend and ignores it): the image is loaded at the
    /// start, and memory is reached through the monitor and the gdb stub.
    /// </summary>
    public bool SharesMemory { get; init; } = true;

    /// <summary>
    /// For a gdb stub without a target description: registers of 64 bits by name, and their place in the stub's packet of all
    /// registers in units of 8 bytes. Null where the stub describes them.
    /// </summary>
    public IReadOnlyDictionary<string, int>? PacketRegisters { get; init; }

    /// <summary>True if the gdb stub sends registers in big-endian order.</summary>
    public bool BigEndian { get; init; }

    /// <summary>What <c>-bios</c> is given instead of the machine's firmware; empty for the machine's own.</summary>
    public ReadOnlyMemory<byte> Firmware { get; init; }
}
