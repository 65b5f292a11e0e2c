namespace Emulator.ReferenceWalkers;

/// <summary>
/// Address translation as the Alpha Architecture Reference Manual, part II-B (OSF/1), chapter "Memory management", tells it: 8 KiB pages,
/// 43-bit addresses, three levels. Not modelled: the TLB, granularity hints (which change nothing that software may rely on), and
/// superpages, which are the implementation's.
/// </summary>
/// <param name="readEntry">Reads the quadword at a physical address; null outside memory.</param>
public sealed class AlphaReferenceWalker(Func<ulong, ulong?> readEntry)
{
    /// <summary>
    /// Translates one access. Sections "Address translation" (the order of the checks: access violation, then translation not valid, then
    /// faults on read, write, execute), "Page table entries" (formats) and "Access control" (kernel and user bits; to fetch instructions
    /// is to read, as far as the enable bits go). Which of ACV and TNV an invalid entry is, is told by its enable bits as well: the flows
    /// invalid_dpte_handler, invalid_ipte_handler and double_pte_inv of DEC's OSF/1 PALcode.
    /// </summary>
    /// <param name="pageTableBase">PTBR: the frame number of the level-1 table.</param>
    /// <param name="address">The virtual address.</param>
    /// <param name="type">Load, store or instruction fetch.</param>
    /// <param name="user">PS: user mode, else kernel mode.</param>
    /// <returns>The physical address, or the fault.</returns>
    public AlphaWalk Walk(ulong pageTableBase, ulong address, AlphaAccessType type, bool user)
    {
        List<AlphaTableEntry> entries = [];

        // Bits 63:43 repeat bit 42.
        bool negative = (address & (1UL << 42)) != 0;
        ulong upper = address >> 43;
        if (upper != (negative ? 0x1fffffUL : 0))
            return new AlphaWalk { Fault = AlphaFault.AccessViolation, Entries = entries };

        // Levels 1 and 2: the entry must let the kernel read, and be valid.
        ulong table = pageTableBase * 8192;
        for (int level = 1; level <= 2; level++)
        {
            ulong index = level == 1 ? (address >> 33) & 1023 : (address >> 23) & 1023;
            ulong at = table + (index * 8);
            if (readEntry(at) is not ulong upperEntry)
                return new AlphaWalk { TableOutsideStorage = true, Entries = entries };
            entries.Add(new AlphaTableEntry(level, at, upperEntry));
            if (Bit(upperEntry, 8) == 0)                                        // KRE
                return new AlphaWalk { Fault = AlphaFault.AccessViolation, Entries = entries };
            if (Bit(upperEntry, 0) == 0)                                        // V
                return new AlphaWalk { Fault = AlphaFault.TranslationNotValid, Entries = entries };
            table = (upperEntry >> 32) * 8192;
        }

        // Level 3.
        ulong leafAt = table + (((address >> 13) & 1023) * 8);
        if (readEntry(leafAt) is not ulong leaf)
            return new AlphaWalk { TableOutsideStorage = true, Entries = entries };
        entries.Add(new AlphaTableEntry(3, leafAt, leaf));
        int enable = (type, user) switch
        {
            (AlphaAccessType.Write, false) => 12,                               // KWE
            (AlphaAccessType.Write, true) => 13,                                // UWE
            (_, false) => 8,                                                    // KRE
            (_, true) => 9,                                                     // URE
        };
        if (Bit(leaf, enable) == 0)
            return new AlphaWalk { Fault = AlphaFault.AccessViolation, Entries = entries };
        if (Bit(leaf, 0) == 0)
            return new AlphaWalk { Fault = AlphaFault.TranslationNotValid, Entries = entries };
        if (type == AlphaAccessType.Read && Bit(leaf, 1) == 1)
            return new AlphaWalk { Fault = AlphaFault.FaultOnRead, Entries = entries };
        if (type == AlphaAccessType.Write && Bit(leaf, 2) == 1)
            return new AlphaWalk { Fault = AlphaFault.FaultOnWrite, Entries = entries };
        if (type == AlphaAccessType.InstructionFetch && Bit(leaf, 3) == 1)
            return new AlphaWalk { Fault = AlphaFault.FaultOnExecute, Entries = entries };

        return new AlphaWalk { PhysicalAddress = ((leaf >> 32) * 8192) + (address & 8191), Entries = entries };
    }

    private static int Bit(ulong value, int number) => (int)(value >> number) & 1;
}
