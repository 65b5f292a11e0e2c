namespace Emulator.ReferenceWalkers;

/// <summary>
/// Sv39, Sv48 and Sv57 as The RISC-V Instruction Set Manual, volume II: Privileged Architecture, version 20211203, tells them, in
/// the order and words of 4.3.2 "Virtual Address Translation Process". Of the two schemes for A and D, the one in which hardware
/// sets them. Not modelled: Svnapot, Svpbmt, the hypervisor's second stage, physical memory protection, and the TLB.
/// </summary>
/// <param name="readEntry">Reads the 8-byte entry at a physical address, as a number; null outside storage.</param>
/// <param name="controls">Privilege mode, SUM and MXR.</param>
public sealed class RiscvReferenceWalker(Func<ulong, ulong?> readEntry, RiscvControls controls)
{
    private const ulong PageSize = 1 << 12;     // PAGESIZE
    private const ulong EntrySize = 8;          // PTESIZE

    /// <summary>Translates one access.</summary>
    /// <param name="satp">satp, with MODE 8, 9 or 10.</param>
    /// <param name="va">The virtual address.</param>
    /// <param name="type">The access.</param>
    /// <returns>Where it goes, or the exception it raises.</returns>
    /// <exception cref="ArgumentOutOfRangeException">MODE is none of the three.</exception>
    public RiscvWalk Walk(ulong satp, ulong va, RiscvAccessType type)
    {
        int levels = (satp >> 60) switch
        {
            8 => 3,         // Sv39
            9 => 4,         // Sv48
            10 => 5,        // Sv57
            ulong mode => throw new ArgumentOutOfRangeException(nameof(satp), $"satp.MODE is {mode}, should be 8 (Sv39), 9 (Sv48) or 10 (Sv57)"),
        };
        List<RiscvEntry> entries = [];
        RiscvWalk PageFault(int level) => new() { Cause = type switch { RiscvAccessType.Fetch => 12, RiscvAccessType.Load => 13, _ => 15 }, Level = level, Entries = entries };
        RiscvWalk AccessFault(int level) => new() { Cause = type switch { RiscvAccessType.Fetch => 1, RiscvAccessType.Load => 5, _ => 7 }, Level = level, Entries = entries };

        // 4.4.1, 4.5.1, 4.6.1: the bits above the highest one of the virtual page number must equal it, "or else a page-fault exception will occur".
        int highest = 12 + (9 * levels) - 1;
        ulong upper = va >> highest;
        if (upper != 0 && upper != ulong.MaxValue >> highest)
            return PageFault(levels);

        // Step 1.
        ulong a = Bits(satp, 43, 0) * PageSize;
        int i = levels - 1;
        ulong pte;
        while (true)
        {
            // Step 2. "If accessing pte violates a PMA or PMP check, raise an access-fault exception corresponding to the original access type."
            ulong at = a + (Vpn(va, i) * EntrySize);
            if (readEntry(at) is not ulong read)
                return AccessFault(i);
            pte = read;
            entries.Add(new RiscvEntry(i, at, pte));

            // Step 3. "If pte.v = 0, or if pte.r = 0 and pte.w = 1, or if any bits or encodings that are reserved for future standard use are set within pte".
            bool r = Bit(pte, 1), w = Bit(pte, 2), x = Bit(pte, 3);
            if (!Bit(pte, 0) || (!r && w) || Bits(pte, 63, 54) != 0)
                return PageFault(i);

            // Step 4.
            if (r || x)
                break;
            // 4.4.1: "For non-leaf PTEs, the D, A, and U bits are reserved for future standard use."
            if (Bit(pte, 7) || Bit(pte, 6) || Bit(pte, 4))
                return PageFault(i);
            if (i == 0)
                return PageFault(i);
            i--;
            a = Bits(pte, 53, 10) * PageSize;
        }

        // Step 5.
        if (!IsAllowed(pte, type))
            return PageFault(i);

        // Step 6. "If i > 0 and pte.ppn[i-1 : 0] != 0, this is a misaligned superpage".
        if (i > 0 && Bits(pte, 10 + (9 * i) - 1, 10) != 0)
            return PageFault(i);

        // Step 7, second bullet.
        ulong marked = pte | (1UL << 6);
        if (type == RiscvAccessType.Store)
            marked |= 1UL << 7;

        // Step 8: pgoff and, of a superpage, the lower page numbers come from va, the rest from pte.
        int offsetBits = 12 + (9 * i);
        ulong pa = (Bits(pte, 53, 10 + (9 * i)) << offsetBits) | Bits(va, offsetBits - 1, 0);
        return new RiscvWalk { Cause = null, PhysicalAddress = pa, Level = i, Entries = entries, NewLeaf = marked };
    }

    // 4.3.1: "The U bit indicates whether the page is accessible to user mode", and what SUM and MXR (4.1.1) do about it.
    private bool IsAllowed(ulong pte, RiscvAccessType type)
    {
        bool r = Bit(pte, 1), w = Bit(pte, 2), x = Bit(pte, 3), u = Bit(pte, 4);
        if (controls.User && !u)
            return false;
        if (!controls.User && u)
        {
            // "Irrespective of SUM, the supervisor may not execute code on pages with U=1."
            if (type == RiscvAccessType.Fetch || !controls.Sum)
                return false;
        }
        return type switch
        {
            RiscvAccessType.Load => r || (controls.Mxr && x),
            RiscvAccessType.Store => w,
            _ => x,
        };
    }

    private static ulong Vpn(ulong va, int i) => Bits(va, 12 + (9 * i) + 8, 12 + (9 * i));

    private static bool Bit(ulong value, int bit) => ((value >> bit) & 1) != 0;

    private static ulong Bits(ulong value, int high, int low) => (value >> low) & (ulong.MaxValue >> (63 - (high - low)));
}
