using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// A model of a machine's TLB: size, associativity, replacement and address-space numbers as the machine has them, with
/// statistics. It has nothing to do with <see cref="Tlb"/>, the cache that makes the emulator fast, and shares nothing with it.
/// </summary>
public sealed class ArchitecturalTlb
{
    private readonly Entry[] _entries;
    private readonly int[] _next;
    private readonly int _sets;
    private readonly int _smallestShift;
    private long _clock;

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
        _entries = new Entry[shape.Entries];
        _sets = shape.Entries / shape.Ways;
        _next = new int[_sets];
    }

    /// <summary>Its organisation.</summary>
    public TlbShape Shape { get; }

    /// <summary>Entries that made room for others so far.</summary>
    public long Evictions { get; private set; }

    /// <summary>Valid entries now.</summary>
    public int Valid => _entries.Count(entry => entry.IsValid);

    /// <summary>Looks a page up.</summary>
    /// <param name="va">The address.</param>
    /// <param name="space">Address-space number (PCID, ASN, context, PID).</param>
    /// <param name="access">What is wanted; an entry that does not permit it is a miss.</param>
    /// <param name="found">The physical address.</param>
    public bool TryFind(VirtualAddress va, int space, AccessKind access, out PhysicalAddress found)
    {
        Span<Entry> set = SetOf(va);
        for (int way = 0; way < set.Length; way++)
        {
            ref Entry entry = ref set[way];
            if (!entry.Matches(va, space) || !entry.Translation.Permits(access))
                continue;
            entry.LastUse = ++_clock;
            found = entry.Translation.Frame + (va - entry.Translation.Page);
            return true;
        }
        found = default;
        return false;
    }

    /// <summary>Looks a page up, whatever its entry permits.</summary>
    /// <returns>False when there is no entry.</returns>
    public bool TryLookUp(VirtualAddress va, int space, out TlbTranslation held)
    {
        foreach (ref Entry entry in SetOf(va))
        {
            if (!entry.Matches(va, space))
                continue;
            entry.LastUse = ++_clock;
            held = entry.Translation;
            return true;
        }
        held = default;
        return false;
    }

    /// <summary>The entry for a page, whatever it permits; this is no use of it.</summary>
    public bool TryPeek(VirtualAddress va, int space, out TlbTranslation held)
    {
        foreach (ref Entry entry in SetOf(va))
        {
            if (!entry.Matches(va, space))
                continue;
            held = entry.Translation;
            return true;
        }
        held = default;
        return false;
    }

    /// <summary>Puts a translation in. Rights that the entry for the page has already are kept if it maps the same frame and the new ones are not final.</summary>
    public void Fill(in TlbTranslation translation, int space)
    {
        Span<Entry> set = SetOf(translation.Page);
        int way = -1;
        for (int i = 0; i < set.Length && way < 0; i++)
            way = set[i].Matches(translation.Page, space) ? i : -1;
        TlbTranslation merged = translation;
        if (way >= 0 && !translation.RightsAreFinal && set[way].Translation.Frame == translation.Frame)
        {
            TlbTranslation old = set[way].Translation;
            merged = translation with { Reads = old.Reads || translation.Reads, Writes = old.Writes || translation.Writes, Fetches = old.Fetches || translation.Fetches };
        }
        for (int i = 0; i < set.Length && way < 0; i++)
            way = set[i].IsValid ? -1 : i;
        if (way < 0)
        {
            way = Victim(set, translation.Page);
            Evictions++;
        }
        set[way] = new Entry { IsValid = true, Space = space, Translation = merged, LastUse = ++_clock };
    }

    /// <summary>Forgets one page of an address space.</summary>
    public void Flush(VirtualAddress va, int space)
    {
        foreach (ref Entry entry in SetOf(va))
            entry.IsValid &= !entry.Matches(va, space);
    }

    /// <summary>Forgets an address space; global entries stay.</summary>
    public void FlushSpace(int space)
    {
        foreach (ref Entry entry in _entries.AsSpan())
            entry.IsValid &= entry.Space != space || entry.Translation.Global;
    }

    /// <summary>Forgets everything.</summary>
    public void FlushAll() => Array.Clear(_entries);

    private Span<Entry> SetOf(VirtualAddress va)
    {
        int set = _sets == 1 ? 0 : (int)((va.Value >> _smallestShift) % (uint)_sets);
        return _entries.AsSpan(set * Shape.Ways, Shape.Ways);
    }

    private int Victim(Span<Entry> set, VirtualAddress va)
    {
        if (Shape.Replacement == TlbReplacement.RoundRobin)
        {
            ref int next = ref _next[_sets == 1 ? 0 : (int)((va.Value >> _smallestShift) % (uint)_sets)];
            int way = next;
            next = (next + 1) % Shape.Ways;
            return way;
        }
        if (Shape.Replacement == TlbReplacement.UsedBit)
            return FirstUnused(set);
        int oldest = 0;
        for (int i = 1; i < set.Length; i++)
            oldest = set[i].LastUse < set[oldest].LastUse ? i : oldest;
        return oldest;
    }

    private static int FirstUnused(Span<Entry> set)
    {
        for (int way = 0; way < set.Length; way++)
        {
            if (set[way].LastUse == 0)
                return way;
        }
        foreach (ref Entry entry in set)
            entry.LastUse = 0;
        return 0;
    }

    private struct Entry
    {
        public bool IsValid;
        public int Space;
        public long LastUse;        // 0: not since its used bit was cleared
        public TlbTranslation Translation;

        public readonly bool Matches(VirtualAddress va, int space) =>
            IsValid && (Translation.Global || Space == space) && va.Value >> Translation.PageShift == Translation.Page.Value >> Translation.PageShift;
    }
}
