using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>One entry of a page table as it lies in memory, and as the kernel reads it.</summary>
/// <param name="Index">Its place in the table.</param>
/// <param name="Address">Lowest virtual address that it covers.</param>
/// <param name="At">Where it lies.</param>
/// <param name="Entry">The entry.</param>
/// <param name="IsLeaf">Whether it maps a page, rather than leads to a table.</param>
/// <param name="Target">The frame, or the table below.</param>
/// <param name="Flags">What the kernel meant by a leaf; none for a table.</param>
public readonly record struct EntryView(int Index, VirtualAddress Address, PhysicalAddress At, ulong Entry, bool IsLeaf, PhysicalAddress Target,
    PageFlags Flags);
