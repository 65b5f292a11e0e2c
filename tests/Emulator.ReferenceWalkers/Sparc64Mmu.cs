namespace Emulator.ReferenceWalkers;

/// <summary>Which format entries have.</summary>
public enum Sparc64Mmu
{
    /// <summary>UltraSPARC-IIi User's Manual, chapter 15.</summary>
    Sun4u,

    /// <summary>UltraSPARC Architecture 2007, chapter 14, on an UltraSPARC T1.</summary>
    Sun4v,
}
