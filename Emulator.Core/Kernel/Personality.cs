namespace Emulator.Core.Kernel;

/// <summary>Personality bits that execve looks at (include/linux/personality.h).</summary>
[Flags]
public enum Personality
{
    /// <summary>PER_LINUX.</summary>
    None = 0,

    /// <summary>ADDR_NO_RANDOMIZE.</summary>
    AddrNoRandomize = 0x0040000,

    /// <summary>ADDR_COMPAT_LAYOUT: mappings from below.</summary>
    AddrCompatLayout = 0x0200000,

    /// <summary>READ_IMPLIES_EXEC.</summary>
    ReadImpliesExec = 0x0400000,

    /// <summary>ADDR_LIMIT_32BIT.</summary>
    AddrLimit32Bit = 0x0800000,

    /// <summary>ADDR_LIMIT_3GB.</summary>
    AddrLimit3Gb = 0x8000000,
}
