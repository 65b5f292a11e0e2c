namespace Emulator.ReferenceWalkers;

/// <summary>
/// 4-level and 5-level paging as the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, chapter 4 tells it,
/// in the manual's order and words. Not modelled: PKS, CET shadow stacks, SGX, HLAT, PCID, PAT and the TLB.
/// </summary>
/// <param name="readEntry">Reads the 8-byte entry at a physical address, as a number; null outside storage.</param>
/// <param name="controls">The control bits.</param>
public sealed class Amd64ReferenceWalker(Func<ulong, ulong?> readEntry, Amd64Controls controls)
{
    /// <summary>
    /// Translates one access: Intel SDM vol. 3, 4.5 "4-level paging and 5-level paging", tables 4-14 to 4-20 (formats),
    /// 4.6 "Access rights", 4.7 "Page-fault exceptions", 4.8 "Accessed and dirty flags".
    /// </summary>
    /// <param name="cr3">CR3; bits 11:0 are not part of the address.</param>
    /// <param name="address">The linear address.</param>
    /// <param name="access">The access.</param>
    /// <returns>Where it goes, or how it fails.</returns>
    public Amd64Walk Walk(ulong cr3, ulong address, Amd64Access access)
    {
        List<Amd64Entry> entries = [];
        if (!IsCanonical(address))
            return new Amd64Walk { End = Amd64WalkEnd.GeneralProtection, Entries = entries };

        ulong table = cr3 & AddressBits(12);
        int level = controls.La57 ? 5 : 4;
        while (true)
        {
            // 4.5.4: bits 11:3 of the entry's address are bits 56:48, 47:39, 38:30, 29:21 or 20:12 of the linear address.
            int shift = 12 + (9 * (level - 1));
            ulong entryAddress = table | (((address >> shift) & 0x1ff) << 3);
            if (readEntry(entryAddress) is not ulong entry)
                return new Amd64Walk { End = Amd64WalkEnd.TableOutsideStorage, Level = level, Entries = entries };

            Amd64Entry last = new(level, entryAddress, entry);

            // 4.7: "P = 0 in an entry" ends the translation before its other bits mean anything.
            if ((entry & 1) == 0)
                return PageFault(entries, last, access, present: false, reserved: false, key: false);

            // Tables 4-14 to 4-20. PS exists in PDEs and PDPTEs; in a PTE the same bit is PAT.
            bool isLeaf = level == 1 || (level is 2 or 3 && (entry & 0x80) != 0);
            if (HasReservedBit(entry, level, isLeaf))
                return PageFault(entries, last, access, present: true, reserved: true, key: false);

            entries.Add(last);
            if (isLeaf)
                return AccessPage(entries, shift, address, access);
            table = entry & AddressBits(12);
            level--;
        }
    }

    /// <summary>Intel SDM vol. 1, 3.3.7.1 "Canonical addressing": the bits above the linear address width repeat its highest bit.</summary>
    /// <param name="address">The linear address.</param>
    /// <returns>True if canonical.</returns>
    public bool IsCanonical(ulong address)
    {
        long upper = (long)address >> (controls.La57 ? 56 : 47);
        return upper is 0 or -1;
    }

    // Bits MAXPHYADDR-1 to lowest.
    private ulong AddressBits(int lowest) => ((1UL << controls.PhysicalAddressBits) - 1) & ~((1UL << lowest) - 1);

    // The rows "Reserved (must be 0)" of tables 4-14 to 4-20.
    private bool HasReservedBit(ulong entry, int level, bool isLeaf)
    {
        ulong reserved = 0;
        for (int bit = controls.PhysicalAddressBits; bit <= 51; bit++)      // 51:M in every format
            reserved |= 1UL << bit;
        if (!controls.NoExecute)
            reserved |= 1UL << 63;                                          // XD "if IA32_EFER.NXE = 1; otherwise, reserved"
        if (level >= 4)
            reserved |= 1UL << 7;                                           // PML5E, PML4E
        if (level == 3 && !controls.GigabytePages)
            reserved |= 1UL << 7;                                           // 4.1.4: PS needs Page1GB
        if (level == 3 && isLeaf)
            reserved |= 0x3fffe000;                                         // 29:13
        if (level == 2 && isLeaf)
            reserved |= 0x001fe000;                                         // 20:13
        return (entry & reserved) != 0;
    }

