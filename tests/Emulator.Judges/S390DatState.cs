namespace Emulator.Judges;

/// <summary>The control bits DAT depends on (Principles of Operation, ch. 3, "Dynamic Address Translation").</summary>
public sealed record S390DatState
{
    /// <summary>The address-space-control element under test.</summary>
    public required ulong Asce { get; init; }

    /// <summary>CR0 bit 40: enhanced DAT (EDAT-1, and EDAT-2 where the machine has it).</summary>
    public bool EnhancedDat { get; init; }

    /// <summary>With <see cref="EnhancedDat"/>: the machine has EDAT-2, FC in region-third entries. Not for the caller to choose.</summary>
    public bool RegionFrames { get; init; } = true;

    /// <summary>CR0 bit 43: instruction-execution protection.</summary>
    public bool InstructionExecutionProtection { get; init; }

    /// <summary>PSW.EA = 0, PSW.BA = 1: addresses have 31 bits. The machine truncates those of operands, the judge those of fetches.</summary>
    public bool Addressing31 { get; init; }
}
