using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>What the bits of entries mean, for who reads entries that were written down rather than those in memory.</summary>
public abstract class EntryFormat
{
    private protected EntryFormat()
    {
    }

    /// <summary>Whether the kernel finds a leaf here, at any level.</summary>
    public abstract bool IsLeaf(ulong entry, int level);

    /// <summary>Where an entry points: the table below, or the frame.</summary>
    public abstract PhysicalAddress TargetOf(ulong entry, int level);

    /// <summary>What the kernel meant by a leaf entry.</summary>
    public abstract PageFlags FlagsOf(ulong entry);

    /// <summary>An entry that maps nothing.</summary>
    public abstract ulong Empty(int level);

    /// <summary>How entries of a level are read bit by bit.</summary>
    public abstract ImmutableArray<EntryLayout> Layouts(int level);

    /// <summary>Whether a leaf entry says that its page is on its way to another frame.</summary>
    public virtual bool IsMigration(ulong entry) => false;

    /// <summary>Bits of an entry in words.</summary>
    public virtual string Explain(ulong entry, int level) => EntryLayout.Of(Layouts(level), entry).Line(entry);
}
