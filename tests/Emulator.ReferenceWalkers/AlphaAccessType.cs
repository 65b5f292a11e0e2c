namespace Emulator.ReferenceWalkers;

/// <summary>What the access is. Alpha Architecture Reference Manual, part II-B, "Memory management".</summary>
public enum AlphaAccessType
{
    /// <summary>Load.</summary>
    Read,

    /// <summary>Store.</summary>
    Write,

    /// <summary>Instruction fetch.</summary>
    InstructionFetch,
}
