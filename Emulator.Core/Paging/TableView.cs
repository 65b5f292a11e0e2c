using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>A page table as it lies in memory.</summary>
/// <param name="Level">Its level, from the leaf (0).</param>
/// <param name="Start">Lowest virtual address that it covers.</param>
/// <param name="At">Where it lies.</param>
/// <param name="Used">Entries that are not empty.</param>
/// <param name="First">Lowest address of the first entry that is not empty; <see cref="Start"/> when all are.</param>
/// <param name="Last">Lowest address of the last entry that is not empty.</param>
public readonly record struct TableView(int Level, VirtualAddress Start, PhysicalAddress At, int Used, VirtualAddress First, VirtualAddress Last);
