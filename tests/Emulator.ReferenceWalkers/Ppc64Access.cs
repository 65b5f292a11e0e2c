namespace Emulator.ReferenceWalkers;

/// <summary>One access.</summary>
/// <param name="Type">Load, store or fetch.</param>
/// <param name="Problem">MSR[PR] = 1.</param>
public readonly record struct Ppc64Access(Ppc64AccessType Type, bool Problem);
