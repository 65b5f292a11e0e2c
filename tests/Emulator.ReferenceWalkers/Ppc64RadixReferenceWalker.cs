namespace Emulator.ReferenceWalkers;

/// <summary>
/// Process-scoped radix tree translation as Power ISA 3.0, book III, 5.7.10 "Radix Tree Translation" tells it, for quadrant 0 and LPID 0,
/// step by step. Bit numbers are IBM's (0 is the leftmost). Not modelled: AMR and IAMR (all zero), partition-scoped translation of a
/// guest, quadrants 1 to 3, the TLB.
/// </summary>
/// <param name="readEntry">Reads the doubleword at a real address, as a number; null outside storage.</param>
/// <param name="largestPageShift">log2 of the largest page: 30 on POWER9 (1 GiB).</param>
public sealed class Ppc64RadixReferenceWalker(Func<ulong, ulong?> readEntry, int largestPageShift = 30)
{
    private const uint NoTranslation = 0x4000_0000, NoExecute = 0x1000_0000, Protection = 0x0800_0000, Store = 0x0200_0000, BadConfiguration = 0x0008_0000;

    /// <summary>Translates one access.</summary>
    /// <param name="processTableEntry">Doubleword 0 of the process table entry: RTS in bits 1:2 and 56:58, RPDB in 4:55, RPDS in 59:63.</param>
    /// <param name="effectiveAddress">The effective address.</param>
    /// <param name="access">The access.</param>
    /// <returns>Where it goes, or how it fails.</returns>
    public Ppc64Walk Walk(ulong processTableEntry, ulong effectiveAddress, Ppc64Access access)
    {
        // 5.7.10: bits 0:1 choose the quadrant; bits 2:11 must be zero, or a segment interrupt is taken.
        if (effectiveAddress >> 52 != 0)
            return new Ppc64Walk { Vector = access.Type == Ppc64AccessType.Fetch ? 0x480 : 0x380 };

        int treeSize = 31 + (int)(((processTableEntry >> 61) & 3) << 3 | ((processTableEntry >> 5) & 7));
        ulong table = processTableEntry & 0x0fff_ffff_ffff_ff00;
        int indexBits = (int)(processTableEntry & 0x1f);
        int left = treeSize;                                // address bits not used yet
        for (int level = 1; ; level++)
        {
            // POWER9 supports trees of 52 bits only: 13, 9, 9, and 9 (4 KiB pages) or 5 (64 KiB pages).
            bool supported = level switch
            {
                1 => left == 52 && indexBits == 13,
                2 or 3 => indexBits == 9,
                4 => indexBits is 9 or 5,
                _ => false,
            };
            if (!supported)
                return Storage(access, BadConfiguration, level - 1);

            left -= indexBits;
            ulong index = (effectiveAddress >> left) & ((1UL << indexBits) - 1);
            ulong entryAddress = table + (index * 8);
            if (readEntry(entryAddress) is not { } entry)
                return new Ppc64Walk { OutsideStorage = true, EntriesRead = level - 1 };

            if (entry >> 63 == 0)                           // bit 0, V
                return Storage(access, NoTranslation, level);
            if (((entry >> 62) & 1) == 0)                   // bit 1, L: a page directory entry
            {
                table = entry & 0x0fff_ffff_ffff_ff00;      // bits 4:55, NLB
                indexBits = (int)(entry & 0x1f);            // bits 59:63, NLS
                continue;
            }
            if (left > largestPageShift)
                return Storage(access, BadConfiguration, level);
            return Page(entry, entryAddress, left, effectiveAddress, access, level);
        }
    }

    // 5.7.10.3 (format of a PTE) and 5.7.13 "Storage protection": EAA is bits 60:63, privilege, read, read/write, execute.
    private static Ppc64Walk Page(ulong entry, ulong entryAddress, int shift, ulong effectiveAddress, Ppc64Access access, int read)
    {
        bool privileged = (entry & 8) != 0, mayRead = (entry & 6) != 0, mayWrite = (entry & 2) != 0, mayExecute = (entry & 1) != 0;
        bool nonIdempotent = ((entry >> 4) & 3) == 2;       // bits 58:59, ATT: guarded
        bool inReach = !(access.Problem && privileged);
        Ppc64Walk result = access.Type switch
        {
            Ppc64AccessType.Load when !inReach || !mayRead => Storage(access, Protection, read),
            Ppc64AccessType.Store when !inReach || !mayWrite => Storage(access, Protection, read),
            Ppc64AccessType.Fetch when nonIdempotent || !inReach || !mayExecute => Storage(access, NoExecute, read),
            _ => new Ppc64Walk { EntriesRead = read },
        };
        ulong offset = (1UL << shift) - 1;
        return result with
        {
            RealAddress = result.Vector is null ? (entry & 0x01ff_ffff_ffff_f000 & ~offset) | (effectiveAddress & offset) : null,
            PageBytes = offset + 1,
            EntryAddress = entryAddress,
        };
    }

    // 6.5.3 and 6.5.5.
    private static Ppc64Walk Storage(Ppc64Access access, uint cause, int read) => access.Type == Ppc64AccessType.Fetch
        ? new Ppc64Walk { Vector = 0x400, Cause = cause, EntriesRead = read }
        : new Ppc64Walk { Vector = 0x300, Cause = cause | (access.Type == Ppc64AccessType.Store ? Store : 0), EntriesRead = read };
}
