using Emulator.Core.Memory;

namespace Emulator.Arch.Sparc64;

/// <summary>
/// A translation storage buffer: Linux's direct-mapped cache of one address space's leaf entries, in guest physical memory.
/// The processor computes where to look; software does the looking.
/// <code>
/// entry, 16 bytes, big-endian:   63..48  47    46       45..42  41..0
///                         tag    0       lock  invalid  0       VA 63:22
///                         data   the leaf entry as it is in the tree
/// pointer = base | (VA 63:13 modulo entries) * 16
/// </code>
/// </summary>
/// <remarks>
/// Source: UltraSPARC-IIi User's Manual, chapter 15, "Translation Storage Buffer" and "TSB pointer logic"; arch/sparc/include/asm/tsb.h and
/// arch/sparc/mm/tsb.c, v2.6.32 and v6.1. The hardware's tag has the context in bits 60:48; Linux keeps a TSB for each address
/// space and clears it. Not modelled: split TSBs and the second TSB for huge pages.
/// </remarks>
public sealed class Tsb
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntryBytes = 16;

    /// <summary>Largest size code: 1 MiB (<c>max_tsb_size</c>).</summary>
    public const int MaxSizeCode = 7;

    /// <summary>TSB_TAG_LOCK_BIT: an entry that is being written; no tag compares equal.</summary>
    public const ulong LockBit = 1UL << 47;

    /// <summary>TSB_TAG_INVALID_BIT: an empty entry.</summary>
    public const ulong InvalidBit = 1UL << 46;

    private const int PageShift = 13;
    private const int TagShift = 22;

    private readonly PhysicalMemory _memory;

    private Tsb(PhysicalMemory memory, PhysicalAddress @base, int sizeCode)
    {
        _memory = memory;
        Base = @base;
        SizeCode = sizeCode;
    }

    /// <summary>First byte; aligned to the size.</summary>
    public PhysicalAddress Base { get; }

    /// <summary>log2 of the size in units of 8 KiB: bits 2:0 of the TSB register.</summary>
    public int SizeCode { get; }

    /// <summary>Number of entries.</summary>
    public int Entries => 512 << SizeCode;

    /// <summary>Size in bytes.</summary>
    public int Bytes => Entries * EntryBytes;

    /// <summary>
    /// The TSB register: base and size, not split. cheetah+ and sun4v give the physical address; spitfire maps the TSB at a
    /// fixed virtual address by a locked TLB entry, which is not modelled.
    /// </summary>
    public ulong Register => Base.Value | (uint)SizeCode;

    /// <summary>Makes an empty TSB: a contiguous block of kernel frames, aligned to its size.</summary>
    /// <returns>False when no such block is free.</returns>
    public static bool TryCreate(FrameAllocator frames, int sizeCode, out Tsb? tsb)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sizeCode, (uint)MaxSizeCode);
        tsb = null;
        if (!frames.TryAllocate(sizeCode, FrameUse.Kernel, zero: false, out PhysicalAddress block))
            return false;
        tsb = new Tsb(frames.Memory, block, sizeCode);
        frames.Memory.Slice(block, tsb.Bytes).Clear();
        for (int index = 0; index < tsb.Entries; index++)       // tsb_init()
            tsb.WriteTag(tsb.At(index), InvalidBit);
        return true;
    }

    /// <summary>Size and limit for a number of resident pages: the smallest TSB of which they fill less than three quarters.</summary>
    /// <param name="residentPages">RSS in pages.</param>
    /// <param name="limitPages">RSS above which the next page fault grows the TSB; none at the largest size.</param>
    /// <returns>The size code.</returns>
    /// <remarks>Source: <c>tsb_grow()</c> and <c>tsb_size_to_rss_limit()</c> with sysctl_tsb_ratio -2, arch/sparc/mm/tsb.c, v2.6.32 and v6.1 (the same).</remarks>
    public static int SizeFor(long residentPages, out long limitPages)
    {
        for (int sizeCode = 0; sizeCode < MaxSizeCode; sizeCode++)
        {
            int entries = 512 << sizeCode;
            limitPages = entries - (entries >> 2);
            if (limitPages > residentPages)
                return sizeCode;
        }
        limitPages = long.MaxValue;
        return MaxSizeCode;
    }

    /// <summary>The tag that Linux stores and compares: no context.</summary>
    public static ulong TagOf(VirtualAddress va) => va.Value >> TagShift;

    /// <summary>The hardware's tag target register.</summary>
    public static ulong TagTarget(VirtualAddress va, int context) => (ulong)(uint)context << 48 | va.Value >> TagShift;

    /// <summary>The 8K pointer register: where the entry for an address would be.</summary>
    public PhysicalAddress PointerOf(VirtualAddress va) => At((int)(va.Value >> PageShift & (uint)(Entries - 1)));

    /// <summary>Looks an address up.</summary>
    /// <param name="va">The address.</param>
    /// <param name="entry">The leaf entry.</param>
    public bool TryFind(VirtualAddress va, out ulong entry)
    {
        PhysicalAddress at = PointerOf(va);
        entry = ReadData(at);
        return ReadTag(at) == TagOf(va);
    }

    /// <summary>Stores an entry (<c>TSB_WRITE</c>).</summary>
    /// <returns>Whether a valid entry for another address had to go.</returns>
    public bool Store(VirtualAddress va, ulong entry)
    {
        PhysicalAddress at = PointerOf(va);
        ulong tag = TagOf(va), before = ReadTag(at);
        _memory.WriteEntry(at + 8, 8, ByteOrder.BigEndian, entry);
        WriteTag(at, tag);
        return (before & (LockBit | InvalidBit)) == 0 && before != tag;
    }

    /// <summary>Makes the entry for an address invalid, if it is there (<c>tsb_flush()</c>).</summary>
    /// <returns>Whether it was there.</returns>
    public bool Flush(VirtualAddress va)
    {
        PhysicalAddress at = PointerOf(va);
        if (ReadTag(at) != TagOf(va))
            return false;
        WriteTag(at, InvalidBit);
        return true;
    }

    /// <summary>Whether the entry at an index is valid, and for which page.</summary>
    public bool TryRead(int index, out VirtualAddress page, out ulong entry)
    {
        PhysicalAddress at = At(index);
        ulong tag = ReadTag(at);
        entry = ReadData(at);
        page = new VirtualAddress(tag << TagShift | (ulong)(uint)(index & 511) << PageShift);    // as copy_tsb() finds it again
        return (tag & (LockBit | InvalidBit)) == 0;
    }

    /// <summary>Copies what is valid into another TSB (<c>copy_tsb()</c>).</summary>
    public void CopyTo(Tsb larger)
    {
        ArgumentNullException.ThrowIfNull(larger);
        for (int index = 0; index < Entries; index++)
        {
            if (TryRead(index, out VirtualAddress page, out ulong entry))
                larger.Store(page, entry);
        }
    }

    private PhysicalAddress At(int index) => Base + (ulong)(uint)index * EntryBytes;

    private ulong ReadTag(PhysicalAddress at) => _memory.ReadEntry(at, 8, ByteOrder.BigEndian);

    private ulong ReadData(PhysicalAddress at) => _memory.ReadEntry(at + 8, 8, ByteOrder.BigEndian);

    private void WriteTag(PhysicalAddress at, ulong tag) => _memory.WriteEntry(at, 8, ByteOrder.BigEndian, tag);
}
