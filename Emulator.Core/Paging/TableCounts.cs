namespace Emulator.Core.Paging;

/// <summary>Page tables per level, by Linux's names; the top table of a tree is its pgd.</summary>
public readonly record struct TableCounts(long Pgd, long P4d, long Pud, long Pmd, long Pte)
{
    /// <summary>Sum of all levels.</summary>
    public long Total => Pgd + P4d + Pud + Pmd + Pte;

    /// <summary>Difference per level.</summary>
    public static TableCounts operator -(TableCounts left, TableCounts right) =>
        new(left.Pgd - right.Pgd, left.P4d - right.P4d, left.Pud - right.Pud, left.Pmd - right.Pmd, left.Pte - right.Pte);

    /// <summary>See <c>operator -</c>.</summary>
    public TableCounts Subtract(TableCounts other) => this - other;
}
