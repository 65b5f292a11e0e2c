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
    /// <summary>Whether this access may use it.</summary>
    public bool Permits(AccessKind access) => access switch { AccessKind.Write => Writes, AccessKind.Fetch => Fetches, _ => Reads };
}
