using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>
/// Entries of Linux's tree under the hash MMU in 2.6.32. What reads them is <c>hash_page()</c>, which fills the hash table.
/// <code>
///  63..17 or 63..30   16       11    10       9   8         7      6..3  2     1     0
///  page number        special  BUSY  HASHPTE  RW  ACCESSED  DIRTY  WIMG  EXEC  USER  PRESENT      (4 KiB pages: slot 15..12)
/// </code>
/// </summary>
/// <remarks>Source: arch/powerpc/include/asm/{pte-hash64.h,pte-hash64-4k.h,pte-hash64-64k.h,pgtable-ppc64.h}, v2.6.32. Keep in step with docs/geometries.md.</remarks>
/// <typeparam name="TPage">4 or 64 KiB pages.</typeparam>
public readonly struct Ppc64HashEntry2632<TPage> : IPageTableEntryCodec
    where TPage : struct, IPpc64PageSize
{
    private const ulong Present = 0x001;        // _PAGE_PRESENT
    private const ulong User = 0x002;           // _PAGE_USER
    private const ulong Exec = 0x004;           // _PAGE_EXEC
    private const ulong Coherent = 0x010;       // _PAGE_COHERENT
    private const ulong Dirty = 0x080;          // _PAGE_DIRTY
    private const ulong Accessed = 0x100;       // _PAGE_ACCESSED
    private const ulong ReadWrite = 0x200;      // _PAGE_RW
    private const ulong KernelBase = 0xc000_0000_0000_0000;     // PAGE_OFFSET: tables are named by kernel virtual address

    private static readonly ImmutableArray<EntryLayout> Pages = Ppc64Layouts.Pages2632(TPage.Shift);

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
    public static bool HardwareUpdatesEntries => false;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => table.Value | KernelBase;

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = frame.Value >> TPage.Shift << TPage.NumberShift | Present | Coherent;
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) != 0)
            entry |= User;
        entry |= (flags & PageFlags.Accessed) != 0 ? Accessed : 0;
        entry |= (flags & PageFlags.Write) != 0 ? ReadWrite : 0;
        entry |= (flags & PageFlags.Execute) != 0 ? Exec : 0;
        entry |= (flags & PageFlags.Dirty) != 0 ? Dirty : 0;
        return entry | ((flags & PageFlags.Special) != 0 ? TPage.Special : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & User) == 0)
            return PageFlags.None;
        PageFlags flags = PageFlags.Read;
        flags |= (entry & ReadWrite) != 0 ? PageFlags.Write : 0;
        flags |= (entry & Exec) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & Accessed) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Dirty) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & TPage.Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0;

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => level == 0 ? LeafTarget(entry, 0) : new(entry & ~KernelBase);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(entry >> TPage.NumberShift << TPage.Shift);

    /// <inheritdoc/>
    // Nothing in hardware points at the tree; the kernel keeps the pgd's address.
    public static ulong RootRegister(PhysicalAddress table, int depth) => table.Value;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = tree.MaxDepth;
        return new PhysicalAddress(rootRegister);
    }

    /// <inheritdoc/>
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
        if (level > 0)
            return entry == 0 ? EntryKind.Absent : EntryKind.Table;
        rights = entry;
        return (entry & Present) == 0 ? EntryKind.Absent : EntryKind.Leaf;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        if ((controls.Flags & Ppc64Faults.ProblemState) != 0 && (rights & User) == 0)
            return false;
        return access switch { AccessKind.Write => (rights & ReadWrite) != 0, AccessKind.Fetch => (rights & Exec) != 0, _ => true };
    }

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => entry;

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls) => Ppc64Faults.Describe(fault);

    /// <inheritdoc/>
    // set_pte_filter(): set_pte_at() never takes over where a translation lies in the hash table.
    public static ulong AtNewPlace(ulong entry, int level) => level == 0 ? entry & ~TPage.HashBits : entry;

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => level == 0 ? Pages : Ppc64Layouts.Tables2632;
}
