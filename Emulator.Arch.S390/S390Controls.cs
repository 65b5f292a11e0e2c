namespace Emulator.Arch.S390;

/// <summary>The controls that a translation depends on, and how they lie in MmuControls.Flags.</summary>
/// <remarks>Source: z/Architecture Principles of Operation, SA22-7832, chapter 3, "Translation Control".</remarks>
[Flags]
public enum S390Controls
{
    /// <summary>Basic z/Architecture translation.</summary>
    None = 0,

    /// <summary>CR0 bit 40 with enhanced-DAT facility 1: 1 MiB segment frames, protection in region entries.</summary>
    Edat1 = 1,

    /// <summary>Enhanced-DAT facility 2 besides: 2 GiB region frames.</summary>
    Edat2 = 2,

    /// <summary>CR0 bit 43: instruction-execution protection.</summary>
    InstructionExecutionProtection = 4,
}
