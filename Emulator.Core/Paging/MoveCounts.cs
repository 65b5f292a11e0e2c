namespace Emulator.Core.Paging;

/// <summary>What <c>move_page_tables()</c> did.</summary>
/// <param name="Pte">Leaf entries moved one by one.</param>
/// <param name="Pmd">Page tables re-hung whole.</param>
/// <param name="Pud">Middle tables re-hung whole.</param>
/// <param name="PieceCalls">Calls of <c>move_ptes()</c>.</param>
public readonly record struct MoveCounts(long Pte, long Pmd, long Pud, long PieceCalls);
