using System.Collections.Immutable;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Tests.Paging;

/// <summary>
/// An entry format that no machine has, made to catch what the generic code might take for granted: empty is not zero and
/// differs by level, big-endian, accessed and dirty bits by hardware, 4-byte entries above level 0, the depth in the root register.
/// </summary>
public readonly struct TestEntry : IPageTableEntryCodec
{
    private const ulong Valid = 1, LeafBit = 2, WriteBit = 4, ExecuteBit = 8, AccessedBit = 16, DirtyBit = 32, SpecialBit = 64, NoneBit = 128;

    public static ByteOrder EntryOrder => ByteOrder.BigEndian;

    public static bool HardwareUpdatesEntries => true;

    public static bool HasStorageKeys => false;

    public static ulong Empty(int level) => (ulong)(level + 1) << 8;

    public static ulong Table(PhysicalAddress table, int level) => table.Value << 4 | Valid;

    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level)
    {
        ulong entry = frame.Value << 4 | LeafBit;
        if ((flags & (PageFlags.Read | PageFlags.Write | PageFlags.Execute)) == 0)
            return entry | NoneBit;
        entry |= Valid;
        entry |= flags.HasFlag(PageFlags.Write) ? WriteBit : 0;
        entry |= flags.HasFlag(PageFlags.Execute) ? ExecuteBit : 0;
        entry |= flags.HasFlag(PageFlags.Accessed) ? AccessedBit : 0;
        entry |= flags.HasFlag(PageFlags.Dirty) ? DirtyBit : 0;
        return entry | (flags.HasFlag(PageFlags.Special) ? SpecialBit : 0);
    }

    public static PageFlags FlagsOf(ulong entry)
    {
        if ((entry & Valid) == 0)
            return PageFlags.None;
        PageFlags flags = PageFlags.Read;
        flags |= (entry & WriteBit) != 0 ? PageFlags.Write : 0;
        flags |= (entry & ExecuteBit) != 0 ? PageFlags.Execute : 0;
        flags |= (entry & AccessedBit) != 0 ? PageFlags.Accessed : 0;
        flags |= (entry & DirtyBit) != 0 ? PageFlags.Dirty : 0;
        return flags | ((entry & SpecialBit) != 0 ? PageFlags.Special : 0);
    }

    public static bool IsEmpty(ulong entry, int level) => entry == Empty(level);

    public static bool IsLeaf(ulong entry, int level) => (entry & LeafBit) != 0;

    public static PhysicalAddress TargetOf(ulong entry, int level) => new(entry >> 4 & ~15ul);

    public static ulong RootRegister(PhysicalAddress table, int depth) => table.Value << 4 | (uint)depth;

    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = (int)(rootRegister & 15);
        return new PhysicalAddress(rootRegister >> 4 & ~15ul);
    }

    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        fault = FaultKind.OutOfReach;
        return va <= tree.LastAddress(depth);
    }

    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => 0;

    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if ((entry & Valid) == 0)
            return EntryKind.Absent;
        rights = entry;
        return (entry & LeafBit) != 0 ? EntryKind.Leaf : EntryKind.Table;
    }

    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls) => access switch
    {
        AccessKind.Write => (rights & WriteBit) != 0,
        AccessKind.Fetch => (rights & ExecuteBit) != 0,
        _ => true,
    };

    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(entry >> 4 & ~0xffful);

    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) =>
        !leaf ? entry : entry | AccessedBit | (access == AccessKind.Write ? DirtyBit : 0);

    public static HardwareFault Describe(in PageFault fault, in MmuControls controls) => new($"test {fault.Kind}", (int)fault.Kind, fault.Address.Value);

    public static ImmutableArray<EntryLayout> Layouts(int level) =>
    [
        new("empty", ulong.MaxValue, Empty(level), [EntryField.Silent(63, 0, "all", "nothing is mapped here")]),
        new("page", LeafBit, LeafBit, [EntryField.Address(63, 16, "frame", 12, "the page"), EntryField.Silent(15, 1, "bits", "for tests"), EntryField.Bit(0, "V", "valid", "not valid")]),
        EntryLayout.Other("table", [EntryField.Address(63, 8, "table", 4, "the table below"), EntryField.Silent(7, 1, "bits", "for tests"), EntryField.Bit(0, "V", "valid", "not valid")]),
    ];
}
