namespace Emulator.ReferenceWalkers;

/// <summary>The result of a translation and the access.</summary>
public sealed record Ppc64Walk
{
    /// <summary>Vector of the interrupt: 0x300, 0x380, 0x400, 0x480; null if the access is done.</summary>
    public int? Vector { get; init; }

    /// <summary>DSISR, or the cause bits of SRR1; 0 after a segment interrupt.</summary>
    public uint Cause { get; init; }

    /// <summary>Where the access goes; null if it is not done.</summary>
    public ulong? RealAddress { get; init; }

    /// <summary>Size of the page; 0 if none was found.</summary>
    public ulong PageBytes { get; init; }

    /// <summary>Real address of the entry that maps the page (the HPTE, the radix PTE); null if none was found.</summary>
    public ulong? EntryAddress { get; init; }

    /// <summary>How many table entries were read.</summary>
    public int EntriesRead { get; init; }

    /// <summary>A table lies outside storage; the manual does not say what is read there.</summary>
    public bool OutsideStorage { get; init; }
}
