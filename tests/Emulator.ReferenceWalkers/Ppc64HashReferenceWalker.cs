namespace Emulator.ReferenceWalkers;

/// <summary>
/// Hashed page table translation as Power ISA 2.07, book III-S, 5.7.6 to 5.7.9, and Power ISA 3.0, book III, 5.7.7 to 5.7.9 tell it: SLB,
/// primary and secondary hash, comparison, page sizes, protection, keys. Not modelled: real mode areas, the TLB, IAMR.
/// </summary>
/// <param name="readEntry">Reads the doubleword at a real address, as a number; null outside storage.</param>
/// <param name="isa3">The entries have the format of ISA 3.0: B in the second doubleword.</param>
public sealed class Ppc64HashReferenceWalker(Func<ulong, ulong?> readEntry, bool isa3)
{
    private const uint NoTranslation = 0x4000_0000, NoExecuteOrGuarded = 0x1000_0000, Protection = 0x0800_0000, Store = 0x0200_0000, KeyProtection = 0x0020_0000;

    // POWER8 and POWER9: base page, actual page, LP. 4 KiB in 4 KiB is not here: it has L = 0.
    private static readonly (int Base, int Actual, ulong Encoding)[] LargePages =
        [(12, 16, 0x7), (12, 24, 0x38), (16, 16, 0x1), (16, 24, 0x8), (24, 24, 0), (34, 34, 0x3)];

    /// <summary>Translates one access.</summary>
    /// <param name="hashTable">SDR1, or doubleword 0 of the partition table entry: HTABORG in bits 4:45, HTABSIZE in 59:63.</param>
    /// <param name="slb">The segments.</param>
    /// <param name="amr">AMR: bits 2k and 2k + 1 forbid stores and loads through key k.</param>
    /// <param name="effectiveAddress">The effective address.</param>
    /// <param name="access">The access.</param>
    /// <returns>Where it goes, or how it fails.</returns>
    public Ppc64Walk Walk(ulong hashTable, IEnumerable<Ppc64SlbEntry> slb, ulong amr, ulong effectiveAddress, Ppc64Access access)
    {
        bool isFetch = access.Type == Ppc64AccessType.Fetch;

        // 5.7.6: the segment. B says how many bits the ESID has.
        Ppc64SlbEntry? segment = null;
        foreach (Ppc64SlbEntry entry in slb)
        {
            int size = entry.Rs >> 62 == 1 ? 40 : 28;
            if ((entry.Rb & 0x0800_0000) != 0 && entry.Rb >> size == effectiveAddress >> size)
                segment = entry;
        }
        if (segment is not { } found)
            return new Ppc64Walk { Vector = isFetch ? 0x480 : 0x380 };
        if (isFetch && (found.Rs & 0x200) != 0)
            return Storage(access, NoExecuteOrGuarded, 0);

        // 5.7.7: the virtual address is VSID and offset in the segment, the hash takes both, the latter by base pages.
        bool large = found.Rs >> 62 == 1;
        int segmentShift = large ? 40 : 28;
        ulong vsid = (found.Rs & 0x3fff_ffff_ffff_f000) >> (large ? 24 : 12);
        ulong offset = effectiveAddress & ((1UL << segmentShift) - 1);
        int basePage = (found.Rs & 0x130) switch { 0 => 12, 0x110 => 16, 0x100 => 24, 0x120 => 34, _ => 0 };
        if (basePage == 0)
            throw new ArgumentException($"the segment {found.Rs:x16} has no base page size of POWER8 or POWER9", nameof(slb));
        ulong hash = (large ? vsid ^ (vsid << 25) ^ (offset >> basePage) : vsid ^ (offset >> basePage)) & 0x7f_ffff_ffff;
        ulong groups = (1UL << (int)(11 + (hashTable & 0x1f))) - 1;
        ulong origin = hashTable & 0x0fff_ffff_fffc_0000;

        // 5.7.7.3: eight entries of the primary group, then eight of the secondary one.
        int read = 0;
        foreach (bool secondary in (bool[])[false, true])
        {
            ulong group = origin + (((secondary ? ~hash : hash) & groups) * 128);
            for (ulong at = group; at < group + 128; at += 16)
            {
                read++;
                if (readEntry(at) is not { } first || readEntry(at + 8) is not { } second)
                    return new Ppc64Walk { OutsideStorage = true, EntriesRead = read };
                ulong size = isa3 ? (second >> 58) & 3 : first >> 62;
                ulong page = isa3 ? (first & 0x000f_ffff_ffff_ff80) >> 7 : (first & 0x3fff_ffff_ffff_ff80) >> 7;
                ulong wanted = (vsid << (segmentShift - 23)) | (offset >> 23);
                if (basePage > 23)                          // bits of AVPN that lie in the page offset are zero
                    wanted &= ~((1UL << (basePage - 23)) - 1);
                bool matches = (first & 1) != 0 && ((first >> 1) & 1) == (secondary ? 1UL : 0) && size == found.Rs >> 62 && page == wanted;
                if (!matches || PageShift(first, second, basePage) is not { } shift)
                    continue;
                return Page(found, at, second, shift, amr, effectiveAddress, access, read);
            }
        }
        return Storage(access, NoTranslation, read);
    }

