namespace Emulator.ReferenceWalkers;

/// <summary>A table entry that a translation fetched.</summary>
/// <param name="Level">4 region first, 3 region second, 2 region third, 1 segment, 0 page.</param>
/// <param name="Address">Its real or absolute address (which of them is unpredictable).</param>
/// <param name="Value">Its value.</param>
public readonly record struct S390Entry(int Level, ulong Address, ulong Value);
