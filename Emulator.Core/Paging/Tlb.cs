using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// A direct-mapped cache of translations that makes accesses fast. It caches the walker's answers, permissions and dirty
/// state included, and may be emptied at any time without a program noticing. It is not a model of a machine's TLB.
/// </summary>
public sealed class Tlb : IDisposable
{
    private readonly LazyArray<TlbEntry> _entries;
    private readonly int _pageShift;
    private readonly ulong _pageMask;
    private bool _holdsLargePages;

    /// <summary>Makes an empty cache of 2^<paramref name="indexBits"/> entries.</summary>
    public Tlb(int pageShift, int indexBits = 12)
    {
        _pageShift = pageShift;
        _pageMask = ~((1UL << pageShift) - 1);
        _entries = new LazyArray<TlbEntry>(1L << indexBits);
        Flush();
    }

    /// <summary>Looks an address up for an access.</summary>
    /// <returns>False when a walk is needed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a hit is meant to cost one to two nanoseconds
    public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found)
    {
        ref TlbEntry entry = ref _entries[(long)(va.Value >> _pageShift) & (_entries.Length - 1)];
        ulong tag = access == AccessKind.Read ? entry.ReadTag : access == AccessKind.Write ? entry.WriteTag : entry.FetchTag;
        found = new PhysicalAddress(va.Value + entry.Addend);
        return tag == (va.Value & _pageMask);
    }

    /// <summary>Caches a translation for one kind of access; other kinds of the same page are kept if they agree.</summary>
    /// <param name="va">The address.</param>
    /// <param name="access">The kind of access.</param>
    /// <param name="physical">Where it goes.</param>
    /// <param name="large">Whether the page is larger than those of this cache, and this one of its pieces.</param>
    public void Fill(VirtualAddress va, AccessKind access, PhysicalAddress physical, bool large)
    {
        _holdsLargePages |= large;
        ref TlbEntry entry = ref _entries[(long)(va.Value >> _pageShift) & (_entries.Length - 1)];
        ulong page = va.Value & _pageMask, addend = physical.Value - va.Value;
        bool same = entry.Addend == addend && (entry.ReadTag == page || entry.WriteTag == page || entry.FetchTag == page);
        if (!same)
            entry = new TlbEntry { ReadTag = TlbEntry.NoTag, WriteTag = TlbEntry.NoTag, FetchTag = TlbEntry.NoTag, Addend = addend };
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
        {
            Flush();
            return;
        }
        ref TlbEntry entry = ref _entries[(long)(va.Value >> _pageShift) & (_entries.Length - 1)];
        entry.ReadTag = entry.WriteTag = entry.FetchTag = TlbEntry.NoTag;
    }

    /// <summary>Forgets everything.</summary>
    public void Flush()
    {
        _holdsLargePages = false;
        for (long i = 0; i < _entries.Length; i++)
        {
            ref TlbEntry entry = ref _entries[i];
            entry.ReadTag = entry.WriteTag = entry.FetchTag = TlbEntry.NoTag;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _entries.Dispose();
}
