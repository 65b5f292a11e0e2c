using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>A successful translation.</summary>
/// <param name="Address">The physical address, offset included.</param>
/// <param name="Level">Level of the leaf: 0 for a page, higher for large pages.</param>
/// <param name="Entry">The leaf entry, after its accessed and dirty bits were set.</param>
public readonly record struct Translation(PhysicalAddress Address, int Level, ulong Entry);
