namespace Emulator.ReferenceWalkers;

/// <summary>What besides satp decides about an access. RISC-V privileged architecture 20211203, 4.1.1.</summary>
/// <param name="User">The effective privilege mode is U; otherwise S.</param>
/// <param name="Sum">sstatus.SUM: S-mode loads and stores may go to user pages.</param>
/// <param name="Mxr">sstatus.MXR: loads may go to executable pages.</param>
public readonly record struct RiscvControls(bool User, bool Sum, bool Mxr);
