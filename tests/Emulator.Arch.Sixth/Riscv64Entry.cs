using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sixth;

/// <summary>Page-table entries of Sv39, Sv48 and Sv57: one format for all levels.</summary>
/// <remarks>Source: the RISC-V Instruction Set Manual, volume II, "Sv39: Page-Based 39-bit Virtual-Memory System".</remarks>
public readonly struct Riscv64Entry : IPageTableEntryCodec
{
    /// <summary>MmuControls.Flags: the access is made in U-mode.</summary>
    public const ulong UserMode = 1;

    private const ulong V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128, Special = 256;
    private const int PageNumber = 10;
    private const ulong NumberMask = (1UL << 54) - (1UL << PageNumber);

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.LittleEndian;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => true;

    /// <inheritdoc/>
    public static bool HasStorageKeys => false;

    /// <inheritdoc/>
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => table.Value >> 12 << PageNumber | V;

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = frame.Value >> 12 << PageNumber | V | R;
        entry |= (flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) != 0 ? U : 0;
        entry |= (flags & PageFlags.Write) != 0 ? W : 0;
        entry |= (flags & PageFlags.Execute) != 0 ? X : 0;
        entry |= (flags & PageFlags.Accessed) != 0 ? A : 0;
        entry |= (flags & PageFlags.Dirty) != 0 ? D : 0;
        return entry | ((flags & PageFlags.Special) != 0 ? Special : 0);
    }

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & U) == 0)
            return PageFlags.None;
        PageFlags flags = (entry & R) != 0 ? PageFlags.Read : PageFlags.None;
        flags |= (entry & W) != 0 ? PageFlags.Write : 0;
        flags |= (entry & X) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & A) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & D) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & Special) != 0 ? PageFlags.Special : 0);
    }

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => (entry & (R | W | X)) != 0;

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => new((entry & NumberMask) >> PageNumber << 12);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(TargetOf(entry, level).Value & ~((1UL << (12 + 9 * level)) - 1));

    /// <inheritdoc/>
    public static ulong RootRegister(PhysicalAddress table, int depth) => (ulong)(depth + 5) << 60 | table.Value >> 12;     // satp: MODE 8, 9, 10

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = (int)(rootRegister >> 60) - 5;
        return new PhysicalAddress((rootRegister & ((1UL << 44) - 1)) << 12);
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
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if ((entry & V) == 0)
            return EntryKind.Absent;
        if ((entry & (R | W)) == W)
            return EntryKind.Malformed;     // W without R is reserved
        if ((entry & (R | X)) == 0)
            return level == 0 ? EntryKind.Malformed : EntryKind.Table;
        rights = entry;
        bool misaligned = (TargetOf(entry, level).Value & ((1UL << (12 + 9 * level)) - 1)) != 0;
        return misaligned ? EntryKind.Malformed : EntryKind.Leaf;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        bool user = (controls.Flags & UserMode) != 0;
        if (user != ((rights & U) != 0))
            return false;       // SUM is 0
        return (rights & access switch { AccessKind.Write => W, AccessKind.Fetch => X, _ => R }) != 0;
    }

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => !leaf ? entry : entry | A | (access == AccessKind.Write ? D : 0);

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls) => fault.Access switch
    {
        AccessKind.Fetch => new("instruction page fault", 12, 0),
        AccessKind.Write => new("store/AMO page fault", 15, 0),
        _ => new("load page fault", 13, 0),
    };

    /// <inheritdoc/>
    public static string Explain(ulong entry, int level)
    {
        if (entry == 0)
            return "empty";
        string bits = string.Concat("DAGUXWRV".Select((letter, i) => (entry >> (7 - i) & 1) != 0 ? letter : '-'));
        return $"{TargetOf(entry, level)} {(IsLeaf(entry, level) ? "page" : "table")} {bits}";
    }
}
