namespace Emulator.ReferenceWalkers;

/// <summary>Which miss handler walks the tree: USER_PGTABLE_WALK_TL1 of arch/sparc/include/asm/tsb.h.</summary>
public enum Sparc64Kernel
{
    /// <summary>v2.6.32: pgd, pmd with entries of 4 bytes, shifted by 11; pte.</summary>
    V2632,

    /// <summary>v6.1: pgd, pud, pmd with entries of 8 bytes; pte. Without huge pages.</summary>
    V61,
}
