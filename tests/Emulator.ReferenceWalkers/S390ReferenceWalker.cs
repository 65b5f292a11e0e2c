namespace Emulator.ReferenceWalkers;

/// <summary>
/// DAT as z/Architecture Principles of Operation, SA22-7832, chapter 3, section "Dynamic Address Translation" tells it, table by table
/// in the manual's order. Bit numbers are IBM's (0 is the leftmost). Not modelled: keys, low-address protection, prefixing, the TLB, and
/// the truncation of addresses in the 24-bit and 31-bit modes, which comes before translation.
/// </summary>
/// <param name="readEntry">Reads the doubleword at an address, as a number; null outside storage. Also asked whether frames exist.</param>
/// <param name="controls">The facilities that act.</param>
public sealed class S390ReferenceWalker(Func<ulong, ulong?> readEntry, S390Controls controls)
{
    private const ushort Protection = 0x04, Addressing = 0x05;
    private const ushort SegmentTranslation = 0x10, PageTranslation = 0x11, TranslationSpecification = 0x12;
    private const ushort AsceType = 0x38, RegionFirst = 0x39, RegionSecond = 0x3a, RegionThird = 0x3b;

    /// <summary>
    /// Translates one access. Principles of Operation, ch. 3, "Translation process": "Inspection of real-space control", "Inspection of
    /// designation-type control", "Lookup in a table designated by an address-space-control element" to "Page-table lookup"; formats in
    /// "Address-space-control element" and "Translation tables"; priorities in ch. 6, "Priority of access exceptions"; the
    /// translation-exception identification in ch. 3, "Assigned storage locations", real 168 (with the access-exception fetch/store
    /// indication facility, 75, installed).
    /// </summary>
    /// <param name="asce">The address-space-control element.</param>
    /// <param name="address">The virtual address, 64 bits.</param>
    /// <param name="type">Fetch, store or instruction fetch.</param>
    /// <param name="space">The space the ASCE comes from.</param>
    /// <returns>The real address, or the interruption.</returns>
    public S390Walk Walk(ulong asce, ulong address, S390AccessType type, S390Space space)
    {
        List<S390Entry> entries = [];

        // Virtual address: RFX 0-10, RSX 11-21, RTX 22-32, SX 33-43, PX 44-51, BX 52-63.
        ulong rfx = Bits(address, 0, 10);
        ulong rsx = Bits(address, 11, 21);
        ulong rtx = Bits(address, 22, 32);
        ulong sx = Bits(address, 33, 43);
        ulong px = Bits(address, 44, 51);

        // Inspection of real-space control: bit 58.
        if (Bits(asce, 58, 58) == 1)
            return Access(entries, address, frameBytes: 0, storeProtected: false, executeProtected: false, address, type, space);

        // Inspection of designation-type control, bits 60-61: an index that no table takes up must be zero.
        ulong designation = Bits(asce, 60, 61);
        bool tooLong = designation switch
        {
            0b11 => false,
            0b10 => rfx != 0,
            0b01 => rfx != 0 || rsx != 0,
            _ => rfx != 0 || rsx != 0 || rtx != 0,
        };
        if (tooLong)
            return Interruption(entries, AsceType, address, type, space);

        // Table-length check: TL (bits 62-63) with the two leftmost bits of the first index.
        ulong table = asce & ~0xfffUL;
        ulong length = Bits(asce, 62, 63);
        (ulong firstIndex, ushort firstExceeded) = designation switch
        {
            0b11 => (rfx, RegionFirst),
            0b10 => (rsx, RegionSecond),
            0b01 => (rtx, RegionThird),
            _ => (sx, SegmentTranslation),
        };
        if (firstIndex >> 9 > length)
            return Interruption(entries, firstExceeded, address, type, space);

        bool storeProtected = false;

        if (designation == 0b11)
        {
            // Region-first-table lookup.
            if (!Fetch(entries, 4, table + (rfx * 8), out ulong entry))
                return Interruption(entries, Addressing, address, type, space);
            if (Bits(entry, 58, 58) == 1)
                return Interruption(entries, RegionFirst, address, type, space);
            if (Bits(entry, 60, 61) != 0b11)
                return Interruption(entries, TranslationSpecification, address, type, space);
            if (rsx >> 9 < Bits(entry, 56, 57) || rsx >> 9 > Bits(entry, 62, 63))
                return Interruption(entries, RegionSecond, address, type, space);
            storeProtected |= controls.EnhancedDat1 && Bits(entry, 54, 54) == 1;
            table = entry & ~0xfffUL;
        }

        if (designation >= 0b10)
        {
            // Region-second-table lookup.
            if (!Fetch(entries, 3, table + (rsx * 8), out ulong entry))
                return Interruption(entries, Addressing, address, type, space);
            if (Bits(entry, 58, 58) == 1)
                return Interruption(entries, RegionSecond, address, type, space);
            if (Bits(entry, 60, 61) != 0b10)
                return Interruption(entries, TranslationSpecification, address, type, space);
            if (rtx >> 9 < Bits(entry, 56, 57) || rtx >> 9 > Bits(entry, 62, 63))
                return Interruption(entries, RegionThird, address, type, space);
            storeProtected |= controls.EnhancedDat1 && Bits(entry, 54, 54) == 1;
            table = entry & ~0xfffUL;
        }

        if (designation >= 0b01)
        {
            // Region-third-table lookup.
            if (!Fetch(entries, 2, table + (rtx * 8), out ulong entry))
                return Interruption(entries, Addressing, address, type, space);
            if (Bits(entry, 58, 58) == 1)
                return Interruption(entries, RegionThird, address, type, space);
            if (Bits(entry, 60, 61) != 0b01)
                return Interruption(entries, TranslationSpecification, address, type, space);
            storeProtected |= controls.EnhancedDat1 && Bits(entry, 54, 54) == 1;
            if (controls.EnhancedDat2 && Bits(entry, 53, 53) == 1)
            {
                // FC = 1: the entry maps a 2 GiB frame; bit 59 says common region, bits 0-32 are its address.
                if (Bits(entry, 59, 59) == 1 && Bits(asce, 55, 55) == 1)
                    return Interruption(entries, TranslationSpecification, address, type, space);
                ulong real = (entry & ~0x7fffffffUL) | (address & 0x7fffffff);
                bool executeProtected = controls.InstructionExecutionProtection && Bits(entry, 55, 55) == 1;
                return Access(entries, real, 1UL << 31, storeProtected, executeProtected, address, type, space);
            }
            if (sx >> 9 < Bits(entry, 56, 57) || sx >> 9 > Bits(entry, 62, 63))
                return Interruption(entries, SegmentTranslation, address, type, space);
            table = entry & ~0xfffUL;
        }

        // Segment-table lookup.
        if (!Fetch(entries, 1, table + (sx * 8), out ulong segment))
            return Interruption(entries, Addressing, address, type, space);
        if (Bits(segment, 58, 58) == 1)
            return Interruption(entries, SegmentTranslation, address, type, space);
        if (Bits(segment, 60, 61) != 0b00)
            return Interruption(entries, TranslationSpecification, address, type, space);
        // Common segment (bit 59) in a private space (ASCE bit 55).
        if (Bits(segment, 59, 59) == 1 && Bits(asce, 55, 55) == 1)
            return Interruption(entries, TranslationSpecification, address, type, space);
        storeProtected |= Bits(segment, 54, 54) == 1;
        if (controls.EnhancedDat1 && Bits(segment, 53, 53) == 1)
        {
            // FC = 1: the entry maps a 1 MiB frame, bits 0-43 are its address.
            ulong real = (segment & ~0xfffffUL) | (address & 0xfffff);
            bool executeProtected = controls.InstructionExecutionProtection && Bits(segment, 55, 55) == 1;
            return Access(entries, real, 1UL << 20, storeProtected, executeProtected, address, type, space);
        }

        // Page-table lookup. The page-table origin is bits 0-52.
        if (!Fetch(entries, 0, (segment & ~0x7ffUL) + (px * 8), out ulong page))
            return Interruption(entries, Addressing, address, type, space);
        if (Bits(page, 53, 53) == 1)
            return Interruption(entries, PageTranslation, address, type, space);
        if (Bits(page, 52, 52) == 1)
            return Interruption(entries, TranslationSpecification, address, type, space);
        storeProtected |= Bits(page, 54, 54) == 1;
        bool pageExecuteProtected = controls.InstructionExecutionProtection && Bits(page, 55, 55) == 1;
        ulong pageReal = (page & ~0xfffUL) | (address & 0xfff);
        return Access(entries, pageReal, 1UL << 12, storeProtected, pageExecuteProtected, address, type, space);
    }

