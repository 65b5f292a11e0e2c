using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>What a refill puts into a TLB.</summary>
/// <param name="Page">First address of the page.</param>
/// <param name="Frame">First address of the frame.</param>
/// <param name="PageShift">log2 of the page's bytes.</param>
/// <param name="Reads">Whether loads may use it.</param>
/// <param name="Writes">Whether stores may use it; false also for a clean page whose first store must trap or walk again.</param>
/// <param name="Fetches">Whether instruction fetches may use it.</param>
/// <param name="Global">Whether it serves every address space.</param>
public readonly record struct TlbTranslation(VirtualAddress Page, PhysicalAddress Frame, int PageShift, bool Reads, bool Writes, bool Fetches, bool Global = false)
{
    /// <summary>
    /// Whether the TLB entry holds all rights that the page has, and denies by itself what they do not permit (alpha, sparc64, the
    /// hashed ppc64). False where a denied access is a miss, and the tables are asked again (amd64, s390).
    /// </summary>
    public bool RightsAreFinal { get; init; }

    /// <summary>The leaf entry that it was made from, for the fault of a denied access; 0 where rights are not final.</summary>
    public ulong Entry { get; init; }

    /// <summary>Whether this access may use it.</summary>
    public bool Permits(AccessKind access) => access switch { AccessKind.Write => Writes, AccessKind.Fetch => Fetches, _ => Reads };

    /// <summary>The fault of an access that final rights do not permit.</summary>
    public PageFault Denial(VirtualAddress va, AccessKind access) => new(va, access, FaultKind.Protection, Level: 0, Entry);
}
