namespace Emulator.Core.Paging;

/// <summary>
/// One entry of the translation cache, 32 bytes: a tag for each kind of access (page address, or <see cref="NoTag"/> where
/// that access must walk again) and what to add to a virtual address to get the physical one.
/// </summary>
internal struct TlbEntry
{
    /// <summary>A tag that no page address equals.</summary>
    public const ulong NoTag = 1;

    /// <summary>Tags for read, write and fetch.</summary>
    public ulong ReadTag, WriteTag, FetchTag;

    /// <summary>Physical minus virtual address, modulo 2^64.</summary>
    public ulong Addend;
}
