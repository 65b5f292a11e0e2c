using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>
/// Entries of Linux's tree in 6.1: one leaf format for hash and radix, the one that radix hardware reads.
/// <code>
///  63       62    60..57   56..12   11..10    9           8  7  5..4  3     2  1   0
///  V        leaf  (key)    RPN      software  soft-dirty  R  C  ATT   PRIV  R  RW  X
/// </code>
/// </summary>
/// <remarks>Source: Power ISA 3.0, book III, 5.7.10.3; arch/powerpc/include/asm/book3s/64/pgtable.h, v6.1. Keep in step with docs/geometries.md.</remarks>
/// <typeparam name="TUpper">Hash or radix.</typeparam>
public readonly struct Ppc64Entry61<TUpper> : IPageTableEntryCodec
    where TUpper : struct, IPpc64Upper
{
    private const ulong Present = 1UL << 63;    // _PAGE_PRESENT, V
    private const ulong LeafBit = 1UL << 62;    // _PAGE_PTE, L
    private const ulong Execute = 0x001;        // _PAGE_EXEC
    private const ulong Write = 0x002;          // _PAGE_WRITE
    private const ulong Read = 0x004;           // _PAGE_READ
    private const ulong Privileged = 0x008;     // _PAGE_PRIVILEGED
    private const ulong Attributes = 0x030;     // ATT: 00 normal, 01 SAO, 10 non-idempotent, 11 tolerant
    private const ulong NonIdempotent = 0x020;  // ATT 10: guarded
    private const ulong Changed = 0x080;        // _PAGE_DIRTY, C
    private const ulong Referenced = 0x100;     // _PAGE_ACCESSED, R
    private const ulong Special = 0x400;        // _PAGE_SPECIAL

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.BigEndian;

    /// <inheritdoc/>
    public static int SelfMapIndex => -1;

    /// <inheritdoc/>
    public static ulong SelfMap(PhysicalAddress top) => 0;

    /// <inheritdoc/>
    public static bool TryPlainReach(ulong rootRegister, PageTableGeometry tree, int depth, out VirtualAddress last)
    {
        last = default;
        return false;
    }

    /// <inheritdoc/>
    public static PlainEntry Plain(int level, AccessKind access, in MmuControls controls) => PlainEntry.None;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => TUpper.HardwareWalks;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => TUpper.Encode(table, level);

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = frame.Value | Present | LeafBit;
        entry |= (flags & PageFlags.Accessed) != 0 ? Referenced : 0;
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return entry | Privileged;      // PAGE_NONE
        entry |= Read;
        entry |= (flags & PageFlags.Write) != 0 ? Write : 0;
        entry |= (flags & PageFlags.Execute) != 0 ? Execute : 0;
        entry |= (flags & PageFlags.Dirty) != 0 ? Changed : 0;
        return entry | ((flags & PageFlags.Special) != 0 ? Special : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & Privileged) != 0)
            return PageFlags.None;
        PageFlags flags = (entry & (Read | Write)) != 0 ? PageFlags.Read : PageFlags.None;
        flags |= (entry & Write) != 0 ? PageFlags.Write : 0;
        flags |= (entry & Execute) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & Referenced) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Changed) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0 || (entry & (Present | LeafBit)) == (Present | LeafBit);

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => level == 0 ? LeafTarget(entry, 0) : TUpper.Decode(entry);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(entry & TUpper.FrameMask);

    /// <inheritdoc/>
    public static ulong RootRegister(PhysicalAddress table, int depth) => TUpper.Root(table);

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = tree.MaxDepth;
        return TUpper.DecodeRoot(rootRegister);
    }

    /// <inheritdoc/>
    // Bits 62:2 above the tree's reach give a segment interrupt; quadrants other than the user's are not translated here.
    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        fault = FaultKind.OutOfReach;
        return va <= tree.LastAddress(depth);
    }

    /// <inheritdoc/>
    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a level
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if ((entry & Present) == 0)
            return EntryKind.Absent;
        if (level > 0 && (!TUpper.HardwareWalks || (entry & LeafBit) == 0))
            return TUpper.IsWellFormed(entry, level) ? EntryKind.Table : EntryKind.Malformed;
        rights = entry;
        return level <= 2 && (level > 0 || (entry & LeafBit) != 0) ? EntryKind.Leaf : EntryKind.Malformed;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        if ((controls.Flags & Ppc64Faults.ProblemState) != 0 && (rights & Privileged) != 0)
            return false;
        return access switch
        {
            AccessKind.Write => (rights & Write) != 0,
            AccessKind.Fetch => (rights & Execute) != 0 && (rights & Attributes) != NonIdempotent,
            _ => (rights & (Read | Write)) != 0,    // RW alone implies read; X alone does not
        };
    }

    /// <inheritdoc/>
    // R and C live in leaves only.
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) =>
        !leaf ? entry : entry | Referenced | (access == AccessKind.Write ? Changed : 0);

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls) => Ppc64Faults.Describe(fault);

    /// <inheritdoc/>
    // set_pte_filter(): set_pte_at() never takes over where a translation lies in the hash table.
    public static ulong AtNewPlace(ulong entry, int level) => level == 0 ? entry & ~TUpper.HashBits : entry;

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => level == 0 ? TUpper.PageLayouts : TUpper.TableLayouts;
}
