using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>v6.1: the physical address itself.</summary>
public readonly struct PlainUpper : ISparc64Upper
{
    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table) => table.Value;

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry & ~0x1ffful);

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts { get; } = [EntryLayout.Zero(8), EntryLayout.Other("table", [EntryField.Address(63, 13, "table", 13, "the table below"), EntryField.Silent(12, 0, "zero", "tables lie at multiples of 8 KiB")])];
}
