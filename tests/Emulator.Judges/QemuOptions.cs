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

    /// <summary>True if the gdb stub sends registers in big-endian order.</summary>
    public bool BigEndian { get; init; }

    /// <summary>The file given with <c>-bios</c>; empty for none.</summary>
    public ReadOnlyMemory<byte> Firmware { get; init; }

    /// <summary>
    /// The 64-bit registers in the order of the stub's <c>g</c> packet, for machines whose stub does not describe them; empty where it does.
    /// </summary>
    public IReadOnlyList<string> Registers { get; init; } = [];
}
