namespace Emulator.ReferenceWalkers;

/// <summary>Which facilities act, being installed and enabled. Principles of Operation, ch. 3, "Dynamic Address Translation".</summary>
public sealed record S390Controls
{
    /// <summary>Enhanced-DAT facility 1 is installed (8) and CR0 bit 40 is one: 1 MiB segment frames, P in region entries.</summary>
    public bool EnhancedDat1 { get; init; }

    /// <summary>
    /// Enhanced-DAT facility 2 is installed (78) and CR0 bit 40 is one: 2 GiB region frames. Needs <see cref="EnhancedDat1"/>.
    /// </summary>
    public bool EnhancedDat2 { get; init; }

    /// <summary>The instruction-execution-protection facility is installed (130) and CR0 bit 43 is one.</summary>
    public bool InstructionExecutionProtection { get; init; }
}