    // 5.7.7.2, "page size encodings": L and the low bits of the page number; null where the encoding does not exist for this base page.
    private static int? PageShift(ulong first, ulong second, int basePage)
    {
        if ((first & 4) == 0)
            return basePage == 12 ? 12 : null;
        foreach ((int size, int actual, ulong encoding) in LargePages)
        {
            ulong low = second & 0x01ff_ffff_ffff_f000 & ((1UL << actual) - 1);
            if (size == basePage && low == encoding << 12)
                return actual;
        }
        return null;
    }

    // 5.7.9 "Storage protection".
    private Ppc64Walk Page(Ppc64SlbEntry segment, ulong at, ulong second, int shift, ulong amr, ulong effectiveAddress, Ppc64Access access, int read)
    {
        bool key = (segment.Rs & (access.Problem ? 0x400UL : 0x800UL)) != 0;
        ulong protection = (second >> 63 << 2) | (second & 3);
        (bool mayRead, bool mayWrite) = (key, protection) switch
        {
            (false, 0 or 1 or 2) => (true, true),
            (false, 3 or 6) => (true, false),
            (true, 1 or 3) => (true, false),
            (true, 2) => (true, true),
            _ => (false, false),
        };
        int pageClass = (int)(((second >> 60) & 3) << 3 | ((second >> 9) & 7));
        ulong keyBits = amr >> (2 * (31 - pageClass)) & 3;

        uint cause = 0;
        if (access.Type == Ppc64AccessType.Fetch)
        {
            if ((second & 0xc) != 0)                        // N, G
                cause = NoExecuteOrGuarded;
            else if (!mayRead)
                cause = Protection;
        }
        else
        {
            bool store = access.Type == Ppc64AccessType.Store;
            cause |= (store ? mayWrite : mayRead) ? 0 : Protection;
            cause |= (keyBits & (store ? 2UL : 1UL)) != 0 ? KeyProtection : 0;
        }
        ulong mask = (1UL << shift) - 1;
        Ppc64Walk result = cause != 0 ? Storage(access, cause, read)
            : new Ppc64Walk { EntriesRead = read, RealAddress = (second & (isa3 ? 0x01ff_ffff_ffff_f000UL : 0x0fff_ffff_ffff_f000UL) & ~mask) | (effectiveAddress & mask) };
        return result with { EntryAddress = at, PageBytes = mask + 1 };
    }

    private static Ppc64Walk Storage(Ppc64Access access, uint cause, int read) => access.Type == Ppc64AccessType.Fetch
        ? new Ppc64Walk { Vector = 0x400, Cause = cause, EntriesRead = read }
        : new Ppc64Walk { Vector = 0x300, Cause = cause | (access.Type == Ppc64AccessType.Store ? Store : 0), EntriesRead = read };
}
