using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>v2.6.32: physical address shifted right by 11, in 32 bits (<c>pmd_set</c>, <c>pud_set</c>).</summary>
public readonly struct ShiftedUpper : ISparc64Upper
{
    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table) => table.Value >> 11;

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry << 11);

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts { get; } = [EntryLayout.Zero(4), EntryLayout.Other("table", [EntryField.Address(31, 0, "table", 11, "the table below, its address shifted right by 11 bits")])];
}
