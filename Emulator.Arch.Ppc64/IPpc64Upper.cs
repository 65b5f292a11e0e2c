using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>How one MMU of v6.1 writes a pointer to a table.</summary>
public interface IPpc64Upper
{
    /// <summary>Whether hardware walks the tree and sets R and C.</summary>
    static abstract bool HardwareWalks { get; }

    /// <summary>The entry at <paramref name="level"/> for a table.</summary>
    static abstract ulong Encode(PhysicalAddress table, int level);

    /// <summary>The table of an entry.</summary>
    static abstract PhysicalAddress Decode(ulong entry);

    /// <summary>Whether the entry at <paramref name="level"/> is one that hardware follows; always true where none does.</summary>
    static abstract bool IsWellFormed(ulong entry, int level);

    /// <summary>The bits of a leaf that name the frame.</summary>
    static abstract ulong FrameMask { get; }

    /// <summary>The bits of a leaf that say where in the hash table its translation lies (_PAGE_HPTEFLAGS); 0 without a hash table.</summary>
    static abstract ulong HashBits { get; }

    /// <summary>Leaves of the lowest level, for people.</summary>
    static abstract ImmutableArray<EntryLayout> PageLayouts { get; }

    /// <summary>Entries above, for people.</summary>
    static abstract ImmutableArray<EntryLayout> TableLayouts { get; }

    /// <summary>The root register.</summary>
    static abstract ulong Root(PhysicalAddress table);

    /// <summary>The top table.</summary>
    static abstract PhysicalAddress DecodeRoot(ulong register);
}
