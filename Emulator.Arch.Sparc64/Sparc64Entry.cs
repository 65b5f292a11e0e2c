using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Sparc64;

/// <summary>Entries of Linux's trees on sparc64: TTEs as leaves, pointers of one era above. What reads them is the TLB miss handler.</summary>
/// <remarks>
/// Source: arch/sparc/include/asm/{pgtable_64.h,tsb.h}, arch/sparc/kernel/{tsb.S,dtlb_prot.S}, v2.6.32 and v6.1. Keep in step
/// with docs/geometries.md.
/// </remarks>
/// <typeparam name="TLeaf">sun4u or sun4v.</typeparam>
/// <typeparam name="TUpper">The era's pointers.</typeparam>
public readonly struct Sparc64Entry<TLeaf, TUpper> : IPageTableEntryCodec
    where TLeaf : struct, ITranslationTableEntry
    where TUpper : struct, ISparc64Upper
{
    /// <summary>MmuControls.Flags: the access is made in user mode.</summary>
    public const ulong UserMode = 1;

    private static readonly ImmutableArray<EntryLayout> Pages = [EntryLayout.Zero(8), EntryLayout.Other("page", TLeaf.Fields)];

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.BigEndian;

    /// <inheritdoc/>
    public static int SelfMapIndex => -1;

    /// <inheritdoc/>
    public static ulong SelfMap(PhysicalAddress top) => 0;

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
    public static ulong Empty(int level) => 0;

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => TUpper.Encode(table);

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level) => TLeaf.Encode(frame, flags);

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry) => TLeaf.Flags(entry);

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => entry == 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0;

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => level == 0 ? TLeaf.Frame(entry) : TUpper.Decode(entry);

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => TLeaf.Frame(entry);

    /// <inheritdoc/>
    // The miss handler finds the pgd's physical address in a scratch register; there is no root register in hardware.
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
        int unused = 64 - TLeaf.VirtualAddressBits;
        return (ulong)((long)(va.Value << unused) >> unused) == va.Value && tree.Reaches(va, depth);
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
        return TLeaf.IsValid(entry) ? EntryKind.Leaf : EntryKind.Absent;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls)
    {
        if (IsException(rights, access == AccessKind.Fetch, controls))
            return false;
        return access switch
        {
            AccessKind.Write => TLeaf.IsWritable(rights),
            AccessKind.Fetch => TLeaf.IsExecutable(rights),
            _ => true,
        };
    }

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => entry;

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls)
    {
        bool fetch = fault.Access == AccessKind.Fetch;
        bool protection = fault.Kind == FaultKind.Protection;
        // The miss handler looks at the exec bit before the instruction TLB can look at anything.
        bool exception = protection && IsException(fault.Entry, fetch, controls) && (!fetch || TLeaf.IsExecutable(fault.Entry));
        if (fault.Kind == FaultKind.OutOfReach || exception)
            return fetch ? new HardwareFault("instruction_access_exception", 0x08, 0) : new HardwareFault("data_access_exception", 0x30, 0);
        if (protection && fault.Access == AccessKind.Write)
            return new HardwareFault("fast_data_access_protection", 0x6c, 0);
        return fetch ? new HardwareFault("fast_instruction_access_MMU_miss", 0x64, 0) : new HardwareFault("fast_data_access_MMU_miss", 0x68, 0);
    }

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => level == 0 ? Pages : TUpper.Layouts;

    /// <summary>Whether an entry that is in the TLB ends the access in an access exception: P in user mode, NFO. It comes before W.</summary>
    private static bool IsException(ulong entry, bool fetch, in MmuControls controls) =>
        (TLeaf.IsPrivileged(entry) && (controls.Flags & UserMode) != 0) || TLeaf.IsNoFaultOnly(entry, fetch);
}
