using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Arch.Ppc64;

/// <summary>
/// The TLB is refilled by hardware from the hashed page table, and that by the kernel from Linux's tree: a segment that is missing is
/// put into the SLB, a page that is missing into the hash table, and the access is tried again.
/// </summary>
/// <remarks>
/// Sources: <c>slb_allocate_user()</c>, <c>hash_page_mm()</c>, <c>__hash_page_4K()</c>, <c>__hash_page_64K()</c>, <c>hpte_need_flush()</c>,
/// v6.1; <c>slb_allocate()</c>, <c>hash_page()</c>, v2.6.32. Entries leave the hash table with the change of the Linux entry; Linux may
/// gather a batch of them, which ends before anybody could use the freed page. Not modelled: 4 KiB pieces of 64 KiB pages, 16 MiB pages,
/// sub-page protection, the lazy flush of the instruction cache (these CPUs are coherent).
/// </remarks>
/// <typeparam name="TCodec">Linux's tree.</typeparam>
/// <typeparam name="TEntry">What hash_page() does with its leaves.</typeparam>
public sealed class HashRefill<TCodec, TEntry> : ITlbRefill, IHashRefill
    where TCodec : struct, IPageTableEntryCodec
    where TEntry : struct, IHashedEntry
{
    private readonly PageTables _tables;
    private readonly VsidScramble _scramble;
    private readonly ulong _context;

    /// <summary>Makes a refill for one address space.</summary>
    /// <param name="tables">Linux's tree.</param>
    /// <param name="table">The hash table.</param>
    /// <param name="scramble">How the kernel makes VSIDs.</param>
    /// <param name="context">The address space's context number.</param>
    public HashRefill(PageTables tables, HashedPageTable table, VsidScramble scramble, ulong context)
    {
        ArgumentNullException.ThrowIfNull(scramble);
        _tables = tables;
        Table = table;
        _scramble = scramble;
        _context = context;
        Slb = new Slb(scramble.BoltedSegments);
    }

    /// <inheritdoc/>
    public string Name => "hashed page table";

    /// <inheritdoc/>
    public HashedPageTable Table { get; }

    /// <inheritdoc/>
    public Slb Slb { get; }

    /// <inheritdoc/>
    public HardwareFault LastInterrupt { get; private set; }

    /// <inheritdoc/>
    public long SegmentInterrupts { get; private set; }

    /// <inheritdoc/>
    public long StorageInterrupts { get; private set; }

    /// <inheritdoc/>
    public bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost)
    {
        bool problem = (controls.Flags & Ppc64Faults.ProblemState) != 0;
        while (true)
        {
            if (!Slb.TryFind(va, out SlbEntry segment))
            {
                SegmentInterrupts++;
                LastInterrupt = Ppc64Faults.Describe(new PageFault(va, access, FaultKind.OutOfReach, _tables.Depth, 0));
                cost = cost with { Instructions = cost.Instructions + IHashRefill.SegmentInstructions, Nested = cost.Nested + 1 };
                if (!_tables.Tree.Reaches(va, _tables.Depth))
                {
                    fault = new PageFault(va, access, FaultKind.OutOfReach, _tables.Depth, 0);
                    found = default;
                    return false;
                }
                segment = Slb.Insert(va, _scramble.Vsid(_context, va.Value), _tables.Tree.PageShift);
            }
            long references = cost.MemoryReferences;
            bool translated = Table.TryTranslate(segment, va, access, problem, out found, out HardwareFault interrupt, ref references);
            cost = cost with { MemoryReferences = references };
            if (translated)
            {
                fault = default;
                return true;
            }
            LastInterrupt = interrupt;
            StorageInterrupts++;
            if (!TryHashPage(segment, va, access, controls, out fault, ref cost))
                return false;
        }
    }

    /// <inheritdoc/>
    public bool Replacing(VirtualAddress va, PhysicalAddress at, ulong entry)
    {
        if (!TEntry.IsHashed(entry))
            return false;
        Table.TryInvalidate(PageOf(va), TEntry.Slot(entry, ReadBehind(at)));
        return true;        // evicted or not, TLBs may still have it
    }

    /// <inheritdoc/>
    public void Flush(VirtualAddress va)
    {
        // The change of the entry itself has flushed it: hash__flush_tlb_page() of v6.1 is empty.
    }

    /// <inheritdoc/>
    public void FlushAll()
    {
        // As above: whoever changed entries has flushed each of them.
    }

    /// <inheritdoc/>
    public void Release() => Table.Release();

    /// <summary>hash_page(): puts the page into the hash table, or says that it is a page fault.</summary>
    private bool TryHashPage(in SlbEntry segment, VirtualAddress va, AccessKind access, in MmuControls controls, out PageFault fault, ref RefillCost cost)
    {
        PhysicalMemory memory = _tables.Frames.Memory;
        // User addresses need user rights, whoever uses them.
        MmuControls user = controls with { Flags = controls.Flags | Ppc64Faults.ProblemState };
        bool mapped = PageTableWalker<TCodec>.TryWalk(memory, _tables.Tree, _tables.RootRegister, va, access, user, default(NoTrace), out _, out fault);
        int read = _tables.Depth - (mapped ? 0 : Math.Min(fault.Level, _tables.Depth));
        cost = cost with { MemoryReferences = cost.MemoryReferences + read, Instructions = cost.Instructions + IHashRefill.HashPageInstructions };
        if (!mapped || !_tables.TryFind(va, out LeafView leaf))
            return false;
        VirtualPage page = VirtualPage.Of(segment, va);
        ulong entry = TEntry.Use(leaf.Entry, access), flags = TEntry.HpteFlags(entry);
        long references = cost.MemoryReferences + 1;       // the entry, marked busy
        if (!TEntry.IsHashed(entry) || !Table.TryUpdate(page, TEntry.Slot(entry, ReadBehind(leaf.At)), flags, ref references))
        {
            int slot = Table.InsertSomewhere(page, leaf.Target, flags, ref references);
            entry = TEntry.WithSlot(entry, slot);
            if (TEntry.KeepsSlotBehindTable)
            {
                memory.WriteEntry(BehindAt(leaf.At), 8, ByteOrder.BigEndian, TEntry.Behind(ReadBehind(leaf.At), slot));
                references++;
            }
        }
        memory.WriteEntry(leaf.At, 8, ByteOrder.BigEndian, entry);
        cost = cost with { MemoryReferences = references + 1 };
        return true;
    }

    private VirtualPage PageOf(VirtualAddress va) => VirtualPage.Of(SlbEntry.User(va, _scramble.Vsid(_context, va.Value), _tables.Tree.PageShift, 0), va);

    private PhysicalAddress BehindAt(PhysicalAddress entry) => entry + ((ulong)_tables.Tree[0].Entries * 8);

    private ulong ReadBehind(PhysicalAddress entry) => TEntry.KeepsSlotBehindTable ? _tables.Frames.Memory.ReadEntry(BehindAt(entry), 8, ByteOrder.BigEndian) : 0;
}
