using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>Hash: the physical address under the top bit (PMD_VAL_BITS and its siblings, arch/powerpc/include/asm/book3s/64/hash.h, v6.1).</summary>
/// <typeparam name="TPage">4 or 64 KiB pages.</typeparam>
public readonly struct HashUpper<TPage> : IPpc64Upper
    where TPage : struct, IPpc64PageSize
{
    private const ulong TopBit = 1UL << 63;

    /// <inheritdoc/>
    public static bool HardwareWalks => false;

    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table, int level) => table.Value | TopBit;

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry & ~TopBit);

    /// <inheritdoc/>
    public static bool IsWellFormed(ulong entry, int level) => true;

    /// <inheritdoc/>
    public static ulong FrameMask => TPage.HashFrameMask61;

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> PageLayouts { get; } = Ppc64Layouts.HashPages61(TPage.Shift);

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> TableLayouts => Ppc64Layouts.HashTables61;

    /// <inheritdoc/>
    public static ulong HashBits => TPage.HashBits61;

    /// <inheritdoc/>
    public static ulong Root(PhysicalAddress table) => table.Value;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong register) => new(register);
}
