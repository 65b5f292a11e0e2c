namespace Emulator.Core.Kernel;

/// <summary>A swap area: slots of a page each, on a disk that takes no time.</summary>
/// <remarks>
/// Source: mm/swapfile.c, v2.6.32 and v6.1: slot 0 holds the header, the lowest free slot is taken first. Not modelled: clusters, priorities, several
/// areas, and the swap cache: a slot is free as soon as its page is back in memory.
/// </remarks>
public sealed class SwapArea
{
    private readonly Dictionary<int, byte[]> _pages = [];
    private readonly SortedSet<int> _freed = [];        // below those that were never used
    private int _fresh = 1;

    /// <summary>Makes an empty area.</summary>
    /// <param name="slots">How many pages it takes.</param>
    public SwapArea(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slots);
        Slots = slots;
    }

    /// <summary>Pages that it takes in all.</summary>
    public int Slots { get; }

    /// <summary>Pages that it holds now.</summary>
    public int Used => _pages.Count;

    /// <summary>Writes a page out.</summary>
    /// <param name="bytes">The page; empty for one whose bytes nobody will ask for.</param>
    /// <param name="slot">Where it went.</param>
    /// <returns>False when the area is full.</returns>
    public bool TryStore(ReadOnlySpan<byte> bytes, out ulong slot)
    {
        slot = 0;
        if (Used == Slots)
            return false;
        int first = _freed.Count > 0 ? _freed.Min : _fresh++;
        _freed.Remove(first);
        _pages[first] = bytes.ToArray();
        slot = (ulong)first;
        return true;
    }

    /// <summary>The bytes of a page that is out.</summary>
    public ReadOnlySpan<byte> Read(ulong slot) => _pages.TryGetValue((int)slot, out byte[]? page) ? page : throw new InvalidOperationException($"swap slot {slot} is free");

    /// <summary>Frees a slot.</summary>
    public void Free(ulong slot)
    {
        if (!_pages.Remove((int)slot))
            throw new InvalidOperationException($"swap slot {slot} is freed twice");
        _freed.Add((int)slot);
    }
}
