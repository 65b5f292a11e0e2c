namespace Emulator.Core.Paging;

/// <summary>What an architectural TLB has seen.</summary>
public record struct TlbStatistics
{
    /// <summary>Accesses that hit.</summary>
    public long Hits { get; set; }

    /// <summary>Accesses that missed.</summary>
    public long Misses { get; set; }

    /// <summary>Misses that a refill answered; the rest were page faults.</summary>
    public long Refills { get; set; }

    /// <summary>Accesses that a TLB entry, or the address alone, forbade: page faults without a refill of their own, or after one that succeeded.</summary>
    public long Denials { get; set; }

    /// <summary>Valid entries that made room for others.</summary>
    public long Evictions { get; set; }

    /// <summary>What the refills cost.</summary>
    public RefillCost Cost { get; set; }

    /// <summary>Adds up what two have seen.</summary>
    public static TlbStatistics operator +(TlbStatistics left, TlbStatistics right) => new()
    {
        Hits = left.Hits + right.Hits,
        Misses = left.Misses + right.Misses,
        Refills = left.Refills + right.Refills,
        Denials = left.Denials + right.Denials,
        Evictions = left.Evictions + right.Evictions,
        Cost = left.Cost + right.Cost,
    };

    /// <summary>See <c>operator +</c>.</summary>
    public readonly TlbStatistics Add(TlbStatistics other) => this + other;

    /// <summary>Memory references a miss, on average; 0 without misses.</summary>
    public readonly double ReferencesPerMiss => Misses == 0 ? 0 : (double)Cost.MemoryReferences / Misses;
}
