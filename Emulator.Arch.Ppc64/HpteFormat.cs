namespace Emulator.Arch.Ppc64;

/// <summary>How entries of a hashed page table are laid out.</summary>
public enum HpteFormat
{
    /// <summary>Up to ISA 2.07 (POWER8): the segment size B in bits 63:62 of the first doubleword, a page number of 55 bits behind it.</summary>
    Isa207,

    /// <summary>ISA 3.0 (POWER9): B in bits 59:58 of the second doubleword, a page number of 45 bits in the first.</summary>
    Isa300,
}
