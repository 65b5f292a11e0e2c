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
}
