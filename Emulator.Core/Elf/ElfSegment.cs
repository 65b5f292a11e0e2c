namespace Emulator.Core.Elf;

/// <summary>One program header.</summary>
/// <remarks>Source: System V gABI, chapter 5 "Program Header"; field order differs between 32 and 64 bit, meaning does not.</remarks>
public readonly record struct ElfSegment(uint Type, uint Flags, ulong Offset, ulong VirtualAddress, ulong FileBytes, ulong MemoryBytes, ulong Alignment)
{
    /// <summary>PT_LOAD.</summary>
    public const uint Load = 1;

    /// <summary>PT_INTERP.</summary>
    public const uint Interpreter = 3;

    /// <summary>PT_PHDR.</summary>
    public const uint Headers = 6;

    /// <summary>PT_GNU_STACK.</summary>
    public const uint GnuStack = 0x6474e551;

    /// <summary>PF_X.</summary>
    public bool Executable => (Flags & 1) != 0;

    /// <summary>PF_W.</summary>
    public bool Writable => (Flags & 2) != 0;

    /// <summary>PF_R.</summary>
    public bool Readable => (Flags & 4) != 0;
}
