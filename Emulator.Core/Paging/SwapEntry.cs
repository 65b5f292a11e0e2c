namespace Emulator.Core.Paging;

/// <summary>What stands in a page-table entry while its page is elsewhere (<c>swp_entry_t</c>): on swap, or on its way to another frame.</summary>
/// <param name="Type">Number of the swap area; the highest of the 32 mean other things, such as a page that is being migrated.</param>
/// <param name="Offset">Slot in the swap area, counted in pages; of a migration entry the number of the old frame.</param>
public readonly record struct SwapEntry(int Type, ulong Offset);