    // 4.6.1 "Determination of access rights" and 4.6.2 "Protection keys".
    private Amd64Walk AccessPage(List<Amd64Entry> entries, int shift, ulong address, Amd64Access access)
    {
        bool isUserPage = entries.All(e => (e.Value & 4) != 0);             // "user-mode address": U/S = 1 in every entry
        bool isWritable = entries.All(e => (e.Value & 2) != 0);
        bool isExecuteDisabled = controls.NoExecute && entries.Any(e => e.Value >> 63 != 0);
        Amd64Entry last = entries[^1];
        ulong leaf = last.Value;

        bool keyForbids = isUserPage && KeyForbids((int)(leaf >> 59) & 15, access);
        bool allowed = !keyForbids && (access.User
            ? UserMay(access.Type, isUserPage, isWritable, isExecuteDisabled)
            : SupervisorMay(access, isUserPage, isWritable, isExecuteDisabled));
        if (!allowed)
            return PageFault(entries, last, access, present: true, reserved: false, keyForbids) with { ReachedLeaf = true };

        ulong offsetMask = (1UL << shift) - 1;
        return new Amd64Walk
        {
            End = Amd64WalkEnd.Translated,
            PhysicalAddress = (leaf & AddressBits(shift)) | (address & offsetMask),
            PageBytes = 1UL << shift,
            Level = last.Level,
            Entries = entries,
            LastEntry = last,
            ReachedLeaf = true,
            SetsDirty = access.Type == Amd64AccessType.Write,
        };
    }

    // 4.6.2: AD forbids data accesses to user-mode addresses, WD forbids writes, those of the supervisor only if CR0.WP = 1.
    private bool KeyForbids(int key, Amd64Access access)
    {
        if (!controls.ProtectionKeys || access.Type == Amd64AccessType.Fetch)
            return false;
        bool accessDisable = ((controls.Pkru >> (2 * key)) & 1) != 0;
        bool writeDisable = ((controls.Pkru >> ((2 * key) + 1)) & 1) != 0;
        return accessDisable || (writeDisable && access.Type == Amd64AccessType.Write && (access.User || controls.WriteProtect));
    }

    // 4.6.1, "For user-mode accesses".
    private static bool UserMay(Amd64AccessType type, bool isUserPage, bool isWritable, bool isExecuteDisabled) => type switch
    {
        Amd64AccessType.Read => isUserPage,
        Amd64AccessType.Write => isUserPage && isWritable,
        _ => isUserPage && !isExecuteDisabled,
    };

    // 4.6.1, "For supervisor-mode accesses".
    private bool SupervisorMay(Amd64Access access, bool isUserPage, bool isWritable, bool isExecuteDisabled)
    {
        if (access.Type == Amd64AccessType.Fetch)
            return !isExecuteDisabled && !(isUserPage && controls.Smep);
        if (isUserPage && controls.Smap && !access.AlignmentCheck)
            return false;
        return access.Type == Amd64AccessType.Read || isWritable || !controls.WriteProtect;
    }

    // 4.7, figure 4-12: P 0, W/R 1, U/S 2, RSVD 3, I/D 4, PK 5. RSVD is reported together with P = 1, because a reserved bit is
    // looked at in present entries only.
    private Amd64Walk PageFault(List<Amd64Entry> entries, Amd64Entry last, Amd64Access access, bool present, bool reserved, bool key)
    {
        uint code = 0;
        if (present)
            code |= 1;
        if (access.Type == Amd64AccessType.Write)
            code |= 2;
        if (access.User)
            code |= 4;
        if (reserved)
            code |= 8;
        if (access.Type == Amd64AccessType.Fetch && (controls.Smep || controls.NoExecute))
            code |= 0x10;
        if (key)
            code |= 0x20;
        return new Amd64Walk { End = Amd64WalkEnd.PageFault, ErrorCode = code, Level = last.Level, Entries = entries, LastEntry = last };
    }
}
