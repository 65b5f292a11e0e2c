using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Ppc64;

/// <summary>
/// The hashed page table in guest memory: groups of eight entries of 16 bytes. Its upper half is what hardware does with it, the lower
/// half what Linux does when no hypervisor is below it (<c>native_hpte_*</c>).
/// <code>
///           63 62  61..7 or 51..7  6..5 4      3    2 1 0
///  first    B      page number     sw   bolted lock L H V            (B: old format only)
///           63  62  61 60  59 58   57..12       11..9  8 7 6..3 2 1 0
///  second   PP0     key    B (new) frame, LP    key    R C WIMG N PP
/// </code>
/// </summary>
/// <remarks>
/// Sources: Power ISA 2.07, book III-S, 5.7.7; Power ISA 3.0, book III, 5.7.8; arch/powerpc/mm/hash_native_64.c, v2.6.32;
/// arch/powerpc/mm/book3s64/hash_native.c, v6.1. Big-endian. Not modelled: the lock bit, AMR and IAMR (all zero).
/// </remarks>
public sealed class HashedPageTable
{
    /// <summary>Entries in a group (HPTES_PER_GROUP).</summary>
    public const int GroupEntries = 8;

    /// <summary>_PTEIDX_SECONDARY: a slot of the secondary group.</summary>
    public const int SecondarySlot = 8;

    private const int EntryBytes = 16, GroupBytes = GroupEntries * EntryBytes, SmallestShift = 18;
    private const ulong Valid = 1, Secondary = 2, Large = 4, Bolted = 0x10;
    private const ulong NameMask = 0xffff_ffff_ffff_ff80, NewNameMask = 0x000f_ffff_ffff_ffff, NewSegmentSize = 3UL << 58;
    private const ulong FrameField = 0x0fff_ffff_ffff_f000;
    private const ulong ProtectionBits = 1UL << 63 | 3, NoExecute = 4, Guarded = 8, Changed = 0x80, Referenced = 0x100;
    private const ulong NoTranslation = 0x4000_0000, NoExecuteCause = 0x1000_0000, ProtectionCause = 0x0800_0000, StoreCause = 0x0200_0000;

    // Base page, actual page, LP: POWER8 and POWER9. 4 KiB pages have L = 0.
    private static readonly (int Base, int Actual, ulong Encoding)[] LargePages =
        [(12, 16, 0x7), (12, 24, 0x38), (16, 16, 0x1), (16, 24, 0x8), (24, 24, 0x0), (34, 34, 0x3)];

    private readonly FrameAllocator _frames;
    private readonly HpteFormat _format;
    private readonly ulong _mask;

    private HashedPageTable(FrameAllocator frames, PhysicalAddress origin, int shift, HpteFormat format)
    {
        _frames = frames;
        _format = format;
        _mask = (1UL << (shift - 7)) - 1;
        Origin = origin;
        Shift = shift;
    }

    /// <summary>Where it lies; a multiple of its size.</summary>
    public PhysicalAddress Origin { get; }

    /// <summary>log2 of its bytes.</summary>
    public int Shift { get; }

    /// <summary>SDR1, or doubleword 0 of the partition table entry: HTABORG and HTABSIZE.</summary>
    public ulong Register => Origin.Value | (uint)(Shift - SmallestShift);

    /// <summary>Entries put in by the kernel so far.</summary>
    public long Inserted { get; private set; }

    /// <summary>Entries that made room for others so far.</summary>
    public long Evicted { get; private set; }

    /// <summary>Entries whose rights were changed in place so far.</summary>
    public long Updated { get; private set; }

    /// <summary>Entries that a flush found and took out so far.</summary>
    public long Invalidated { get; private set; }

    /// <summary>R and C bytes that hardware stored so far.</summary>
    public long BytesStored { get; private set; }

