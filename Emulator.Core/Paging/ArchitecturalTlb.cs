using System.Numerics;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// A model of a machine's TLB: size, associativity, replacement and address-space numbers as the machine has them, with
/// statistics. It has nothing to do with <see cref="Tlb"/>, the cache that makes the emulator fast, and shares nothing with it.
/// </summary>
public sealed class ArchitecturalTlb
{
    private const int Invalid = -1, AnySpace = -2;

    // What a search compares lies apart from the rest: a fully associative TLB compares all of it, several times a miss.
    private readonly ulong[] _pages;
    private readonly int[] _shifts;
    private readonly int[] _spaces;
    private readonly long[] _lastUses;      // 0: not since its used bit was cleared
    private readonly TlbTranslation[] _translations;
    private readonly int[] _next;
    private readonly int _sets;
    private readonly int _smallestShift;
    private long _clock;
    private ulong _sizes;       // bit n: pages of 2^n bytes have been put in

    /// <summary>Makes an empty TLB.</summary>
    /// <param name="shape">Its organisation.</param>
    /// <param name="smallestShift">log2 of the smallest page: what sets are chosen by.</param>
    public ArchitecturalTlb(TlbShape shape, int smallestShift)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Ways <= 0 || shape.Entries % shape.Ways != 0)
            throw new ArgumentException($"{shape.Entries} entries do not make sets of {shape.Ways}", nameof(shape));
        Shape = shape;
        _smallestShift = smallestShift;
        _pages = new ulong[shape.Entries];
        _shifts = new int[shape.Entries];
        _spaces = new int[shape.Entries];
        _lastUses = new long[shape.Entries];
        _translations = new TlbTranslation[shape.Entries];
        _sets = shape.Entries / shape.Ways;
        _next = new int[_sets];
        FlushAll();
    }

    /// <summary>Its organisation.</summary>
    public TlbShape Shape { get; }

    /// <summary>Entries that made room for others so far.</summary>
    public long Evictions { get; private set; }

    /// <summary>Valid entries now.</summary>
    public int Valid => _spaces.Count(space => space != Invalid);

    /// <summary>Looks a page up.</summary>
    /// <param name="va">The address.</param>
    /// <param name="space">Address-space number (PCID, ASN, context, PID).</param>
    /// <param name="access">What is wanted; an entry that does not permit it is a miss.</param>
    /// <param name="found">The physical address.</param>
    public bool TryFind(VirtualAddress va, int space, AccessKind access, out PhysicalAddress found)
    {
        bool hit = TryUse(va, space, access, out TlbTranslation held);
        found = hit ? held.Frame + (va - held.Page) : default;
        return hit;
    }

    /// <summary>Looks a page up for an access, and counts as a use if the entry permits it.</summary>
    /// <param name="va">The address.</param>
    /// <param name="space">Address-space number.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="held">The entry, also one that does not permit the access; the default, which permits nothing, without an entry.</param>
    /// <returns>Whether there is an entry that permits it.</returns>
    public bool TryUse(VirtualAddress va, int space, AccessKind access, out TlbTranslation held)
    {
        int index = IndexOf(va, space);
        held = index < 0 ? default : _translations[index];
        if (!held.Permits(access))
            return false;
        _lastUses[index] = ++_clock;
        return true;
    }

    /// <summary>Looks a page up, whatever its entry permits.</summary>
    /// <returns>False when there is no entry.</returns>
    public bool TryLookUp(VirtualAddress va, int space, out TlbTranslation held)
    {
        int index = IndexOf(va, space);
        held = index < 0 ? default : _translations[index];
        if (index < 0)
            return false;
        _lastUses[index] = ++_clock;
        return true;
    }

    /// <summary>Puts a translation in. Rights that the entry for the page has already are kept if it maps the same frame and the new ones are not final.</summary>
    public void Fill(in TlbTranslation translation, int space)
    {
        int index = IndexOf(translation.Page, space);
        TlbTranslation merged = translation;
        if (index >= 0 && !translation.RightsAreFinal && _translations[index].Frame == translation.Frame)
        {
            TlbTranslation old = _translations[index];
            merged = translation with { Reads = old.Reads || translation.Reads, Writes = old.Writes || translation.Writes, Fetches = old.Fetches || translation.Fetches };
        }
        int first = FirstOf(translation.Page);
        if (index < 0)
        {
            int free = _spaces.AsSpan(first, Shape.Ways).IndexOf(Invalid);
            index = free < 0 ? Victim(first) : first + free;
            Evictions += free < 0 ? 1 : 0;
        }
        _pages[index] = merged.Page.Value >> merged.PageShift;
        _shifts[index] = merged.PageShift;
        _sizes |= 1UL << merged.PageShift;
        _spaces[index] = merged.Global ? AnySpace : space;
        _lastUses[index] = ++_clock;
        _translations[index] = merged;
    }

    /// <summary>Forgets one page of an address space.</summary>
    public void Flush(VirtualAddress va, int space)
    {
        for (int index = IndexOf(va, space); index >= 0; index = IndexOf(va, space))
            _spaces[index] = Invalid;
    }

    /// <summary>Forgets an address space; global entries stay.</summary>
    public void FlushSpace(int space) => _spaces.AsSpan().Replace(space, Invalid);

    /// <summary>Forgets everything.</summary>
    public void FlushAll() => _spaces.AsSpan().Fill(Invalid);

    private int FirstOf(VirtualAddress va) => _sets == 1 ? 0 : (int)((va.Value >> _smallestShift) % (uint)_sets) * Shape.Ways;

    private int IndexOf(VirtualAddress va, int space)
    {
        int first = FirstOf(va), end = first + Shape.Ways;
        for (ulong sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            int shift = BitOperations.TrailingZeroCount(sizes);
            ulong page = va.Value >> shift;
            int index = first - 1, ahead;
            while ((ahead = _pages.AsSpan(index + 1, end - index - 1).IndexOf(page)) >= 0)
            {
                index += ahead + 1;
                if (_shifts[index] == shift && (_spaces[index] == space || _spaces[index] == AnySpace))
                    return index;
            }
        }
        return -1;
    }

    private int Victim(int first)
    {
        if (Shape.Replacement == TlbReplacement.RoundRobin)
        {
            ref int next = ref _next[first / Shape.Ways];
            int way = next;
            next = (next + 1) % Shape.Ways;
            return first + way;
        }
        Span<long> lastUses = _lastUses.AsSpan(first, Shape.Ways);
        if (Shape.Replacement == TlbReplacement.UsedBit)
        {
            int unused = lastUses.IndexOf(0);
            if (unused < 0)
                lastUses.Clear();
            return first + Math.Max(unused, 0);
        }
        int oldest = 0;
        for (int way = 1; way < lastUses.Length; way++)
            oldest = lastUses[way] < lastUses[oldest] ? way : oldest;
        return first + oldest;
    }
}
