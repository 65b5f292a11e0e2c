namespace Emulator.Core.Paging;

/// <summary>What an architectural TLB has seen.</summary>
public record struct TlbStatistics
{
    /// <summary>Accesses that hit.</summary>
    public long Hits { get; set; }

    /// <summary>Times an access was not served by the TLB: <see cref="Upgrades"/> among them.</summary>
    public long Misses { get; set; }

    /// <summary>Of the misses, those that found an entry for the page which does not permit the access.</summary>
    public long Upgrades { get; set; }

    /// <summary>Misses that a refill answered; the rest were page faults.</summary>
    public long Refills { get; set; }

    /// <summary>Valid entries that made room for others.</summary>
    public long Evictions { get; set; }

    /// <summary>What the refills cost.</summary>
    public RefillCost Cost { get; set; }

    /// <summary>Memory references a miss, on average; 0 without misses.</summary>
    public readonly double ReferencesPerMiss => Misses == 0 ? 0 : (double)Cost.MemoryReferences / Misses;
}
