namespace Emulator.Arch.Alpha;

/// <summary>Codes of the stops of a program's CPU (<see cref="Core.Execution.CpuStop.Code"/>).</summary>
/// <remarks>PALcode functions: Alpha Architecture Reference Manual, part II-B, "OSF/1 PALcode Instruction Descriptions".</remarks>
public static class AlphaTraps
{
    /// <summary>bpt, a breakpoint; the program counter is behind it.</summary>
    public const int Breakpoint = 0x80;

    /// <summary>bugchk; the program counter is behind it.</summary>
    public const int Bugcheck = 0x81;

    /// <summary>callsys.</summary>
    public const int CallSystem = 0x83;

    /// <summary>gentrap: a0 tells which; the program counter is behind it.</summary>
    public const int GenerateTrap = 0xaa;

    /// <summary>An arithmetic trap; the lower bits are those of the exception summary (SWC, INV, DZE, OVF, UNF, INE, IOV). The program counter is at the instruction.</summary>
    public const int Arithmetic = 0x1000;

    /// <summary>Exception summary: the instruction asks for software completion, and its result is in <see cref="AlphaRegisters.Completed"/>.</summary>
    public const int SoftwareCompletion = 1;

    /// <summary>Exception summary: integer overflow.</summary>
    public const int IntegerOverflow = 1 << 6;
}