    /// <summary>log2 of the table's bytes for a machine: one group for two pages of memory, at least 256 KiB (<c>htab_get_table_size()</c>).</summary>
    public static int ShiftFor(ulong memoryBytes, int pageShift)
    {
        int memoryShift = System.Numerics.BitOperations.Log2(memoryBytes - 1) + 1;
        return Math.Max(memoryShift - (pageShift + 1) + 7, SmallestShift);
    }

    /// <summary>Takes memory for a table.</summary>
    /// <returns>False when there is not so much memory in one piece.</returns>
    public static bool TryCreate(FrameAllocator frames, int shift, HpteFormat format, out HashedPageTable? table)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(shift, SmallestShift);
        table = null;
        if (!frames.TryAllocate(shift - frames.PageShift, FrameUse.Kernel, out PhysicalAddress origin))
            return false;
        table = new HashedPageTable(frames, origin, shift, format);
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release() => _frames.Release(Origin);

    /// <summary>The group of a page: its number counted from the start of the table.</summary>
    public ulong Group(in VirtualPage page, bool secondary) => (secondary ? ~page.Hash : page.Hash) & _mask;

    /// <summary>Where an entry lies.</summary>
    public PhysicalAddress At(ulong group, int slot) => Origin + group * GroupBytes + (ulong)(slot * EntryBytes);

    // ---- hardware ---------------------------------------------------------------------------------------------------

    /// <summary>Translates one access: searches both groups, checks rights, sets R and C.</summary>
    /// <param name="segment">The segment of the address.</param>
    /// <param name="va">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="problem">Problem state.</param>
    /// <param name="found">What goes into the TLB.</param>
    /// <param name="fault">The storage interrupt, when there is no translation.</param>
    /// <param name="references">Added to: one for every entry read, one for every byte stored.</param>
    public bool TryTranslate(in SlbEntry segment, VirtualAddress va, AccessKind access, bool problem, out TlbTranslation found, out HardwareFault fault, ref long references)
    {
        found = default;
        ulong cause = NoTranslation;
        if (access == AccessKind.Fetch && segment.NoExecute)
            cause = NoExecuteCause;
        else if (TrySearch(VirtualPage.Of(segment, va), out PhysicalAddress at, out ulong entry, out int shift, ref references))
        {
            (bool reads, bool writes) = Rights(entry, segment.Key(problem));
            bool fetches = reads && (entry & (NoExecute | Guarded)) == 0 && !segment.NoExecute;
            bool permitted = access switch { AccessKind.Write => writes, AccessKind.Fetch => fetches, _ => reads };
            if (permitted)
            {
                bool changed = (entry & Changed) != 0 || access == AccessKind.Write;
                StoreUse(at, entry, access, ref references);
                ulong offset = va.Value & (1UL << shift) - 1;
                ulong field = _format == HpteFormat.Isa300 ? FrameField & ~NewSegmentSize : FrameField;
                found = new TlbTranslation(va - offset, new PhysicalAddress(entry & field & ~((1UL << shift) - 1)), shift, reads, writes && changed, fetches);
                fault = default;
                return true;
            }
            cause = access == AccessKind.Fetch && (entry & (NoExecute | Guarded)) != 0 ? NoExecuteCause : ProtectionCause;
        }
        fault = access == AccessKind.Fetch
            ? new HardwareFault("instruction storage interrupt", 0x400, cause)
            : new HardwareFault("data storage interrupt", 0x300, cause | (access == AccessKind.Write ? StoreCause : 0));
        return false;
    }

    private bool TrySearch(in VirtualPage page, out PhysicalAddress at, out ulong entry, out int shift, ref long references)
    {
        foreach (bool secondary in (ReadOnlySpan<bool>)[false, true])
        {
            ulong group = Group(page, secondary);
            for (int slot = 0; slot < GroupEntries; slot++)
            {
                at = At(group, slot);
                references++;
                (ulong first, entry) = Read(at);
                // A match whose page size does not exist is passed over.
                if (IsFor(first, page, secondary) && (shift = PageShift(first, entry, page.PageShift)) != 0)
                    return true;
            }
        }
        (at, entry, shift) = (default, 0, 0);
        return false;
    }

