namespace Emulator.Testing;

/// <summary>
/// The numbers of ELF files that tests ask for, as raw numbers so that wrong ones can be written as easily. Their own copy:
/// a test must not take its expectations from the code that it tests.
/// </summary>
/// <remarks>Source: System V gABI 4.1, chapters 4 and 5; elf(5); Linux include/uapi/linux/elf.h and elf-em.h.</remarks>
public static class ElfNumbers
{
    /// <summary>e_type of a program at fixed addresses, ET_EXEC.</summary>
    public const ushort Executable = 2;

    /// <summary>e_type of a shared object or position independent program, ET_DYN.</summary>
    public const ushort Dynamic = 3;

    /// <summary>EM_SPARC.</summary>
    public const ushort MachineSparc = 2;

    /// <summary>EM_386.</summary>
    public const ushort Machine386 = 3;

    /// <summary>EM_SPARC32PLUS.</summary>
    public const ushort MachineSparc32Plus = 18;

    /// <summary>EM_PPC.</summary>
    public const ushort MachinePpc = 20;

    /// <summary>EM_PPC64.</summary>
    public const ushort MachinePpc64 = 21;

    /// <summary>EM_S390.</summary>
    public const ushort MachineS390 = 22;

    /// <summary>EM_SPARCV9.</summary>
    public const ushort MachineSparcV9 = 43;

    /// <summary>EM_X86_64.</summary>
    public const ushort MachineX8664 = 62;

    /// <summary>EM_ALPHA, never registered; the number that everybody uses.</summary>
    public const ushort MachineAlpha = 0x9026;

    /// <summary>PT_NULL: the entry is to be ignored.</summary>
    public const uint SegmentNull = 0;

    /// <summary>PT_LOAD.</summary>
    public const uint SegmentLoad = 1;

    /// <summary>PT_DYNAMIC.</summary>
    public const uint SegmentDynamic = 2;

    /// <summary>PT_INTERP.</summary>
    public const uint SegmentInterpreter = 3;

    /// <summary>PT_NOTE.</summary>
    public const uint SegmentNote = 4;

    /// <summary>PT_PHDR.</summary>
    public const uint SegmentHeaders = 6;

    /// <summary>PT_GNU_STACK.</summary>
    public const uint SegmentStack = 0x6474e551;

    /// <summary>PF_X.</summary>
    public const uint Execute = 1;

    /// <summary>PF_W.</summary>
    public const uint Write = 2;

    /// <summary>PF_R.</summary>
    public const uint Read = 4;

    /// <summary>EF_ALPHA_32BIT in e_flags: the program asks for a 31-bit address space.</summary>
    public const uint AlphaThirtyTwoBit = 1;
}
