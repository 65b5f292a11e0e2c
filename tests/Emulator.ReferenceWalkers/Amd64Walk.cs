namespace Emulator.ReferenceWalkers;

/// <summary>The result of a walk.</summary>
public sealed record Amd64Walk
{
    /// <summary>How it ended.</summary>
    public required Amd64WalkEnd End { get; init; }

    /// <summary>Where the access goes.</summary>
    public ulong PhysicalAddress { get; init; }

    /// <summary>Size of the page: 4 KiB, 2 MiB or 1 GiB.</summary>
    public ulong PageBytes { get; init; }

    /// <summary>The page-fault error code.</summary>
    public uint ErrorCode { get; init; }

    /// <summary>The level that ended the walk: 5 PML5E ... 1 PTE, 0 if the address was not canonical.</summary>
    public int Level { get; init; }

    /// <summary>
    /// Every present entry without reserved bits that the walk used, from the root. If the access is done, each gets A = 1.
    /// If it faults, the leaf keeps A, and for those above it both are allowed (Intel SDM vol. 3, 4.8).
    /// </summary>
    public required IReadOnlyList<Amd64Entry> Entries { get; init; }

    /// <summary>The entry the walk ended with, valid or not; null if no entry was read.</summary>
    public Amd64Entry? LastEntry { get; init; }

    /// <summary>The last of <see cref="Entries"/> maps a page (it is a leaf).</summary>
    public bool ReachedLeaf { get; init; }

    /// <summary>The leaf gets D = 1: the access is a write that is done (Intel SDM vol. 3, 4.8).</summary>
    public bool SetsDirty { get; init; }
}