    private static int PageShift(ulong first, ulong second, int basePage)
    {
        if ((first & Large) == 0)
            return basePage == 12 ? 12 : 0;
        foreach ((int size, int actual, ulong encoding) in LargePages)
        {
            if (size == basePage && (second & FrameField & (1UL << actual) - 1) == encoding << 12)
                return actual;
        }
        return 0;
    }

    private static (bool Reads, bool Writes) Rights(ulong second, bool key) => (key, (second >> 63 << 2) | (second & 3)) switch
    {
        (false, 0 or 1 or 2) or (true, 2) => (true, true),
        (false, 3 or 6) or (true, 1 or 3) => (true, false),
        _ => (false, false),
    };

    // Bytes 14 and 15 of the entry; never the whole doubleword, which the kernel may be changing.
    private void StoreUse(PhysicalAddress at, ulong second, AccessKind access, ref long references)
    {
        if ((second & Referenced) == 0)
            StoreByte(at + 14, (byte)(second >> 8 | 1), ref references);
        if (access == AccessKind.Write && (second & Changed) == 0)
            StoreByte(at + 15, (byte)(second | Changed), ref references);
    }

    private void StoreByte(PhysicalAddress at, byte value, ref long references)
    {
        _frames.Memory.Write(at, value);
        references++;
        BytesStored++;
    }

    // ---- the kernel -------------------------------------------------------------------------------------------------

    /// <summary>Puts an entry into the first free slot of a group (<c>native_hpte_insert()</c>).</summary>
    /// <param name="page">The page; base and actual size are the same.</param>
    /// <param name="secondary">Into the secondary group.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="flags">PP, N, WIMG, R and C.</param>
    /// <param name="bolted">Never to be evicted.</param>
    /// <param name="references">Added to: entries read and stored.</param>
    /// <returns>The slot, with <see cref="SecondarySlot"/> in the secondary group; -1 when the group is full.</returns>
    public int Insert(in VirtualPage page, bool secondary, PhysicalAddress frame, ulong flags, bool bolted, ref long references)
    {
        ulong group = Group(page, secondary);
        for (int slot = 0; slot < GroupEntries; slot++)
        {
            PhysicalAddress at = At(group, slot);
            references++;
            if ((Read(at).First & Valid) != 0)
                continue;
            ulong first = page.Name | (bolted ? Bolted : 0) | (secondary ? Secondary : 0) | Valid, second = frame.Value | flags;
            if (page.PageShift == 16)
                (first, second) = (first | Large, second | 0x1000);       // LP 1: 64 KiB in a segment of 64 KiB pages
            Write(at, first, second);
            references++;
            Inserted++;
            return slot | (secondary ? SecondarySlot : 0);
        }
        return -1;
    }

    /// <summary>Finds room in one of the page's two groups; evicts when both are full.</summary>
    /// <returns>The slot, with <see cref="SecondarySlot"/> in the secondary group.</returns>
    /// <remarks>
    /// Linux lets the time base choose group and slot. Here evictions are counted instead, so that the choice is the same in every run: the even
    /// ones are in the secondary group, the odd ones in the primary one, and the search begins at slot 0, 0, 1, 1, 2, 2 and so on, round the group.
    /// </remarks>
    /// <exception cref="InvalidOperationException">All sixteen entries are bolted; Linux would try for ever.</exception>
    public int InsertSomewhere(in VirtualPage page, PhysicalAddress frame, ulong flags, ref long references)
    {
        while (true)
        {
            int slot = Insert(page, false, frame, flags, false, ref references);
            if (slot < 0)
                slot = Insert(page, true, frame, flags, false, ref references);
            if (slot >= 0)
                return slot;
            bool primary = (Evicted & 1) != 0;
            if (!Evict(Group(page, !primary), ref references) && !Evict(Group(page, primary), ref references))
                throw new InvalidOperationException($"all sixteen entries for the page {page} are bolted");
        }
    }

