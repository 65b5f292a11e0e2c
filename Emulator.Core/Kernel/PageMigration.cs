using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Kernel;

/// <summary>Pages on their way from one frame to another (mm/migrate.c): compaction, memory hot-remove, or balancing of NUMA nodes.</summary>
/// <remarks>
/// A migration asks the reverse map twice. First for the entry that maps the page, to put a migration entry in its place; then,
/// when the bytes are copied, for that migration entry, to map the page again. In between everybody who needs the page waits. If the
/// second question is not answered as the first was, the migration entry stays, for a page that is nobody's any more.
/// Source: <c>unmap_and_move()</c>, <c>remove_migration_pte()</c>, <c>migration_entry_wait()</c>, mm/migrate.c, and <c>try_to_unmap_one()</c>, mm/rmap.c, v2.6.32;
/// <c>invalid_migration_vma()</c>, mm/rmap.c, v6.1. Not modelled: young and dirty bits in migration entries (v6.1).
/// </remarks>
public sealed class PageMigration
{
    private readonly MemoryPressure _pressure;
    private readonly FrameAllocator _frames;
    private readonly KernelEra _era;
    private readonly Dictionary<ulong, Flight> _byOldFrame = [];

    internal PageMigration(MemoryPressure pressure, FrameAllocator frames, KernelEra era)
    {
        _pressure = pressure;
        _frames = frames;
        _era = era;
    }

    /// <summary>Migration entries that were left behind.</summary>
    public int LeftBehind { get; private set; }

    /// <summary>Begins: the page is locked, a frame taken, and a migration entry put in place of its entry.</summary>
    /// <param name="page">The page.</param>
    /// <param name="lookedAt">Where the reverse map looked for its entry.</param>
    public PageOutcome Unmap(AnonymousPage page, out VirtualAddress lookedAt)
    {
        ArgumentNullException.ThrowIfNull(page);
        lookedAt = default;
        if (page.IsLocked)
            return PageOutcome.Locked;
        bool found = ReverseMap.TryFind(page, out lookedAt, out LeafView leaf);
        PagedAddressSpace space = page.Space!;
        if (found && _era.MigrationSkipsTemporaryStacks && space.Find(leaf.Address)!.Flags.HasFlag(AreaFlags.IncompleteSetup))
            return PageOutcome.TemporaryStack;
        if (!found)
            return PageOutcome.NotFound;
        if (!_frames.TryAllocate(0, _frames.OwnerOf(page.Frame), zero: false, out PhysicalAddress fresh))
            return PageOutcome.NoMemory;
        page.IsLocked = true;
        _byOldFrame.Add(NumberOf(page.Frame), new Flight(page, fresh));
        space.ToMigration(leaf, NumberOf(page.Frame));
        return PageOutcome.Done;
    }

    /// <summary>Ends: the bytes are copied, and the page is mapped again where the reverse map finds the migration entry.</summary>
    /// <param name="page">The page.</param>
    /// <param name="lookedAt">Where the reverse map looked for the entry.</param>
    public PageOutcome Remap(AnonymousPage page, out VirtualAddress lookedAt)
    {
        ArgumentNullException.ThrowIfNull(page);
        lookedAt = default;
        PhysicalAddress old = page.Frame;
        if (!_byOldFrame.Remove(NumberOf(old), out Flight? flight))
            return PageOutcome.NotLocked;
        _frames.Memory.Slice(old, _frames.PageBytes).CopyTo(_frames.Memory.Slice(flight.Fresh, _frames.PageBytes));
        page.IsLocked = false;
        if (ReverseMap.TryFindSwap(page, NumberOf(old), out lookedAt, out VirtualMemoryArea? area, out SwapEntry entry))
        {
            _pressure.MoveTo(page, flight.Fresh);
            page.Space!.FromMigration(area!, lookedAt, flight.Fresh, entry);
            _frames.Release(old);
            return PageOutcome.Done;
        }
        LeftBehind++;
        _pressure.Remove(old);
        _frames.Release(old);
        _frames.Release(flight.Fresh);
        return PageOutcome.LeftBehind;
    }

    /// <summary>Waits for the end of a page's migration (<c>migration_entry_wait()</c>).</summary>
    /// <returns>False when no page is on its way from there: the entry was left behind.</returns>
    internal bool TryWait(SwapEntry entry)
    {
        if (!_byOldFrame.TryGetValue(entry.Offset, out Flight? flight))
            return false;
        Remap(flight.Page, out _);
        return true;
    }

    /// <summary>Where the bytes of a page on its way are.</summary>
    /// <returns>False when no page is on its way from there.</returns>
    internal bool TryPeek(SwapEntry entry, out PhysicalAddress frame)
    {
        bool found = _byOldFrame.TryGetValue(entry.Offset, out Flight? flight);
        frame = found ? flight!.Page.Frame : default;
        return found;
    }

    /// <summary>The address space of a page on its way goes; so does the page.</summary>
    internal void Forget(SwapEntry entry)
    {
        if (!_byOldFrame.Remove(entry.Offset, out Flight? flight))
            return;
        _pressure.Remove(flight.Page.Frame);
        _frames.Release(flight.Page.Frame);
        _frames.Release(flight.Fresh);
    }

    private ulong NumberOf(PhysicalAddress frame) => frame.Value >> _frames.PageShift;

    private sealed record Flight(AnonymousPage Page, PhysicalAddress Fresh);
}
