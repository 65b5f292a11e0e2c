using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Arch.Alpha;

/// <summary>
/// TLB misses as OSF/1 PALcode handles them: it loads the level-3 entry through the virtual page table, a linear array of all
/// level-3 entries that the self map in the last level-1 entry makes. That load goes through the DTB and may miss itself.
/// <code>
/// va             |  L1 42:33  |  L2 32:23  |  L3 22:13  | byte |
/// its VPTE       |    1023    |  L1        |  L2        |  L3 * 8   |     = VPTB | va 42:13 * 8
///
/// single miss    VPTE in the DTB: one load
/// double miss    level-1 and level-2 entry by physical address, DTB filled with the page of level-3 entries, then that load
/// </code>
/// </summary>
/// <remarks>
/// Source of the flows and of the instruction counts: DEC OSF/1 PALcode for EV5 (osfpal.S, DTBMISS_SINGLE, DTBMISS_DOUBLE, ITBMISS,
/// double_pte_inv), nops and the check for the caller's mode included. EV6 has the same flows at other entry points (DTBM_SINGLE 0x300,
/// DTBM_DOUBLE_3 0x100, ITB_MISS 0x580), with two DTBs to write; its PALcode was not published, so EV5's counts stand for it.
/// What is counted ends where a fault is found: building the frame for entMM belongs to the page fault.
/// Not modelled: a page-table page that has FOR, or that denies kernel reads (PALcode halts there; here it is ignored, or an access
/// violation as in the Architecture Reference Manual); loads to R31, which never fault; superpages, which are the kernel's;
/// the 48-bit mode with four levels.
/// </remarks>
public sealed class PalcodeRefill : ITlbRefill
{
    /// <summary>VPTB as Linux sets it: where level-1 entry 1023 leads.</summary>
    public const ulong VirtualPageTableBase = 0xffff_fffe_0000_0000;

    /// <summary>Greatest address-space number of EV6.</summary>
    public const int MaxAsn = 255;

    /// <summary>Instructions of a handler up to the load of the entry, that included: the same number for DTB and ITB.</summary>
    public const int InstructionsToLoad = 5;

    /// <summary>Instructions after the load, when the DTB or ITB is filled.</summary>
    public const int InstructionsToFill = 10;

    /// <summary>Instructions after the load up to the branch to the handler of invalid entries, that included.</summary>
    public const int InstructionsToInvalid = 5;

    /// <summary>Instructions after the load up to the branch to the handler of FOE, that included; ITB only.</summary>
    public const int InstructionsToFaultOnExecute = 7;

    /// <summary>Instructions of a double miss, and the load again.</summary>
    public const int InstructionsOfDouble = 31 + 1;

    /// <summary>Instructions of a double miss whose level-1 entry is invalid: up to the branch, and double_pte_inv.</summary>
    public const int InstructionsToInvalidLevel1 = 16 + 9;

    /// <summary>Instructions of a double miss whose level-2 entry is invalid: up to the branch, and double_pte_inv.</summary>
    public const int InstructionsToInvalidLevel2 = 22 + 9;

    private readonly PageTables _tables;
    private readonly ArchitecturalTlb _dtb;
    private readonly int _asn;

