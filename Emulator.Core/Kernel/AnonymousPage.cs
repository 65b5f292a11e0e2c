using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>An anonymous page that is on the LRU lists: what reclaim and migration know of it (<c>struct page</c>).</summary>
public sealed class AnonymousPage
{
    internal AnonymousPage(PhysicalAddress frame, PagedAddressSpace? space, ulong index, OtherTask? task)
    {
        Frame = frame;
        Space = space;
        Index = index;
        Task = task;
    }

    /// <summary>Where it is in memory.</summary>
    public PhysicalAddress Frame { get; internal set; }

    /// <summary>
    /// <c>page->index</c>: the page number of the address that it was mapped at first, counted as its area's page offset is. It stays
    /// when the area moves, and so does the area's offset.
    /// </summary>
    public ulong Index { get; }

    /// <summary>Whether somebody works on it (<c>PG_locked</c>).</summary>
    public bool IsLocked { get; internal set; }

    internal PagedAddressSpace? Space { get; }

    internal OtherTask? Task { get; }
}
