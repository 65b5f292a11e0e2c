using Emulator.Core.Memory;

namespace Emulator.Arch.Sparc64;

/// <summary>v2.6.32: physical address shifted right by 11, in 32 bits (<c>pmd_set</c>, <c>pud_set</c>).</summary>
public readonly struct ShiftedUpper : ISparc64Upper
{
    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table) => table.Value >> 11;

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry << 11);
}
