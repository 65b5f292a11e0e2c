using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sixth;

/// <summary>
/// Page-table entries of Sv39, Sv48 and Sv57: one format for all levels.
/// <code>
///  63  62..61  60..54    53..10  9..8      7  6  5  4  3  2  1  0
///  N   PBMT    reserved  PPN     software  D  A  G  U  X  W  R  V
/// </code>
/// </summary>
/// <remarks>
/// Source: The RISC-V Instruction Set Manual, volume II, version 20211203, 4.4.1 "Addressing and Memory Protection"; Linux's software
/// bits from arch/riscv/include/asm/{pgtable-bits.h,pgtable.h}, v6.1. Not modelled: Svnapot (N) and Svpbmt (PBMT), so that their bits
/// are reserved, and Svade (a fault instead of setting A and D).
/// </remarks>
public readonly struct Riscv64Entry : IPageTableEntryCodec
{
    /// <summary>Bit of <see cref="MmuControls.Flags"/>: the access is made in U-mode.</summary>
    public const ulong UserMode = 1;

    /// <summary>Bit of <see cref="MmuControls.Flags"/>: sstatus.SUM, S-mode may load from and store to user pages.</summary>
    public const ulong SupervisorUserMemory = 2;

    /// <summary>Bit of <see cref="MmuControls.Flags"/>: sstatus.MXR, executable pages may be loaded from.</summary>
    public const ulong MakeExecutableReadable = 4;

    private const ulong Valid = 1 << 0;         // V, _PAGE_PRESENT; _PAGE_TABLE is nothing else
    private const ulong Readable = 1 << 1;      // R
    private const ulong Writable = 1 << 2;      // W
    private const ulong Executable = 1 << 3;    // X
    private const ulong UserPage = 1 << 4;      // U
    private const ulong Global = 1 << 5;        // G; _PAGE_PROT_NONE when V is 0
    private const ulong Accessed = 1 << 6;      // A
    private const ulong Dirty = 1 << 7;         // D
    private const ulong Special = 1 << 8;       // _PAGE_SPECIAL
    private const ulong Reserved = 0x3ffUL << 54;
    private const int PageNumberShift = 10, PageShift = 12, IndexBits = 9;
    private const ulong PageNumberMask = (1UL << 54) - (1UL << PageNumberShift);

    private const int ModeShift = 60, ModeBeforeFirst = 5;      // satp.MODE 8, 9, 10: three, four, five levels
    private const ulong RootPageNumberMask = (1UL << 44) - 1;   // satp.PPN

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.LittleEndian;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => true;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => PageNumber(table) | Valid;

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = PageNumber(frame);
        entry |= (flags & PageFlags.Accessed) != 0 ? Accessed : 0;
        entry |= (flags & PageFlags.Dirty) != 0 ? Dirty : 0;
        entry |= (flags & PageFlags.Special) != 0 ? Special : 0;
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return entry | Global | Readable;   // PAGE_NONE: _PAGE_PROT_NONE | _PAGE_READ
        entry |= Valid | UserPage;
        entry |= (flags & (PageFlags.Read | PageFlags.Write)) != 0 ? Readable : 0;      // W without R is reserved; X alone is PAGE_EXEC
        entry |= (flags & PageFlags.Write) != 0 ? Writable : 0;
        return entry | ((flags & PageFlags.Execute) != 0 ? Executable : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & Valid) == 0)
            return PageFlags.None;
        PageFlags flags = (entry & Readable) != 0 ? PageFlags.Read : PageFlags.None;
        flags |= (entry & Writable) != 0 ? PageFlags.Write : 0;
        flags |= (entry & Executable) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & Accessed) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Dirty) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    // pte_present() at level 0, pmd_leaf() and its like above: _PAGE_LEAF.
    public static bool IsLeaf(ulong entry, int level) => level == 0 ? entry != 0 : (entry & (Readable | Writable | Executable)) != 0;

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => new((entry & PageNumberMask) >> PageNumberShift << PageShift);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(TargetOf(entry, level).Value & ~OffsetMask(level));

    /// <inheritdoc/>
    public static ulong RootRegister(PhysicalAddress table, int depth) => (ulong)(depth + ModeBeforeFirst) << ModeShift | table.Value >> PageShift;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        int mode = (int)(rootRegister >> ModeShift);
        depth = mode == 0 ? 0 : mode - ModeBeforeFirst;     // Bare: no translation
        return new PhysicalAddress((rootRegister & RootPageNumberMask) << PageShift);
    }

    /// <inheritdoc/>
    // 4.4.1: bits 63-39 of an address "must all be equal to bit 38, or else a page-fault exception will occur"; Sv48 and Sv57 alike.
    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        ArgumentNullException.ThrowIfNull(tree);
        fault = FaultKind.OutOfReach;
        int unused = 64 - tree[depth - 1].TableShift;
        return (ulong)((long)(va.Value << unused) >> unused) == va.Value;
    }

    /// <inheritdoc/>
    // Only the leaf has rights; the word that Examine fills is that entry.
    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => 0;

    /// <inheritdoc/>
    // 4.3.2, steps 3, 4 and 6.
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if ((entry & Valid) == 0)
            return EntryKind.Absent;
        if ((entry & Reserved) != 0 || (entry & (Readable | Writable)) == Writable)
            return EntryKind.Malformed;
        if ((entry & (Readable | Executable)) == 0)
            return level == 0 || (entry & (Dirty | Accessed | UserPage)) != 0 ? EntryKind.Malformed : EntryKind.Table;     // D, A, U are reserved in a pointer
        rights = entry;
        return (TargetOf(entry, level).Value & OffsetMask(level)) == 0 ? EntryKind.Leaf : EntryKind.Malformed;     // a misaligned superpage
    }

    /// <inheritdoc/>
    // 4.3.1: U, SUM and MXR.
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        bool userPage = (rights & UserPage) != 0;
        if ((controls.Flags & UserMode) != 0 ? !userPage : userPage && (access == AccessKind.Fetch || (controls.Flags & SupervisorUserMemory) == 0))
            return false;
        ulong needed = access switch
        {
            AccessKind.Write => Writable,
            AccessKind.Fetch => Executable,
            _ => (controls.Flags & MakeExecutableReadable) != 0 ? Readable | Executable : Readable,
        };
        return (rights & needed) != 0;
    }

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => leaf ? entry | Accessed | (access == AccessKind.Write ? Dirty : 0) : entry;

    /// <inheritdoc/>
    // Exception codes of scause: table 4.2. An entry outside storage is an access fault, whatever else is wrong a page fault.
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls) => (fault.Access, fault.Kind == FaultKind.OutsideStorage) switch
    {
        (AccessKind.Fetch, true) => new HardwareFault("instruction access fault", 1, 0),
        (AccessKind.Write, true) => new HardwareFault("store/AMO access fault", 7, 0),
        (_, true) => new HardwareFault("load access fault", 5, 0),
        (AccessKind.Fetch, false) => new HardwareFault("instruction page fault", 12, 0),
        (AccessKind.Write, false) => new HardwareFault("store/AMO page fault", 15, 0),
        (_, false) => new HardwareFault("load page fault", 13, 0),
    };

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) =>
    [
        EntryLayout.Zero(8),
        new("not valid", Valid, 0, Fields(level)),
        .. level == 0 ? (ImmutableArray<EntryLayout>)[] : [new("table", Readable | Writable | Executable, 0, Fields(0))],
        EntryLayout.Other("page", Fields(level)),
    ];

    private static ImmutableArray<EntryField> Fields(int level) =>
    [
        EntryField.Number(63, 63, "N", "reserved: should be 0"),
        EntryField.Number(62, 61, "PBMT", "reserved: should be 0"),
        EntryField.Number(60, 54, "reserved", "should be 0"),
        EntryField.Address(53, PageNumberShift + IndexBits * level, "PPN", PageShift + IndexBits * level, "the page or the table below"),
        .. level == 0 ? (ImmutableArray<EntryField>)[] : [EntryField.Number(PageNumberShift + IndexBits * level - 1, PageNumberShift, "low PPN", "a large page is aligned: should be 0")],
        EntryField.Silent(9, 9, "software", "ignored"),
        EntryField.Bit(8, "special", "Linux: no struct page is counted for it", "Linux: an ordinary page"),
        EntryField.Bit(7, "D", "has been written to", "has not been written to"),
        EntryField.Bit(6, "A", "has been used", "has not been used"),
        EntryField.Bit(5, "G", "in all address spaces; when V is 0, Linux: PROT_NONE", "of this address space"),
        EntryField.Bit(4, "U", "programs may use it", "the kernel alone may use it, or it leads to a table"),
        EntryField.Bit(3, "X", "instructions may be fetched", "instructions are not fetched from here"),
        EntryField.Bit(2, "W", "stores are allowed", "a store faults"),
        EntryField.Bit(1, "R", "loads are allowed", "a load faults"),
        EntryField.Bit(0, "V", "valid", "not valid: any access faults"),
    ];

    private static ulong PageNumber(PhysicalAddress at) => at.Value >> PageShift << PageNumberShift;

    private static ulong OffsetMask(int level) => (1UL << (PageShift + IndexBits * level)) - 1;
}
