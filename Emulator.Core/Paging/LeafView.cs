using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>A leaf entry as it lies in memory.</summary>
/// <param name="Address">Lowest virtual address that it maps.</param>
/// <param name="Level">Its level: 0 for a page.</param>
/// <param name="At">Where the entry lies.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Target">The frame it points to.</param>
/// <param name="Flags">What the kernel meant by it.</param>
public readonly record struct LeafView(VirtualAddress Address, int Level, PhysicalAddress At, ulong Entry, PhysicalAddress Target, PageFlags Flags);
