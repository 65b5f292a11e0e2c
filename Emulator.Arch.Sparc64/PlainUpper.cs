using Emulator.Core.Memory;

namespace Emulator.Arch.Sparc64;

/// <summary>v6.1: the physical address itself.</summary>
public readonly struct PlainUpper : ISparc64Upper
{
    /// <inheritdoc/>
    public static ulong Encode(PhysicalAddress table) => table.Value;

    /// <inheritdoc/>
    public static PhysicalAddress Decode(ulong entry) => new(entry & ~0x1ffful);
}
