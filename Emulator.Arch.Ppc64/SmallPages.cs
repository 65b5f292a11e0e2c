namespace Emulator.Arch.Ppc64;

/// <summary>4 KiB pages (pte-hash64-4k.h, v2.6.32).</summary>
public readonly struct SmallPages : IPpc64PageSize
{
    /// <inheritdoc/>
    public static int Shift => 12;

    /// <inheritdoc/>
    public static int NumberShift => 17;

    /// <inheritdoc/>
    public static ulong Special => 0x10000;

    /// <inheritdoc/>
    public static ulong HashBits => 0x800 | 0x400 | 0x8000 | 0x7000;        // BUSY, HASHPTE, SECONDARY, GROUP_IX

    /// <inheritdoc/>
    public static ulong HashBits61 => 0x40 | 1UL << 60 | 1UL << 56 | 7UL << 53;     // H_PAGE_BUSY, _HASHPTE, _F_SECOND, _F_GIX

    /// <inheritdoc/>
    public static ulong HashFrameMask61 => (1UL << 53) - 1 & ~0xfffUL;
}
