namespace Emulator.ReferenceWalkers;

/// <summary>A page-table entry that a translation fetched.</summary>
/// <param name="Level">1 top, 2, 3 leaf: the manual's numbers.</param>
/// <param name="Address">Its physical address.</param>
/// <param name="Value">Its value.</param>
public readonly record struct AlphaTableEntry(int Level, ulong Address, ulong Value);
