namespace Emulator.ReferenceWalkers;

/// <summary>An entry that a walk read.</summary>
/// <param name="Level">The manual's i: 0 is the leaf level.</param>
/// <param name="Address">Its physical address.</param>
/// <param name="Value">Its value before the walk.</param>
public readonly record struct RiscvEntry(int Level, ulong Address, ulong Value);
