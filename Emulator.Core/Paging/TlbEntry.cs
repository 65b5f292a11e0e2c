namespace Emulator.Core.Paging;

/// <summary>
/// One entry of the translation cache, 32 bytes: a tag for each kind of access (page address, or <see cref="NoTag"/> where
/// that access must walk again) and what to add to a virtual address to get to the bytes in the host's memory.
/// </summary>
internal struct TlbEntry
{
    /// <summary>log2 of the bytes of an entry.</summary>
    public const int Log2Bytes = 5;

    /// <summary>Tags for read, write and fetch.</summary>
    public ulong ReadTag, WriteTag, FetchTag;

    /// <summary>Host address minus virtual address, modulo 2^64.</summary>
    public ulong Addend;

    /// <summary>An entry that knows nothing, for a slot.</summary>
    public TlbEntry(ulong noTag, ulong addend)
    {
        ReadTag = WriteTag = FetchTag = noTag;
        Addend = addend;
    }

    /// <summary>
    /// A tag that no address matches that is looked up in the same slot as <paramref name="page"/>: that of a neighbour, which
    /// has another slot. Any number that no page has would do as well, but page addresses leave none.
    /// </summary>
    public static ulong NoTag(ulong page, int pageShift) => page ^ (1UL << pageShift);
}