    /// <summary>Makes the handler of one address space.</summary>
    /// <param name="tables">Its tree.</param>
    /// <param name="dtb">The data TLB that virtual page-table loads go through.</param>
    /// <param name="asn">Its address-space number.</param>
    public PalcodeRefill(PageTables tables, ArchitecturalTlb dtb, int asn)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(dtb);
        if (asn is < 0 or > MaxAsn)
            throw new ArgumentOutOfRangeException(nameof(asn), $"EV6 has address-space numbers 0 to {MaxAsn}, not {asn}");
        _tables = tables;
        _dtb = dtb;
        _asn = asn;
    }

    /// <inheritdoc/>
    public string Name => "PALcode";

    /// <summary>Where the level-3 entry of an address is in the virtual page table (VA_FORM, IVA_FORM).</summary>
    public static VirtualAddress EntryAddress(VirtualAddress va) => new(VirtualPageTableBase | ((va.Value >> 13 << 3) & 0x1_ffff_fff8));

    /// <inheritdoc/>
    // The sign check is the chip's: DFAULT or IACV, no miss.
    public bool Refuses(VirtualAddress va, AccessKind access, in MmuControls controls, out PageFault fault)
    {
        bool reached = AlphaEntry.Reaches(_tables.RootRegister, _tables.Tree, _tables.Depth, va, out FaultKind kind);
        fault = reached ? default : new PageFault(va, access, kind, _tables.Depth, 0);
        return !reached;
    }

    /// <inheritdoc/>
    public bool TryRefill(VirtualAddress va, AccessKind access, in MmuControls controls, out TlbTranslation found, out PageFault fault, ref RefillCost cost)
    {
        found = default;
        cost.Instructions += InstructionsToLoad;
        if (!TryLoadEntry(va, access, controls, out ulong entry, out fault, ref cost))
        {
            cost.Instructions += InstructionsToInvalid;
            return false;
        }
        ulong rights = 0;
        if (AlphaEntry.Examine(entry, 0, va, controls, ref rights) != EntryKind.Leaf)
        {
            cost.Instructions += InstructionsToInvalid;
            fault = new PageFault(va, access, FaultKind.Absent, 0, entry);
            return false;
        }
        if (access == AccessKind.Fetch && AlphaEntry.FaultsOnExecute(entry))
        {
            cost.Instructions += InstructionsToFaultOnExecute;
            fault = new PageFault(va, access, FaultKind.Protection, 0, entry);
            return false;
        }
        // Rights are not looked at: the access is made again, and the chip looks at them.
        cost.Instructions += InstructionsToFill;
        found = AlphaEntry.ToTlb(va, entry, controls);
        return true;
    }

    /// <inheritdoc/>
    public void Flush(VirtualAddress va)
    {
        // Nothing is kept but what is in the DTB; the pages of entries there go with the address space, as flush_tlb_pgtables() wants it.
    }

    /// <inheritdoc/>
    public void FlushAll()
    {
    }

    private bool TryLoadEntry(VirtualAddress va, AccessKind access, in MmuControls controls, out ulong entry, out PageFault fault, ref RefillCost cost)
    {
        VirtualAddress virtualEntry = EntryAddress(va);
        if (!_dtb.TryLookUp(virtualEntry, _asn, out TlbTranslation page))
        {
            if (!TryDoubleMiss(va, virtualEntry, access, controls, out page, out fault, ref cost))
            {
                entry = fault.Entry;
                return false;
            }
            _dtb.Fill(page, _asn);
        }
        ulong unused = 0;
        if (AlphaEntry.Examine(page.Entry, 1, va, controls, ref unused) != EntryKind.Table)
        {
            entry = page.Entry;
            fault = new PageFault(va, access, FaultKind.Malformed, 1, entry);
            return false;
        }
        return TryRead(page.Frame + (virtualEntry - page.Page), va, access, 0, out entry, out fault, ref cost);
    }

    // Thanks to the self map the level-2 entry of the VPTE is the level-1 entry of the address, and so on.
    private bool TryDoubleMiss(VirtualAddress va, VirtualAddress virtualEntry, AccessKind access, in MmuControls controls, out TlbTranslation page,
        out PageFault fault, ref RefillCost cost)
    {
        cost.Nested++;
        page = default;
        PhysicalAddress table = AlphaEntry.DecodeRoot(_tables.RootRegister, _tables.Tree, controls, out _);
        ulong entry = 0;
        for (int level = 2; level >= 1; level--)
        {
            if (!TryRead(table + _tables.Tree[level].OffsetOf(va), va, access, level, out entry, out fault, ref cost))
                return false;
            ulong unused = 0;
            EntryKind kind = AlphaEntry.Examine(entry, level, va, controls, ref unused);
            if (kind != EntryKind.Table)
            {
                cost.Instructions += level == 2 ? InstructionsToInvalidLevel1 : InstructionsToInvalidLevel2;
                fault = new PageFault(va, access, kind == EntryKind.Absent ? FaultKind.Absent : FaultKind.Malformed, level, entry);
                return false;
            }
            table = AlphaEntry.TargetOf(entry, level);
        }
        cost.Instructions += InstructionsOfDouble;
        page = AlphaEntry.ToTlb(virtualEntry, entry, controls);
        fault = default;
        return true;
    }

    private bool TryRead(PhysicalAddress at, VirtualAddress va, AccessKind access, int level, out ulong entry, out PageFault fault, ref RefillCost cost)
    {
        cost.MemoryReferences++;
        bool read = _tables.Frames.Memory.TryReadEntry(at, sizeof(ulong), AlphaEntry.EntryOrder, out entry);
        fault = read ? default : new PageFault(va, access, FaultKind.OutsideStorage, level, entry);
        return read;
    }
}
