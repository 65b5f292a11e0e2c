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
}
