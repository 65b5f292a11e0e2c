using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.S390;

/// <summary>
/// Region, segment and page table entries of z/Architecture. Masks, not the manual's bit numbers:
/// <code>
///  region   origin ~0xfff                 P 0x200   TF 0xc0   I 0x20   TT 0x0c   TL 0x03
///  segment  origin ~0x7ff   FC 0x400      P 0x200             I 0x20   C 0x10    TT 0x0c = 0
///  segment  frame  ~0xfffff FC 0x400 = 1  P 0x200   IEP 0x100  I 0x20   C 0x10    TT 0x0c = 0
///  page     frame  ~0xfff   0x800 = 0     I 0x400   P 0x200   IEP 0x100   low 8 bits software's
///  ASCE     origin ~0xfff   P private 0x100   S 0x80   X 0x40   R 0x20   DT 0x0c   TL 0x03
/// </code>
/// </summary>
/// <remarks>
/// Source: z/Architecture Principles of Operation, SA22-7832, chapter 3 "Dynamic Address Translation". Keep in step with
/// docs/geometries.md. Not modelled: access-control bits of large frames (ACC, F, AV), the storage-key protection that they
/// belong to, and access-register mode.
/// </remarks>
/// <typeparam name="TSoftware">The software bits of one era.</typeparam>
public readonly struct S390Entry<TSoftware> : IPageTableEntryCodec
    where TSoftware : struct, IS390SoftwareBits
{
    private const ulong PageInvalid = 0x400;        // page table entry: I, _PAGE_INVALID
    private const ulong PageMustBeZero = 0x800;     // page table entry: bit 52
    private const ulong TableInvalid = 0x20;        // region and segment entries: I
    private const ulong Protect = 0x200;            // P, in all entries
    private const ulong ExecutionProtect = 0x100;   // IEP, in leaves
    private const ulong FormatControl = 0x400;      // FC: the entry is a leaf (EDAT)
    private const ulong CommonSegment = 0x10;       // C
    private const ulong TypeBits = 0x0c;            // TT
    private const ulong OffsetBits = 0xc0;          // TF: quarters of the table below that are missing at its start
    private const ulong FullLength = 0x03;          // TL: all four quarters of the table below exist
    private const ulong RealSpace = 0x20;           // ASCE R
    private const ulong PrivateSpace = 0x100;       // ASCE P
    private const ulong UserAsceBits = 0x1c0;       // _ASCE_USER_BITS: private, storage alteration, space switch

    // Rights as a walk carries them: P (ORed), IEP of the leaf, and the ASCE's private bit out of the way of both.
    private const ulong PrivateRight = 1UL << 20;

    /// <inheritdoc/>
    public static ByteOrder EntryOrder => ByteOrder.BigEndian;

    /// <inheritdoc/>
    public static int SelfMapIndex => -1;

    /// <inheritdoc/>
    public static ulong SelfMap(PhysicalAddress top) => 0;

    /// <inheritdoc/>
    public static ulong AtNewPlace(ulong entry, int level) => entry;

    /// <inheritdoc/>
    public static bool HardwareUpdatesEntries => false;

    /// <inheritdoc/>
    public static bool HasStorageKeys => true;

    /// <summary>Folds controls into what the walker takes.</summary>
    public static MmuControls Controls(S390Controls flags) => new((ulong)flags, 0);

    /// <inheritdoc/>
    // An empty entry is not zero here: each table above the page tables also says which level it is.
    public static ulong Empty(int level) => level == 0 ? PageInvalid : TableInvalid | TableType(level);

    /// <inheritdoc/>
    public static ulong Table(PhysicalAddress table, int level) => table.Value | TableType(level) | (level > 1 ? FullLength : 0);

    /// <inheritdoc/>
    public static ulong Leaf(PhysicalAddress frame, PageFlags flags, int level) => level == 0
        ? frame.Value | TSoftware.Leaf(flags)
        : frame.Value | FormatControl | TableType(level) | (TSoftware.Leaf(flags) & (Protect | ExecutionProtect));

    /// <inheritdoc/>
    public static PageFlags FlagsOf(ulong entry) => TSoftware.FlagsOf(entry);

    /// <inheritdoc/>
    public static bool IsEmpty(ulong entry, int level) => level == 0 ? entry == PageInvalid : (entry & TableInvalid) != 0;

    /// <inheritdoc/>
    public static bool IsLeaf(ulong entry, int level) => level == 0 || (level <= 2 && (entry & (FormatControl | TableInvalid)) == FormatControl);

    /// <inheritdoc/>
    public static PhysicalAddress TargetOf(ulong entry, int level) => new(entry & (level == 1 ? ~0x7fful : ~0xffful));

    /// <inheritdoc/>
    public static PhysicalAddress LeafTarget(ulong entry, int level) => new(entry & level switch { 0 => ~0xffful, 1 => ~0xf_fffful, _ => ~0x7fff_fffful });

    /// <inheritdoc/>
    public static ulong RootRegister(PhysicalAddress table, int depth) => table.Value | TableType(depth - 1) | FullLength | UserAsceBits;

    /// <inheritdoc/>
    public static PhysicalAddress DecodeRoot(ulong rootRegister, PageTableGeometry tree, in MmuControls controls, out int depth)
    {
        depth = (rootRegister & RealSpace) != 0 ? 0 : (int)(rootRegister >> 2 & 3) + 2;
        return new PhysicalAddress(rootRegister & ~0xffful);
    }

    /// <inheritdoc/>
    public static bool Reaches(ulong rootRegister, PageTableGeometry tree, int depth, VirtualAddress va, out FaultKind fault)
    {
        ref readonly PageTableLevel top = ref tree[depth - 1];
        fault = FaultKind.OutOfReach;
        if (top.TableShift < 64 && va.Value >> top.TableShift != 0)
            return false;
        fault = FaultKind.Absent;
        return (va.Value >> (top.TableShift - 2) & 3) <= (rootRegister & 3);   // the length is in quarters, less one
    }

    /// <inheritdoc/>
    public static ulong InitialRights(ulong rootRegister, in MmuControls controls) => (rootRegister & PrivateSpace) != 0 ? PrivateRight : 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a level
    public static EntryKind Examine(ulong entry, int level, VirtualAddress va, in MmuControls controls, ref ulong rights)
    {
        if (level == 0)
        {
            rights |= entry & (Protect | ExecutionProtect);
            if ((entry & (PageInvalid | PageMustBeZero)) == 0)
                return EntryKind.Leaf;
            return (entry & PageInvalid) != 0 ? EntryKind.Absent : EntryKind.Malformed;
        }
        // The usual entry in one comparison: valid, of this level's type, neither a large frame nor common nor short.
        bool usual = level == 1
            ? (entry & (TableInvalid | TypeBits | FormatControl | CommonSegment)) == 0
            : (entry & (TableInvalid | TypeBits | FormatControl | OffsetBits | FullLength)) == (TableType(level) | FullLength);
        if (!usual)
        {
            (EntryKind kind, rights) = ExamineUpper(entry, level, va, controls.Flags, rights);   // by value: a reference would take rights out of its register
            return kind;
        }
        if (level == 1 || (controls.Flags & (ulong)S390Controls.Edat1) != 0)
            rights |= entry & Protect;
        return EntryKind.Table;
    }

    /// <inheritdoc/>
    public static bool Permits(ulong rights, AccessKind access, in MmuControls controls) => access switch
    {
        AccessKind.Write => (rights & Protect) == 0,
        AccessKind.Fetch => (rights & ExecutionProtect) == 0 || (controls.Flags & (ulong)S390Controls.InstructionExecutionProtection) == 0,
        _ => true,
    };

    /// <inheritdoc/>
    public static ulong MarkUsed(ulong entry, bool leaf, AccessKind access) => entry;

    /// <inheritdoc/>
    public static bool TryPlainReach(ulong rootRegister, PageTableGeometry tree, int depth, out VirtualAddress last)
    {
        last = depth > 0 ? tree.LastAddress(depth) : default;
        return depth > 0 && (rootRegister & FullLength) == FullLength;
    }

    /// <inheritdoc/>
    public static PlainEntry Plain(int level, AccessKind access, in MmuControls controls)
    {
        S390Controls flags = (S390Controls)controls.Flags;
        ulong protect = access == AccessKind.Write && (level < 2 || flags.HasFlag(S390Controls.Edat1)) ? Protect : 0;
        if (level > 1)
            return new PlainEntry(TableInvalid | TypeBits | FormatControl | OffsetBits | FullLength | protect, TableType(level) | FullLength, ~0xffful);
        if (level == 1)
            return new PlainEntry(TableInvalid | TypeBits | FormatControl | CommonSegment | protect, 0, ~0x7fful);
        ulong noFetch = access == AccessKind.Fetch && flags.HasFlag(S390Controls.InstructionExecutionProtection) ? ExecutionProtect : 0;
        return new PlainEntry(PageInvalid | PageMustBeZero | protect | noFetch, 0, ~0xffful);
    }

    /// <inheritdoc/>
    public static HardwareFault Describe(in PageFault fault, in MmuControls controls)
    {
        ulong identification = (fault.Address.Value & ~0xffful) | (fault.Access == AccessKind.Write ? 0x400ul : 0x800);
        return fault.Kind switch
        {
            FaultKind.OutOfReach => new("ASCE-type exception", 0x38, identification),
            FaultKind.OutsideStorage => new("addressing exception", 0x05, 0),
            FaultKind.Malformed => new("translation-specification exception", 0x12, 0),
            FaultKind.Protection => new("protection exception", 0x04, identification | (fault.Access == AccessKind.Fetch ? 0x84ul : 0x04)),
            _ => fault.Level switch
            {
                0 => new("page-translation exception", 0x11, identification),
                1 => new("segment-translation exception", 0x10, identification),
                2 => new("region-third-translation exception", 0x3b, identification),
                3 => new("region-second-translation exception", 0x3a, identification),
                _ => new("region-first-translation exception", 0x39, identification),
            },
        };
    }

    /// <inheritdoc/>
    public static ImmutableArray<EntryLayout> Layouts(int level) => level == 0 ? TSoftware.PageLayouts : S390Layouts.Upper(level);

    [MethodImpl(MethodImplOptions.NoInlining)] // out of the walk's loop
    private static (EntryKind Kind, ulong Rights) ExamineUpper(ulong entry, int level, VirtualAddress va, ulong flags, ulong rights)
    {
        if ((entry & TableInvalid) != 0)
            return (EntryKind.Absent, rights);
        if ((entry & TypeBits) != TableType(level))
            return (EntryKind.Malformed, rights);
        bool edat1 = (flags & (ulong)S390Controls.Edat1) != 0;
        if (edat1 || level == 1)
            rights |= entry & Protect;
        bool largeFrame = (entry & FormatControl) != 0 && (level == 1 ? edat1 : level == 2 && edat1 && (flags & (ulong)S390Controls.Edat2) != 0);
        if (largeFrame)
            rights |= entry & ExecutionProtect;
        if ((largeFrame || level == 1) && IsForeignCommon(entry, rights))
            return (EntryKind.Malformed, rights);
        if (largeFrame)
            return (EntryKind.Leaf, rights);
        if (level == 1)
            return (EntryKind.Table, rights);
        ulong quarter = va.Value >> (7 + 11 * level) & 3;   // top two bits of the next index: 29, 40 and 51 bits up
        return (quarter < (entry >> 6 & 3) || quarter > (entry & 3) ? EntryKind.BeyondNextTable : EntryKind.Table, rights);
    }

    /// <summary>A common segment in a private space is a translation-specification exception.</summary>
    private static bool IsForeignCommon(ulong entry, ulong rights) => (entry & CommonSegment) != 0 && (rights & PrivateRight) != 0;

    private static ulong TableType(int level) => (ulong)(level - 1) << 2;
}
