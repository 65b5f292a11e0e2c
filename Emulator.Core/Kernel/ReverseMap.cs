using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Kernel;

/// <summary>Where a page is mapped, asked from the page's side.</summary>
/// <remarks>
/// Source: <c>vma_address()</c>, <c>page_check_address()</c> and <c>try_to_unmap_anon()</c>, mm/rmap.c, v2.6.32. An address is calculated from the page's index and
/// from where the area begins; then the page tables are looked at there, and nowhere else. The areas of one <c>anon_vma</c> are
/// taken to be all private areas without a file; whether the entry names the page decides.
/// </remarks>
public static class ReverseMap
{
    /// <summary>At what address of an area a page is expected (<c>vma_address()</c>).</summary>
    /// <returns>False when that is outside the area.</returns>
    public static bool TryAddress(VirtualMemoryArea area, ulong index, int pageShift, out VirtualAddress address)
    {
        ArgumentNullException.ThrowIfNull(area);
        address = area.Start + unchecked(index - area.PageOffset << pageShift);
        return address >= area.Start && address < area.End;
    }

    /// <summary>Looks for the entry that maps a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="lookedAt">The first address that was looked at; 0 when no area covers the page.</param>
    /// <param name="leaf">The entry.</param>
    public static bool TryFind(AnonymousPage page, out VirtualAddress lookedAt, out LeafView leaf)
    {
        ArgumentNullException.ThrowIfNull(page);
        (lookedAt, leaf) = (default, default);
        if (page.Space is not { } space)
            return false;
        foreach (VirtualMemoryArea area in AreasOf(space))
        {
            if (!TryAddress(area, page.Index, space.PageShift, out VirtualAddress address))
                continue;
            lookedAt = lookedAt == default ? address : lookedAt;
            if (!space.Tables.TryFind(address, out leaf) || leaf.Target != page.Frame)
                continue;
            lookedAt = address;
            return true;
        }
        return false;
    }

    /// <summary>Looks for the swap entry that stands for a page (<c>remove_migration_pte()</c>).</summary>
    /// <param name="page">The page.</param>
    /// <param name="wanted">The offset that the entry has to have.</param>
    /// <param name="lookedAt">The first address that was looked at; 0 when no area covers the page.</param>
    /// <param name="area">The area that it was found in.</param>
    /// <param name="swap">The entry.</param>
    public static bool TryFindSwap(AnonymousPage page, ulong wanted, out VirtualAddress lookedAt, out VirtualMemoryArea? area, out SwapEntry swap)
    {
        ArgumentNullException.ThrowIfNull(page);
        (lookedAt, area, swap) = (default, null, default);
        if (page.Space is not { } space)
            return false;
        foreach (VirtualMemoryArea candidate in AreasOf(space))
        {
            if (!TryAddress(candidate, page.Index, space.PageShift, out VirtualAddress address))
                continue;
            lookedAt = lookedAt == default ? address : lookedAt;
            if (!space.Tables.TryFindSwap(address, out swap) || swap.Offset != wanted)
                continue;
            (lookedAt, area) = (address, candidate);
            return true;
        }
        return false;
    }

    private static IEnumerable<VirtualMemoryArea> AreasOf(PagedAddressSpace space) =>
        space.Areas.Where(area => area.File is null && area.SpecialName is null && !area.Flags.HasFlag(AreaFlags.Shared));
}
