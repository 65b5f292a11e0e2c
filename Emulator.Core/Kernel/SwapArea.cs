namespace Emulator.Core.Kernel;

/// <summary>A swap area: slots of a page each, on a disk that takes no time.</summary>
/// <remarks>
/// Source: mm/swapfile.c, v2.6.32 and v6.1: slot 0 holds the header, the lowest free slot is taken first. Not modelled: clusters, priorities, several
/// areas, and the swap cache: a slot is free as soon as its page is back in memory.
/// </remarks>
public sealed class SwapArea
{
    private readonly byte[]?[] _slots;
    private readonly SortedSet<int> _free;

    /// <summary>Makes an empty area.</summary>
    /// <param name="slots">How many pages it takes.</param>
    public SwapArea(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slots);
        _slots = new byte[]?[slots + 1];
        _free = [.. Enumerable.Range(1, slots)];
    }

    /// <summary>Pages that it takes in all.</summary>
    public int Slots => _slots.Length - 1;

    /// <summary>Pages that it holds now.</summary>
    public int Used => Slots - _free.Count;

    /// <summary>Writes a page out.</summary>
    /// <param name="bytes">The page; empty for one whose bytes nobody will ask for.</param>
    /// <param name="slot">Where it went.</param>
    /// <returns>False when the area is full.</returns>
    public bool TryStore(ReadOnlySpan<byte> bytes, out ulong slot)
    {
        slot = 0;
        if (_free.Count == 0)
            return false;
        int first = _free.Min;
        _free.Remove(first);
        _slots[first] = bytes.ToArray();
        slot = (ulong)first;
        return true;
    }

    /// <summary>The bytes of a page that is out.</summary>
    public ReadOnlySpan<byte> Read(ulong slot) => _slots[slot] ?? throw new InvalidOperationException($"swap slot {slot} is free");

    /// <summary>Frees a slot.</summary>
    public void Free(ulong slot)
    {
        _slots[slot] = null;
        if (!_free.Add((int)slot))
            throw new InvalidOperationException($"swap slot {slot} is freed twice");
    }
}
