namespace Emulator.ReferenceWalkers;

/// <summary>
/// A TLB miss on sparc64: Linux's handler, instruction by instruction where it computes, and then the TLB with the loaded entry, check by
/// check as the manuals have them. Not modelled: endianness (IE), cacheability, side effects, atomics, no-fault loads.
/// </summary>
/// <param name="load">Loads a big-endian number of 4 or 8 bytes at a physical address; null where no memory is.</param>
/// <param name="mmu">Format of leaf entries.</param>
/// <param name="kernel">Shape of the tree.</param>
public sealed class Sparc64ReferenceWalker(Func<ulong, int, ulong?> load, Sparc64Mmu mmu, Sparc64Kernel kernel)
{
    private const int InstructionAccessException = 0x08, DataAccessException = 0x30;
    private const int InstructionMiss = 0x64, DataMiss = 0x68, DataProtection = 0x6c;

    // UltraSPARC-IIi User's Manual, chapter 15, "I-/D-MMU Synchronous Fault Status Registers", field FT.
    private const int PrivilegeViolation = 0x01, NoFaultOnly = 0x10, OutOfRange = 0x20;

    /// <summary>The tree, as tsb_miss_page_table_walk in arch/sparc/kernel/tsb.S goes through it.</summary>
    /// <param name="pgd">Physical address of the top table.</param>
    /// <param name="address">The virtual address.</param>
    /// <param name="type">What the access is.</param>
    /// <param name="user">In user mode.</param>
    /// <returns>How it ends.</returns>
    public Sparc64Walk Walk(ulong pgd, ulong address, Sparc64AccessType type, bool user)
    {
        List<Sparc64Entry> loads = [];
        if (InHole(address))
            return Exception(loads, type, OutOfRange);
        ulong register = pgd;
        if (kernel == Sparc64Kernel.V2632)
        {
            // PAGE_SHIFT 13, PMD_SHIFT 23, PMD_BITS 11, PGDIR_SHIFT 34, PGDIR_BITS 11
            foreach ((string name, int left) in (ReadOnlySpan<(string, int)>)[("pgd", 64 - (34 + 11)), ("pmd", 64 - (23 + 11))])
            {
                ulong offset = address << left;         // sllx
                offset >>= 64 - 13;                     // srlx
                offset &= ~3UL;                         // andn 0x3
                if (!Load(loads, name, register + offset, 4, out register))      // lduwa ASI_PHYS_USE_EC
                    return Outside(loads);
                if (register == 0)                      // brz
                    return Miss(loads, type);
                register <<= 11;                        // sllx 11
            }
        }
        else
        {
            // PMD_SHIFT 23, PUD_SHIFT 33, PGDIR_SHIFT 43, 10 bits each
            foreach ((string name, int left) in (ReadOnlySpan<(string, int)>)[("pgd", 64 - (43 + 10)), ("pud", 64 - (33 + 10)), ("pmd", 64 - (23 + 10))])
            {
                ulong offset = address << left;
                offset >>= 64 - 13;
                offset &= ~7UL;                         // andn 0x7
                if (!Load(loads, name, register + offset, 8, out register))      // ldxa ASI_PHYS_USE_EC
                    return Outside(loads);
                if (register == 0)
                    return Miss(loads, type);
            }
        }
        ulong last = address << (64 - 23);
        last >>= 64 - 13;
        last &= ~7UL;
        if (!Load(loads, "pte", register + last, 8, out ulong entry))
            return Outside(loads);
        return (long)entry >= 0 ? Miss(loads, type) : Use(loads, entry, address, type, user);       // brgez
    }

    /// <summary>
    /// The TSB alone: the 8K pointer of "TSB Pointer Logic Hardware Description" and the tag as Linux has it. A TSB miss, and an entry that
    /// the TLB would not take, is the miss it came from.
    /// </summary>
    /// <param name="tsbRegister">Base, split, size.</param>
    /// <param name="address">The virtual address.</param>
    /// <param name="type">What the access is.</param>
    /// <param name="user">In user mode.</param>
    /// <returns>How it ends.</returns>
    public Sparc64Walk LookUp(ulong tsbRegister, ulong address, Sparc64AccessType type, bool user)
    {
        List<Sparc64Entry> loads = [];
        if (InHole(address))
            return Exception(loads, type, OutOfRange);
        int size = (int)(tsbRegister & 7);
        int split = (int)(tsbRegister >> 12 & 1);
        // TSB_Base<63:13+N> or <63:14+N> when split, 0, VA<21+N:13>, 0000
        ulong start = tsbRegister >> (13 + size + split) << (13 + size + split);
        ulong bits = address >> 13 & ((1UL << (9 + size)) - 1);
        ulong pointer = start | bits << 4;
        if (!Load(loads, "tag", pointer, 8, out ulong tag) || !Load(loads, "data", pointer + 8, 8, out ulong entry))
            return Outside(loads);
        if (tag != address >> 22 || entry >> 63 == 0)
            return Miss(loads, type);
        return Use(loads, entry, address, type, user);
    }

