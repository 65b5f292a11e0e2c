namespace Emulator.Core.Execution;

/// <summary>
/// How often translated code was left, by cause. Regions are left for tier 0, which goes on where they were left, be it in the next region at once. Not told: whether an
/// access that was left for turned out to be a fault or only a page that the acceleration TLB did not know; the region cannot know it.
/// </summary>
/// <param name="Direct">For jumps to places that were not in the region.</param>
/// <param name="Indirect">For jumps to values, and returns, that led to no place in the region.</param>
/// <param name="Access">For accesses that the acceleration TLB did not answer: unknown pages, faults, stores to code, accesses across the end of a page.</param>
/// <param name="Poll">Because few instructions remained of those that the program was given, or somebody asked for a hearing.</param>
/// <param name="SystemCall">For system calls.</param>
/// <param name="Other">For other stops, and for instructions that tier 0 does.</param>
public readonly record struct RegionExits(long Direct, long Indirect, long Access, long Poll, long SystemCall, long Other)
{
    /// <summary>All of them: how often translated code was entered.</summary>
    public long All => Direct + Indirect + Access + Poll + SystemCall + Other;
}