    /// <summary>Changes the rights of an entry that is still where it was put (<c>native_hpte_updatepp()</c>).</summary>
    /// <returns>False when something else is there by now.</returns>
    public bool TryUpdate(in VirtualPage page, int slot, ulong flags, ref long references)
    {
        PhysicalAddress at = At(Group(page, (slot & SecondarySlot) != 0), slot & (GroupEntries - 1));
        (ulong first, ulong second) = Read(at);
        references++;
        // Linux does not compare H; in the smallest table that lets it take the entry of another page for this one.
        if (!IsFor(first, page, (slot & SecondarySlot) != 0))
            return false;
        WriteSecond(at, second & ~(ProtectionBits | NoExecute) | flags & (ProtectionBits | NoExecute | Changed));
        references++;
        Updated++;
        return true;
    }

    /// <summary>Takes an entry out, if it is still where it was put (<c>native_hpte_invalidate()</c>).</summary>
    /// <returns>False when it had been evicted.</returns>
    public bool TryInvalidate(in VirtualPage page, int slot)
    {
        PhysicalAddress at = At(Group(page, (slot & SecondarySlot) != 0), slot & (GroupEntries - 1));
        if (!IsFor(Read(at).First, page, (slot & SecondarySlot) != 0))
            return false;
        WriteFirst(at, 0);
        Invalidated++;
        return true;
    }

    /// <summary>native_hpte_remove(): the first entry from the chosen slot on, round the group, that is not bolted. TLBs keep the translation.</summary>
    private bool Evict(ulong group, ref long references)
    {
        int slot = (int)(Evicted >> 1) & (GroupEntries - 1);
        for (int tried = 0; tried < GroupEntries; tried++, slot = (slot + 1) & (GroupEntries - 1))
        {
            PhysicalAddress at = At(group, slot);
            references++;
            if ((Read(at).First & (Valid | Bolted)) != Valid)
                continue;
            WriteFirst(at, 0);
            references++;
            Evicted++;
            return true;
        }
        return false;
    }

    private static bool IsFor(ulong first, in VirtualPage page, bool secondary) =>
        (first & (NameMask | Secondary | Valid)) == (page.Name | (secondary ? Secondary : 0) | Valid);

    // The first doubleword is always seen in the old format; the new one keeps B in the second and cuts the page number.
    private (ulong First, ulong Second) Read(PhysicalAddress at)
    {
        ulong first = _frames.Memory.ReadEntry(at, 8, ByteOrder.BigEndian), second = _frames.Memory.ReadEntry(at + 8, 8, ByteOrder.BigEndian);
        return _format == HpteFormat.Isa207 ? (first, second) : (first & NewNameMask | (second & NewSegmentSize) << 4, second & ~NewSegmentSize);
    }

    // The valid bit comes last: hardware may look at any time.
    private void Write(PhysicalAddress at, ulong first, ulong second)
    {
        _frames.Memory.WriteEntry(at + 8, 8, ByteOrder.BigEndian, _format == HpteFormat.Isa207 ? second : second & ~NewSegmentSize | first >> 62 << 58);
        WriteFirst(at, _format == HpteFormat.Isa207 ? first : first & NewNameMask);
    }

    private void WriteFirst(PhysicalAddress at, ulong first) => _frames.Memory.WriteEntry(at, 8, ByteOrder.BigEndian, first);

    private void WriteSecond(PhysicalAddress at, ulong second)
    {
        ulong size = _format == HpteFormat.Isa300 ? _frames.Memory.ReadEntry(at + 8, 8, ByteOrder.BigEndian) & NewSegmentSize : 0;
        _frames.Memory.WriteEntry(at + 8, 8, ByteOrder.BigEndian, second | size);
    }
}
