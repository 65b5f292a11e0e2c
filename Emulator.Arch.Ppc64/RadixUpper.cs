using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>
/// Radix: page directory entries as POWER9 reads them: V 1&lt;&lt;63, next level base, next level size in bits 4:0. The root is
/// doubleword 0 of the process-table entry: RTS for 52 bits, base, size 13.
/// </summary>
/// <remarks>Source: Power ISA 3.0, book III, 5.7.10.2; arch/powerpc/include/asm/book3s/64/radix.h, v6.1.</remarks>
/// <typeparam name="TPage">4 or 64 KiB pages: 9 or 5 index bits in the lowest level.</typeparam>
public readonly struct RadixUpper<TPage> : IPpc64Upper
    where TPage : struct, IPpc64PageSize
{
    private const ulong Valid = 1UL << 63, NextBase = 0x0fff_ffff_ffff_ff00, SizeMask = 0x1f;
    private const ulong TreeSize52 = 2UL << 61 | 5 << 5;    // RTS: 52 - 31 = 21 = 0b10101, split 10 and 101
    private const ulong TopSize = 13;

    /// <inheritdoc/>
    public static bool HardwareWalks => true;

    private static int LeafIndexBits => TPage.Shift == 16 ? 5 : 9;

    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table, int level) => table.Value | Valid | NextSize(level);

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry & NextBase);

    /// <inheritdoc/>
    public static bool IsWellFormed(ulong entry, int level) => (entry & SizeMask) == NextSize(level);

    /// <inheritdoc/>
    public static ulong FrameMask => 0x01ff_ffff_ffff_f000;

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> PageLayouts { get; } = Ppc64Layouts.RadixPages;

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> TableLayouts => Ppc64Layouts.RadixTables;

    /// <inheritdoc/>
    public static ulong HashBits => 0;

    /// <inheritdoc/>
    public static ulong Root(PhysicalAddress table) => table.Value | TreeSize52 | TopSize;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong register) => new(register & NextBase);

    private static ulong NextSize(int level) => (ulong)(level == 1 ? LeafIndexBits : 9);
}
