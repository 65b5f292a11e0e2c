using Emulator.Core.Memory;

namespace Emulator.Arch.Ppc64;

/// <summary>The segment lookaside buffer: 32 entries, fully associative, filled by the kernel in turn.</summary>
/// <remarks>
/// Source: arch/powerpc/mm/slb.c, v2.6.32, and arch/powerpc/mm/book3s64/slb.c, v6.1: free entries first, then round robin above those that
/// the kernel keeps. Those are left empty here, as no kernel address is translated. Not modelled: the preload cache of 6.1.
/// </remarks>
public sealed class Slb
{
    /// <summary>Entries of POWER8 and POWER9.</summary>
    public const int Size = 32;

    private readonly SlbEntry[] _entries = new SlbEntry[Size];
    private readonly int _bolted;
    private int _next;

    /// <summary>Makes an empty one.</summary>
    /// <param name="bolted">Entries at the beginning that the kernel keeps.</param>
    public Slb(int bolted) => _bolted = _next = bolted;

    /// <summary>The valid entries.</summary>
    public IReadOnlyList<SlbEntry> Entries => [.. _entries.Where(entry => entry.IsValid)];

    /// <summary>Finds the segment of an address.</summary>
    public bool TryFind(VirtualAddress va, out SlbEntry entry)
    {
        foreach (ref readonly SlbEntry candidate in _entries.AsSpan())
        {
            if (!candidate.Matches(va))
                continue;
            entry = candidate;
            return true;
        }
        entry = default;
        return false;
    }

    /// <summary>Makes an entry for a user segment.</summary>
    public SlbEntry Insert(VirtualAddress va, ulong vsid, int pageShift)
    {
        SlbEntry entry = SlbEntry.User(va, vsid, pageShift, _next);
        _entries[_next] = entry;
        _next = _next + 1 < Size ? _next + 1 : _bolted;
        return entry;
    }

    /// <summary>Forgets all segments (slbia).</summary>
    public void Clear()
    {
        Array.Clear(_entries);
        _next = _bolted;
    }
}
