using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>The leaf format of one MMU: a translation table entry (TTE) as the hardware takes it, with Linux's bits where it ignores them.</summary>
public interface ITranslationTableEntry
{
    /// <summary>Whether a hypervisor loads the TLB.</summary>
    static abstract bool IsSun4v { get; }

    /// <summary>Bits of a virtual address; the rest repeat the highest of them, with a hole between.</summary>
    static abstract int VirtualAddressBits { get; }

    /// <summary>The entry for a page.</summary>
    static abstract ulong Encode(PhysicalAddress frame, PageFlags flags);

    /// <summary>What the kernel meant by it.</summary>
    static abstract PageFlags Flags(ulong entry);

    /// <summary>The frame.</summary>
    static abstract PhysicalAddress Frame(ulong entry);

    /// <summary>Whether the TLB takes it: V, bit 63 in both formats.</summary>
    static abstract bool IsValid(ulong entry);

    /// <summary>W: whether the hardware lets stores through.</summary>
    static abstract bool IsWritable(ulong entry);

    /// <summary>Whether the instruction TLB may be loaded with it.</summary>
    static abstract bool IsExecutable(ulong entry);

    /// <summary>P: whether only the supervisor may use it.</summary>
    static abstract bool IsPrivileged(ulong entry);

    /// <summary>NFO: whether such an access is not for this page, which only no-fault loads may use.</summary>
    static abstract bool IsNoFaultOnly(ulong entry, bool fetch);

    /// <summary>G: whether the context is not compared.</summary>
    static abstract bool IsGlobal(ulong entry);

    /// <summary>log2 of the page's bytes.</summary>
    static abstract int PageShift(ulong entry);

    /// <summary>All bits in words, from the most significant down.</summary>
    static abstract ImmutableArray<EntryField> Fields { get; }
}
