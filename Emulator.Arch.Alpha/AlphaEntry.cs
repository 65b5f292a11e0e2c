using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha;

/// <summary>
/// Page-table entries of OSF/1 PALcode, all levels.
/// <code>
///  63..32   31..16     15 14  13  12  11 10  9   8   7  6..5  4   3   2   1   0
///  PFN      software   -      UWE KWE -      URE KRE -  GH    ASM FOE FOW FOR V
/// </code>
/// </summary>
/// <remarks>
/// Source: Alpha Architecture Reference Manual, part II-B; Linux's software bits and the way it uses fault-on-read, -write
/// and -execute from arch/alpha/include/asm/pgtable.h, v2.6.32 and v6.1 (the same). There is no accessed or dirty bit in
/// hardware: PALcode only reads. Keep in step with docs/geometries.md.
/// </remarks>
public readonly struct AlphaEntry : IPageTableEntryCodec
{
    /// <summary>MmuControls.Flags: the access is made in user mode.</summary>
    public const ulong UserMode = 1;

    private const ulong Valid = 0x0001;             // V
    private const ulong FaultOnRead = 0x0002;       // FOR
    private const ulong FaultOnWrite = 0x0004;      // FOW
    private const ulong FaultOnExecute = 0x0008;    // FOE
    private const ulong AddressSpaceMatch = 0x0010; // ASM
    private const ulong KernelRead = 0x0100;        // KRE
    private const ulong UserRead = 0x0200;          // URE
    private const ulong KernelWrite = 0x1000;       // KWE
    private const ulong UserWrite = 0x2000;         // UWE
    private const ulong Dirty = 0x2_0000;           // _PAGE_DIRTY
    private const ulong Accessed = 0x4_0000;        // _PAGE_ACCESSED
    private const ulong AccessBits = Accessed | KernelRead | UserRead;      // __ACCESS_BITS
    private const ulong DirtyBits = Dirty | KernelWrite | UserWrite;        // __DIRTY_BITS
    private const ulong TableBits = Valid | AccessBits | DirtyBits;         // _PAGE_TABLE, 0x63301
    private const int FrameShift = 32, PageShift = 13;

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.LittleEndian;

    /// <inheritdoc/>
    public static ulong AtNewPlace(ulong entry, int level) => entry;

    /// <inheritdoc/>
    public static bool TryPlainReach(ulong rootRegister, PageTableGeometry tree, int depth, out VirtualAddress last)
    {
        last = default;
        return false;
    }

    /// <inheritdoc/>
    public static PlainEntry Plain(int level, AccessKind access, in MmuControls controls) => PlainEntry.None;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => false;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <inheritdoc/>
    public static int SelfMapIndex => 1023;

    /// <inheritdoc/>
    public static ulong SelfMap(PhysicalAddress top) => Frame(top) | Valid | AddressSpaceMatch | KernelRead | KernelWrite;

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => Frame(table) | TableBits;

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = Frame(frame) | Valid;
        entry |= (flags & (PageFlags.Read | PageFlags.Write)) != 0 ? 0 : FaultOnRead;     // __P010 has no FOR
        entry |= (flags & PageFlags.Write) != 0 ? 0 : FaultOnWrite;
        entry |= (flags & PageFlags.Execute) != 0 ? 0 : FaultOnExecute;
        entry |= (flags & PageFlags.Accessed) != 0 ? AccessBits : 0;
        return entry | ((flags & PageFlags.Dirty) != 0 ? DirtyBits : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        PageFlags flags = (entry & FaultOnRead) == 0 ? PageFlags.Read : PageFlags.None;
        flags |= (entry & FaultOnWrite) == 0 ? PageFlags.Write : 0;
        flags |= (entry & FaultOnExecute) == 0 ? PageFlags.Execute : 0;
        flags |= (entry & Accessed) != 0 ? PageFlags.Accessed : 0;
        return flags | ((entry & Dirty) != 0 ? PageFlags.Dirty : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0;

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => new(entry >> FrameShift << PageShift);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => TargetOf(entry, level);

    /// <inheritdoc/>
    // PTBR holds a frame number.
    public static ulong RootRegister(PhysicalAddress table, int depth) => table.Value >> PageShift;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = tree.MaxDepth;
        return new PhysicalAddress(rootRegister << PageShift);
    }

    /// <inheritdoc/>
    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        fault = FaultKind.OutOfReach;
        int unused = 64 - tree[depth - 1].TableShift;
        return (ulong)((long)(va.Value << unused) >> unused) == va.Value;
    }

    /// <inheritdoc/>
    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a level
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if ((entry & Valid) == 0)
            return EntryKind.Absent;
        if (level > 0)
            return (entry & KernelRead) != 0 ? EntryKind.Table : EntryKind.Malformed;   // PALcode reads tables in kernel mode
        rights = entry;
        return EntryKind.Leaf;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        bool user = (controls.Flags & UserMode) != 0;
        return access switch
        {
            AccessKind.Write => (rights & (user ? UserWrite : KernelWrite)) != 0 && (rights & FaultOnWrite) == 0,
            AccessKind.Fetch => (rights & (user ? UserRead : KernelRead)) != 0 && (rights & FaultOnExecute) == 0,
            _ => (rights & (user ? UserRead : KernelRead)) != 0 && (rights & FaultOnRead) == 0,
        };
    }

    /// <summary>What PALcode writes into a TLB for a leaf: its own bits, which stay in force until the page is flushed.</summary>
    /// <remarks>Granularity hints are ignored, as the architecture allows: each page of a block has a valid entry of its own.</remarks>
    public static TlbTranslation ToTlb(VirtualAddress va, ulong entry, in MmuControls controls) =>
        new(new VirtualAddress(va.Value >> PageShift << PageShift), TargetOf(entry, 0), PageShift, Permits(entry, AccessKind.Read, controls),
            Permits(entry, AccessKind.Write, controls), Permits(entry, AccessKind.Fetch, controls), Global: (entry & AddressSpaceMatch) != 0)
        {
            RightsAreFinal = true,
            Entry = entry,
        };

    /// <summary>Whether PALcode refuses to put an entry into the ITB: the chip has no FOE there.</summary>
    public static bool FaultsOnExecute(ulong entry) => (entry & FaultOnExecute) != 0;

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => entry;

    /// <inheritdoc/>
    // The fault codes of entMM: an access violation beats an invalid entry, which beats fault-on-...; an all-zero entry is a violation.
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls)
    {
        bool user = (controls.Flags & UserMode) != 0;
        ulong enable = fault.Access == AccessKind.Write ? (user ? UserWrite : KernelWrite) : (user ? UserRead : KernelRead);
        if (fault.Level > 0)
            enable = KernelRead;
        if (fault.Kind is FaultKind.OutOfReach or FaultKind.OutsideStorage || (fault.Entry & enable) == 0)
            return new HardwareFault("MM fault ACV", 1, 1);
        if (fault.Kind == FaultKind.Absent)
            return new HardwareFault("MM fault TNV", 1, 0);
        return fault.Access switch
        {
            AccessKind.Write => new HardwareFault("MM fault FOW", 1, 4),
            AccessKind.Fetch => new HardwareFault("MM fault FOE", 1, 3),
            _ => new HardwareFault("MM fault FOR", 1, 2),
        };
    }

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => AlphaLayouts.Of(level);

    private static ulong Frame(PhysicalAddress at) => at.Value >> PageShift << FrameShift;
}
