using System.Collections.Immutable;
using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>What one era of Linux writes into the low bits of a page-table entry; the hardware's bits are the same for all.</summary>
public interface IS390SoftwareBits
{
    /// <summary>Bits of a page-table entry besides the frame address.</summary>
    static abstract ulong Leaf(PageFlags flags);

    /// <summary>What the kernel meant by them.</summary>
    static abstract PageFlags FlagsOf(ulong entry);

    /// <summary>How entries of page tables are read bit by bit, for people.</summary>
    static abstract ImmutableArray<EntryLayout> PageLayouts { get; }
}