    private Sparc64Walk Use(List<Sparc64Entry> loads, ulong entry, ulong address, Sparc64AccessType type, bool user)
    {
        bool fetch = type == Sparc64AccessType.Fetch;

        // itlb_miss.S, sun4v_itlb_miss, tsb_itlb_load: _PAGE_EXEC_4U is a software bit, _PAGE_EXEC_4V is EP.
        bool executable = mmu == Sparc64Mmu.Sun4u ? Bit(entry, 12) : Bit(entry, 7);
        if (fetch && !executable)
            return Miss(loads, type);

        // P and NFO are checked before W: trap priorities 12.1 (access exception) and 12.7 (protection).
        bool privileged = mmu == Sparc64Mmu.Sun4u ? Bit(entry, 2) : Bit(entry, 8);
        bool noFaultOnly = mmu == Sparc64Mmu.Sun4u ? Bit(entry, 60) : Bit(entry, 62);
        if (mmu == Sparc64Mmu.Sun4u && fetch)
            noFaultOnly = false;                        // "The NFO-bit in the IMMU is read as zero and ignored when written."
        int faultType = (privileged && user ? PrivilegeViolation : 0) | (noFaultOnly ? NoFaultOnly : 0);
        if (faultType != 0)
            return Exception(loads, type, faultType);

        bool writable = mmu == Sparc64Mmu.Sun4u ? Bit(entry, 1) : Bit(entry, 6);
        if (type == Sparc64AccessType.Store && !writable)
            return new Sparc64Walk { TrapType = DataProtection, Loads = loads };

        // Size: 8K, 64K, 512K, 4M, and on sun4v 32M, 256M, 2G, 16G; the bits of the address below it are the offset.
        int size = mmu == Sparc64Mmu.Sun4u ? (int)(entry >> 61) & 3 : (int)entry & 7;
        ulong pageMask = (0x2000UL << (3 * size)) - 1;
        ulong frame = mmu == Sparc64Mmu.Sun4u ? entry & 0x7ff_ffff_e000 : entry & 0xff_ffff_ffff_e000;     // PA 42:13, RA 55:13
        return new Sparc64Walk { PhysicalAddress = (frame & ~pageMask) | (address & pageMask), Loads = loads };
    }

    // 44 bits on UltraSPARC I to IV, 48 on T1: the upper ones are all equal to the highest of these.
    private bool InHole(ulong address)
    {
        ulong upper = mmu == Sparc64Mmu.Sun4u ? address >> 43 : address >> 47;
        return upper != 0 && upper != (mmu == Sparc64Mmu.Sun4u ? 0x1f_ffffUL : 0x1_ffffUL);
    }

    private static bool Bit(ulong entry, int number) => (entry >> number & 1) == 1;

    private bool Load(List<Sparc64Entry> loads, string name, ulong address, int bytes, out ulong value)
    {
        ulong? found = load(address, bytes);
        loads.Add(new Sparc64Entry(name, address, found));
        value = found ?? 0;
        return found is not null;
    }

    private static Sparc64Walk Miss(List<Sparc64Entry> loads, Sparc64AccessType type) =>
        new() { TrapType = type == Sparc64AccessType.Fetch ? InstructionMiss : DataMiss, Loads = loads };

    private static Sparc64Walk Exception(List<Sparc64Entry> loads, Sparc64AccessType type, int faultType) => new()
    {
        TrapType = type == Sparc64AccessType.Fetch ? InstructionAccessException : DataAccessException,
        FaultType = faultType,
        Loads = loads,
    };

    private static Sparc64Walk Outside(List<Sparc64Entry> loads) => new() { OutsideMemory = true, Loads = loads };
}