    // IBM bit numbers, both included.
    private static ulong Bits(ulong value, int first, int last) => (value >> (63 - last)) & ((1UL << (last - first + 1)) - 1);

    private bool Fetch(List<S390Entry> entries, int level, ulong at, out ulong entry)
    {
        ulong? read = readEntry(at);
        entry = read ?? 0;
        if (read is not null)
            entries.Add(new S390Entry(level, at, entry));
        return read is not null;
    }

    // "DAT protection" and "Instruction-execution protection" of ch. 3; then the frame itself has to exist.
    private S390Walk Access(List<S390Entry> entries, ulong real, ulong frameBytes, bool storeProtected, bool executeProtected,
        ulong address, S390AccessType type, S390Space space)
    {
        bool forbidden = type switch
        {
            S390AccessType.Store => storeProtected,
            S390AccessType.InstructionFetch => executeProtected,
            _ => false,
        };
        S390Walk end = forbidden ? Interruption(entries, Protection, address, type, space)
            : readEntry(real & ~7UL) is null ? Interruption(entries, Addressing, address, type, space)
            : new S390Walk { Entries = entries };
        return end with
        {
            RealAddress = real,
            FrameBytes = frameBytes,
            StoreProtected = storeProtected,
            ExecuteProtected = executeProtected,
        };
    }

    private static S390Walk Interruption(List<S390Entry> entries, ushort code, ulong address, S390AccessType type, S390Space space)
    {
        ulong? identification = null;
        if (code is not (Addressing or TranslationSpecification))
        {
            ulong page = address & ~0xfffUL;                                    // bits 0-51
            ulong direction = type == S390AccessType.Store ? 0x400UL : 0x800;   // bits 52-53: 01 store, 10 fetch
            ulong protection = (code, type) switch
            {
                (Protection, S390AccessType.InstructionFetch) => 0x84,          // bits 56 and 61: instruction-execution protection
                (Protection, _) => 0x04,                                        // bit 61: DAT protection
                _ => 0,
            };
            identification = page | direction | protection | (ulong)space;
        }
        return new S390Walk { InterruptionCode = code, TranslationExceptionIdentification = identification, Entries = entries };
    }
}
