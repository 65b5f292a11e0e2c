namespace Emulator.Arch.Sparc64;

/// <summary>What a TSB has seen.</summary>
/// <param name="Hits">TLB misses that it answered.</param>
/// <param name="Misses">TLB misses that led to a walk of the tree.</param>
/// <param name="Stores">Entries stored by the miss handler.</param>
/// <param name="Preloads">Entries stored by the kernel after a page fault (<c>update_mmu_cache()</c>).</param>
/// <param name="Conflicts">Stores and preloads that put out a valid entry of another page.</param>
/// <param name="Flushed">Entries made invalid by flushes.</param>
/// <param name="Growths">Times it was replaced by a larger one.</param>
public record struct TsbStatistics(long Hits, long Misses, long Stores, long Preloads, long Conflicts, long Flushed, long Growths);
