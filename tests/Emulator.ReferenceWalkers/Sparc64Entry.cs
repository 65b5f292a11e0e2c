namespace Emulator.ReferenceWalkers;

/// <summary>A number that the miss handler loaded.</summary>
/// <param name="Name">pgd, pud, pmd, pte, tag or data.</param>
/// <param name="Address">Its physical address.</param>
/// <param name="Value">Its value; null when nothing is there.</param>
public readonly record struct Sparc64Entry(string Name, ulong Address, ulong? Value);
