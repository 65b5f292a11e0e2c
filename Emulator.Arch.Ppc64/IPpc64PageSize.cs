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
}
