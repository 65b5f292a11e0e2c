namespace Emulator.Arch.Ppc64;

/// <summary>What differs between entries for 4 and for 64 KiB pages in 2.6.32.</summary>
public interface IPpc64PageSize
{
    /// <summary>log2 of the page size.</summary>
    static abstract int Shift { get; }

    /// <summary>Lowest bit of the page number in an entry (PTE_RPN_SHIFT).</summary>
    static abstract int NumberShift { get; }

    /// <summary>_PAGE_SPECIAL.</summary>
    static abstract ulong Special { get; }

    /// <summary>_PAGE_HPTEFLAGS of 2.6.32: BUSY, HASHPTE, and the slot or what says where it is.</summary>
    static abstract ulong HashBits { get; }

    /// <summary>_PAGE_HPTEFLAGS of 6.1.</summary>
    static abstract ulong HashBits61 { get; }

    /// <summary>The bits of a page number of 6.1 under hash (PTE_RPN_MASK, without what 64 KiB pages use the low ones for).</summary>
    static abstract ulong HashFrameMask61 { get; }
}
