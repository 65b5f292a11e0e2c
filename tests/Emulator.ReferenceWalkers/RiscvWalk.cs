namespace Emulator.ReferenceWalkers;

/// <summary>The result of a walk.</summary>
public sealed record RiscvWalk
{
    /// <summary>The exception code of scause (table 4.2); null when the access is done.</summary>
    public required int? Cause { get; init; }

    /// <summary>Where the access goes.</summary>
    public ulong PhysicalAddress { get; init; }

    /// <summary>The manual's i when the walk ended; the number of levels when no entry was read.</summary>
    public int Level { get; init; }

    /// <summary>The entries that were read, from the root.</summary>
    public required IReadOnlyList<RiscvEntry> Entries { get; init; }

    /// <summary>The leaf with A, and for a store D, set; only when the access is done. Nothing else is ever written.</summary>
    public ulong NewLeaf { get; init; }
}
