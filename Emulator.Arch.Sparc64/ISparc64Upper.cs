using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>How one era writes a pointer to a table.</summary>
public interface ISparc64Upper
{
    /// <summary>The entry for a table.</summary>
    static abstract ulong Encode(PhysicalAddress table);

    /// <summary>The table of an entry.</summary>
    static abstract PhysicalAddress Decode(ulong entry);

    /// <summary>Entries above the page tables in words.</summary>
    static abstract ImmutableArray<EntryLayout> Layouts { get; }
}
