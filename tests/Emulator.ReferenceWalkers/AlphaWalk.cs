namespace Emulator.ReferenceWalkers;

/// <summary>The result of a translation and the access.</summary>
public sealed record AlphaWalk
{
    /// <summary>The fault, or null if the access is done.</summary>
    public AlphaFault? Fault { get; init; }

    /// <summary>The physical address; null if the access is not done.</summary>
    public ulong? PhysicalAddress { get; init; }

    /// <summary>An entry was outside memory: a machine check, not a fault.</summary>
    public bool TableOutsideStorage { get; init; }

    /// <summary>The entries fetched, in order.</summary>
    public required IReadOnlyList<AlphaTableEntry> Entries { get; init; }
}
