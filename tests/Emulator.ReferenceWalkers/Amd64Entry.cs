namespace Emulator.ReferenceWalkers;

/// <summary>An entry that a walk used.</summary>
/// <param name="Level">5 PML5E, 4 PML4E, 3 PDPTE, 2 PDE, 1 PTE.</param>
/// <param name="Address">Its physical address.</param>
/// <param name="Value">Its value before the walk.</param>
public readonly record struct Amd64Entry(int Level, ulong Address, ulong Value);
