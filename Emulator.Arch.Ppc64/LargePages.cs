namespace Emulator.Arch.Ppc64;

/// <summary>64 KiB pages (pte-hash64-64k.h, v2.6.32).</summary>
public readonly struct LargePages : IPpc64PageSize
{
    /// <inheritdoc/>
    public static int Shift => 16;

    /// <inheritdoc/>
    public static int NumberShift => 30;

    /// <inheritdoc/>
    public static ulong Special => 0x400;

    /// <inheritdoc/>
    // BUSY, HPTE_SUB (which is HASHPTE), COMBO. The slot of a whole page lies in 15:12, which HPTE_SUB covers.
    public static ulong HashBits => 0x800 | 0x0fff_f000 | 0x1000_0000;

    /// <inheritdoc/>
    public static ulong HashBits61 => 0x40 | 1UL << 55 | 0x1000;     // H_PAGE_BUSY, _HASHPTE, _COMBO

    /// <inheritdoc/>
    public static ulong HashFrameMask61 => (1UL << 53) - 1 & ~0xffffUL;
}
