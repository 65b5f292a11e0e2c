using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Amd64;

/// <summary>
/// Page-table entries of long mode, all levels.
/// <code>
///  63  62..59   58..52    51..M     M-1..12   11..9     8  7       6  5  4    3    2    1    0
///  XD  key      ignored   reserved  address   software  G  PS/PAT  D  A  PCD  PWT  U/S  R/W  P
/// </code>
/// </summary>
/// <remarks>
/// Source: Intel SDM volume 3, tables 4-14 to 4-20; Linux's software bits from arch/x86/include/asm/pgtable_types.h, the
/// same in v2.6.32 and v6.1 as far as argument pages go. Keep in step with docs/geometries.md.
/// </remarks>
public readonly struct Amd64Entry : IPageTableEntryCodec
{
    private const ulong Present = 1 << 0;           // P
    private const ulong Writable = 1 << 1;          // R/W
    private const ulong UserPage = 1 << 2;          // U/S
    private const ulong WriteThrough = 1 << 3;      // PWT
    private const ulong CacheDisable = 1 << 4;      // PCD
    private const ulong Accessed = 1 << 5;          // A
    private const ulong Dirty = 1 << 6;             // D
    private const ulong PageSize = 1 << 7;          // PS above level 0
    private const ulong Global = 1 << 8;            // G; _PAGE_PROTNONE when P is 0
    private const ulong Special = 1 << 9;           // _PAGE_SPECIAL
    private const ulong ExecuteDisable = 1UL << 63; // XD
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;
    private const ulong TableFlags = Present | Writable | UserPage | Accessed | Dirty;   // _PAGE_TABLE
    private const int KeyShift = 59;

    // Rights as a walk carries them: a bit for each thing that some entry denies, so that one OR a level adds them up: R/W
    // and U/S where they were 0, XD where it was 1. The leaf's protection key is at 62:59. Other bits mean nothing before the leaf.
    private const ulong GrantingBits = Writable | UserPage;
    private const ulong DeniedRights = GrantingBits | ExecuteDisable;
    private const ulong KeyBits = 0xful << KeyShift;

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.LittleEndian;

    /// <inheritdoc/>
    public static int SelfMapIndex => -1;

    /// <inheritdoc/>
    public static ulong SelfMap(PhysicalAddress top) => 0;

    /// <inheritdoc/>
    public static ulong AtNewPlace(ulong entry, int level) => entry;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => true;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <summary>Folds control bits, MAXPHYADDR and PKRU into what the walker takes.</summary>
    /// <param name="flags">Control bits.</param>
    /// <param name="physicalBits">MAXPHYADDR: 32 to 52; address bits from there to 51 are reserved.</param>
    /// <param name="protectionKeyRights">PKRU: two bits a key, access disable and write disable.</param>
    public static MmuControls Controls(Amd64Controls flags, int physicalBits = 52, uint protectionKeyRights = 0) =>
        new((ulong)flags | (ulong)protectionKeyRights << 32, AddressBits & ~((1UL << physicalBits) - 1) | (flags.HasFlag(Amd64Controls.NoExecute) ? 0 : ExecuteDisable));

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => table.Value | TableFlags;

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return frame.Value | Global | Accessed | (level > 0 ? PageSize : 0);   // PAGE_NONE: _PAGE_PROTNONE | _PAGE_ACCESSED
        ulong entry = frame.Value | Present | UserPage | (level > 0 ? PageSize : 0);
        entry |= (flags & PageFlags.Write) != 0 ? Writable : 0;
        entry |= (flags & PageFlags.Accessed) != 0 ? Accessed : 0;
        entry |= (flags & PageFlags.Dirty) != 0 ? Dirty : 0;
        entry |= (flags & PageFlags.Special) != 0 ? Special : 0;
        return (flags & PageFlags.Execute) != 0 ? entry : entry | ExecuteDisable;
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & Present) == 0)
            return PageFlags.None;
        PageFlags flags = PageFlags.Read;
        flags |= (entry & Writable) != 0 ? PageFlags.Write : 0;
        flags |= (entry & ExecuteDisable) == 0 ? PageFlags.Execute : 0;
        flags |= (entry & Accessed) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & Dirty) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0 ? entry != 0 : level <= 2 && (entry & PageSize) != 0 && (entry & (Present | Global)) != 0;    // pmd_large() and pmd_present()

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => new(entry & AddressBits);

    /// <inheritdoc/>
    public static ulong RootRegister(PhysicalAddress table, int depth) => table.Value;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = tree.MaxDepth;
        return new PhysicalAddress(rootRegister & AddressBits);
    }

    /// <inheritdoc/>
    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        fault = FaultKind.OutOfReach;
        int unused = 64 - tree[depth - 1].TableShift;
        return (ulong)((long)(va.Value << unused) >> unused) == va.Value;   // canonical: all bits above equal the highest used
    }

    /// <inheritdoc/>
    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a level
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if (level == 0)
        {
            rights = ((rights | (entry ^ GrantingBits)) & DeniedRights) | (entry & KeyBits);
            return (entry & (controls.Mask | Present)) == Present ? EntryKind.Leaf : Refusal(entry);
        }
        rights |= entry ^ GrantingBits;
        if ((entry & (controls.Mask | Present | PageSize)) == Present)
            return EntryKind.Table;
        (EntryKind kind, rights) = ExamineUpper(entry, level, controls.Flags, controls.Mask, rights);    // by value: a reference would take rights out of its register
        return kind;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a walk
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        ulong flags = controls.Flags;
        bool user = (flags & (ulong)Amd64Controls.User) != 0;
        ulong needed = user ? UserPage : 0;
        if (access == AccessKind.Write && (user || (flags & (ulong)Amd64Controls.WriteProtect) != 0))
            needed |= Writable;
        if (access == AccessKind.Fetch)
            needed |= ExecuteDisable;
        if ((rights & needed) != 0)
            return false;
        return (flags & (ulong)(Amd64Controls.Smep | Amd64Controls.Smap | Amd64Controls.ProtectionKeys)) == 0 || ModifiersPermit(rights, access, flags);
    }

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(entry & AddressBits & ~((1UL << (12 + 9 * level)) - 1));

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => entry | Accessed | (leaf && access == AccessKind.Write ? Dirty : 0);

    /// <inheritdoc/>
    public static bool TryPlainReach(ulong rootRegister, PageTableGeometry tree, int depth, out VirtualAddress last)
    {
        last = new VirtualAddress(tree.LastAddress(depth).Value >> 1);  // the lower half
        return true;
    }

    /// <inheritdoc/>
    public static PlainEntry Plain(int level, AccessKind access, in MmuControls controls)
    {
        ulong flags = controls.Flags;
        bool user = (flags & (ulong)Amd64Controls.User) != 0, keys = (flags & (ulong)Amd64Controls.ProtectionKeys) != 0;
        if (!user && (flags & (ulong)(Amd64Controls.Smep | Amd64Controls.Smap)) != 0)
            return PlainEntry.None;     // rights depend on all levels together
        if (keys && !KeyPermits(0, access, flags, user))
            return PlainEntry.None;
        ulong set = Present | (user ? UserPage : 0), clear = controls.Mask;
        set |= access == AccessKind.Write && (user || (flags & (ulong)Amd64Controls.WriteProtect) != 0) ? Writable : 0;
        clear |= access == AccessKind.Fetch ? ExecuteDisable : 0;
        if (level > 0)
        {
            set |= Accessed;
            clear |= PageSize;
        }
        else if (keys)
        {
            clear |= KeyBits;
        }
        return new PlainEntry(set | clear, set, AddressBits);
    }

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls)
    {
        if (fault.Kind == FaultKind.OutOfReach)
            return new HardwareFault("#GP", 13, 0);
        if (fault.Kind == FaultKind.OutsideStorage)
            return new HardwareFault("#MC", 18, 0);
        ulong flags = controls.Flags;
        ulong code = fault.Kind == FaultKind.Absent ? 0ul : 1;
        code |= fault.Access == AccessKind.Write ? 2ul : 0;
        code |= (flags & (ulong)Amd64Controls.User) != 0 ? 4ul : 0;
        code |= fault.Kind == FaultKind.Malformed ? 8ul : 0;
        code |= fault.Access == AccessKind.Fetch && (flags & (ulong)(Amd64Controls.NoExecute | Amd64Controls.Smep)) != 0 ? 16ul : 0;
        code |= KeyBlocked(fault, controls) ? 32ul : 0;
        return new HardwareFault("#PF", 14, code);
    }

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => Amd64Layouts.Of(level);

    private static EntryKind Refusal(ulong entry) => (entry & Present) == 0 ? EntryKind.Absent : EntryKind.Malformed;

    /// <summary>An entry above level 0 that is not plainly a table: absent, malformed, or a large page.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // out of the walk's loop
    private static (EntryKind Kind, ulong Rights) ExamineUpper(ulong entry, int level, ulong flags, ulong reserved, ulong rights)
    {
        if ((entry & (Present | PageSize)) != (Present | PageSize))
            return (Refusal(entry), rights);
        reserved |= level switch
        {
            1 => 0x1f_e000,                                                                                 // 2M: bits 20:13; 12 is PAT
            2 => (flags & (ulong)Amd64Controls.GigabytePages) != 0 ? 0x3fff_e000ul : PageSize,              // 1G: bits 29:13
            _ => PageSize,
        };
        return ((entry & reserved) != 0 ? EntryKind.Malformed : EntryKind.Leaf, (rights & DeniedRights) | (entry & KeyBits));
    }

    /// <summary>SMEP, SMAP and protection keys: what CR4 adds for pages of user mode.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // out of the walk's way
    private static bool ModifiersPermit(ulong rights, AccessKind access, ulong flags)
    {
        bool user = (flags & (ulong)Amd64Controls.User) != 0;
        if ((rights & UserPage) != 0)
            return true;    // a supervisor's page
        if (access == AccessKind.Fetch)
            return user || (flags & (ulong)Amd64Controls.Smep) == 0;
        if (!user && (flags & (ulong)(Amd64Controls.Smap | Amd64Controls.AlignmentCheck)) == (ulong)Amd64Controls.Smap)
            return false;
        return (flags & (ulong)Amd64Controls.ProtectionKeys) == 0 || KeyPermits(rights, access, flags, user);
    }

    private static bool KeyPermits(ulong rights, AccessKind access, ulong flags, bool user)
    {
        int key = (int)(rights >> KeyShift) & 15;
        ulong pair = flags >> 32 >> (2 * key);
        if ((pair & 1) != 0)
            return false;
        return access != AccessKind.Write || (pair & 2) == 0 || (!user && (flags & (ulong)Amd64Controls.WriteProtect) == 0);
    }

    // The error code reports a key violation besides whatever else is wrong with a present user page.
    private static bool KeyBlocked(in PageFault fault, in MmuControls controls)
    {
        ulong flags = controls.Flags;
        bool applies = fault.Kind == FaultKind.Protection && fault.Access != AccessKind.Fetch && (flags & (ulong)Amd64Controls.ProtectionKeys) != 0;
        return applies && (fault.Rights & UserPage) == 0 && !KeyPermits(fault.Rights, fault.Access, flags, (flags & (ulong)Amd64Controls.User) != 0);
    }
}
