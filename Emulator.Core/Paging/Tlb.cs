using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// A direct-mapped cache of translations that makes accesses fast. It caches the walker's answers, permissions and dirty
/// state included, and may be emptied at any time without a program noticing. It is not a model of a machine's TLB.
/// </summary>
public sealed class Tlb : IDisposable
{
    private readonly LazyArray<TlbEntry> _entries = new(WrappedArray<TlbEntry>.Length);
    private readonly VouchedMemory _memory;
    private readonly int _pageShift;
    private bool _holdsLargePages;

    /// <summary>Makes an empty cache of 4096 entries.</summary>
    /// <param name="memory">Where physical addresses lead; has to outlive the cache.</param>
    /// <param name="pageShift">log2 of the bytes in a page; 12 or more.</param>
    public Tlb(PhysicalMemory memory, int pageShift)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageShift, 12);
        _memory = memory.Vouched;
        _pageShift = pageShift;
        Probe = new TlbProbe(_entries.Wrapped(), pageShift);
        Flush();
    }

    /// <summary>Looks up in this cache, as long as it is there.</summary>
    internal TlbProbe Probe { get; }

    /// <summary>Looks an address up for an access.</summary>
    /// <returns>False when a walk is needed.</returns>
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found)
    {
        bool hit = Probe.TryTranslate(va, access, 1, out ulong host);
        found = hit ? _memory.AddressOf(host) : default;
        return hit;
    }

    /// <summary>
    /// Caches a translation for one kind of access; other kinds of the same page are kept if they agree. The page has to be inside
    /// guest RAM as a whole: a hit is not checked against its size again.
    /// </summary>
    /// <param name="va">The address.</param>
    /// <param name="access">The kind of access.</param>
    /// <param name="physical">Where it goes.</param>
    /// <param name="large">Whether the page is larger than those of this cache, and this one of its pieces.</param>
    public void Fill(VirtualAddress va, AccessKind access, PhysicalAddress physical, bool large)
    {
        _holdsLargePages |= large;
        ref TlbEntry entry = ref Probe.SlotOf(va);
        ulong page = PageOf(va), addend = _memory.HostAddressOf(physical) - va.Value;
        bool same = entry.Addend == addend && (entry.ReadTag == page || entry.WriteTag == page || entry.FetchTag == page);
        if (!same)
            entry = new TlbEntry(TlbEntry.NoTag(page, _pageShift), addend);
        switch (access)
        {
            case AccessKind.Read:
                entry.ReadTag = page;
                break;
            case AccessKind.Write:
                entry.WriteTag = page;
                break;
            default:
                entry.FetchTag = page;
                break;
        }
    }

    /// <summary>Forgets one page, however large.</summary>
    public void Flush(VirtualAddress va)
    {
        // A large page is cached in pieces, and flushing any address inside it forgets all of it (Intel SDM volume 3, 4.10.4.1).
        if (_holdsLargePages)
            Flush();
        else
            Probe.SlotOf(va) = new TlbEntry(TlbEntry.NoTag(PageOf(va), _pageShift), 0);
    }

    /// <summary>Forgets everything.</summary>
    public void Flush()
    {
        _holdsLargePages = false;
        Span<TlbEntry> entries = _entries.AsSpan();
        for (int slot = 0; slot < entries.Length; slot++)
            entries[slot] = new TlbEntry(TlbEntry.NoTag((ulong)slot << _pageShift, _pageShift), 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _entries.Dispose();

    private ulong PageOf(VirtualAddress va) => va.Value >> _pageShift << _pageShift;
}
