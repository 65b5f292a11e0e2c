using System.Collections.Immutable;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// The bits of one page-table format: what the kernel writes, and what the hardware makes of what it reads. A struct
/// with static members only, given as a type parameter, so that the walker and the mapper are compiled for each format.
/// </summary>
/// <remarks>
/// Levels are counted from the leaf (0). Shape (widths, sizes) is not here but in <see cref="PageTableGeometry"/>. Members with a body here may
/// be left out; a codec that has them all starts quicker, since crossgen2 does not compile ahead what calls a body of an interface.
/// </remarks>
public interface IPageTableEntryCodec
{
    /// <summary>Byte order of entries in memory, whatever the order of the program.</summary>
    static abstract ByteOrder EntryOrder { get; }

    /// <summary>Index in the top table of an entry that maps the top table itself (alpha's VPTB); -1 for none.</summary>
    static virtual int SelfMapIndex => -1;

    /// <summary>That entry.</summary>
    static virtual ulong SelfMap(PhysicalAddress top) => 0;

    /// <summary>Whether hardware writes accessed and dirty bits into entries as it walks.</summary>
    static abstract bool HardwareUpdatesEntries { get; }

    /// <summary>Whether hardware keeps referenced and changed bits in a key for each frame.</summary>
    static abstract bool HasStorageKeys { get; }

    /// <summary>An entry of a new table of <paramref name="level"/>: it maps nothing.</summary>
    static abstract ulong Empty(int level);

    /// <summary>An entry at <paramref name="level"/> that points to the table <paramref name="table"/> of the level below.</summary>
    static abstract ulong Table(PhysicalAddress table, int level);

    /// <summary>An entry at <paramref name="level"/> that maps <paramref name="frame"/>.</summary>
    static abstract ulong Leaf(PhysicalAddress frame, PageFlags flags, int level);

    /// <summary>What the kernel meant by a leaf entry.</summary>
    static abstract PageFlags FlagsOf(ulong entry);

    /// <summary>Whether the kernel finds nothing here (<c>pte_none</c>, <c>pmd_none</c>).</summary>
    static abstract bool IsEmpty(ulong entry, int level);

    /// <summary>Whether the kernel finds a leaf here, at any level.</summary>
    static abstract bool IsLeaf(ulong entry, int level);

    /// <summary>Where an entry points: the table below, or the frame (<c>pmd_page_vaddr</c>, <c>pte_pfn</c>).</summary>
    static abstract PhysicalAddress TargetOf(ulong entry, int level);

    /// <summary>The root register for a tree whose top table is <paramref name="table"/>.</summary>
    static abstract ulong RootRegister(PhysicalAddress table, int depth);

    /// <summary>What the hardware reads from the root register: the top table and the number of levels.</summary>
    static abstract PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth);

    /// <summary>
    /// Whether the address can be translated by a tree with this root: canonical (amd64), inside the top table's reach
    /// and length (s390).
    /// </summary>
    /// <param name="rootRegister">The root register.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="depth">Number of levels.</param>
    /// <param name="va">The address.</param>
    /// <param name="fault">When false: why, <see cref="FaultKind.OutOfReach"/> or <see cref="FaultKind.Absent"/> at the top level.</param>
    static abstract bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault);

    /// <summary>The rights a walk starts with; <see cref="Examine"/> narrows them level by level.</summary>
    static abstract ulong InitialRights(ulong rootRegister, in MmuControls controls);

    /// <summary>The hardware's reading of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level.</param>
    /// <param name="va">The address being translated.</param>
    /// <param name="controls">Control registers.</param>
    /// <param name="rights">Rights so far, narrowed by this entry; the format is the codec's own.</param>
    static abstract EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights);

    /// <summary>Whether the rights that a walk ended with allow the access.</summary>
    static abstract bool Permits(ulong rights, AccessKind access, in MmuControls controls);

    /// <summary>Where a leaf points, as the hardware reads it (large pages: the low bits may mean something else).</summary>
    static abstract PhysicalAddress LeafTarget(ulong entry, int level);

    /// <summary>The entry with the accessed (and, for a leaf and a store, dirty) bit that hardware sets.</summary>
    static abstract ulong MarkUsed(ulong entry, bool leaf, AccessKind access);

    /// <summary>
    /// A leaf as the kernel writes it for another address: without what belonged to the old one alone (ppc64: the slot of the hash table).
    /// </summary>
    static virtual ulong AtNewPlace(ulong entry, int level) => entry;

    /// <summary>
    /// Up to which address, from 0 on, <see cref="Reaches"/> is always true, for walks from this root to be made by
    /// <see cref="PlainWalk{TCodec}"/>.
    /// </summary>
    /// <param name="rootRegister">The root register.</param>
    /// <param name="tree">Shape of the tree.</param>
    /// <param name="depth">Number of levels.</param>
    /// <param name="last">The address.</param>
    /// <returns>False, as where a codec says nothing, when every walk takes the exact way.</returns>
    static virtual bool TryPlainReach(ulong rootRegister, PageTableGeometry tree, int depth, out VirtualAddress last)
    {
        last = default;
        return false;
    }

    /// <summary>
    /// How an entry looks that the hardware passes without a second thought. A walk all of whose entries look like this must be
    /// one that <see cref="Examine"/> and <see cref="Permits"/> let through, with nothing for <see cref="MarkUsed"/> to do above
    /// level 0; the reverse need not hold.
    /// </summary>
    static virtual PlainEntry Plain(int level, AccessKind access, in MmuControls controls) => PlainEntry.None;

    /// <summary>The fault in the machine's own words.</summary>
    static abstract HardwareFault Describe(in PageFault fault, in MmuControls controls);

    /// <summary>How entries of a level are read bit by bit, for people: the first format that fits an entry is its own.</summary>
    static abstract ImmutableArray<EntryLayout> Layouts(int level);
}
