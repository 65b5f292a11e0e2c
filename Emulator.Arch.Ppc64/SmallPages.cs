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
}
