namespace Emulator.Core.Reports;

/// <summary>A counter of the ledger, as pages, timelines and differences show it.</summary>
/// <param name="Key">Its name for programs: that of the report's JSON, where it has one.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Unit">What is counted, in the plural.</param>
/// <param name="Value">Its value.</param>
public sealed record LedgerRow(string Key, string Name, string Unit, Func<HistoryLedger, ulong> Value)
{
    /// <summary>The unit of sizes.</summary>
    public const string Bytes = "bytes";

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<LedgerRow> All { get; } =
    [
        new("depth", "levels", "levels", ledger => (ulong)ledger.Depth),
        new("built", "tables built", "tables", ledger => (ulong)ledger.Allocated.Total),
        new("freed", "tables freed", "tables", ledger => (ulong)ledger.Freed.Total),
        new("pte", "entries moved one by one", "entries", ledger => (ulong)ledger.Moves.Pte),
        new("rehung", "tables re-hung whole", "tables", ledger => (ulong)(ledger.Moves.Pmd + ledger.Moves.Pud)),
        new("move_ptes_calls", "calls of move_ptes()", "calls", ledger => (ulong)ledger.Moves.PieceCalls),
        new("protected_entries", "entries reprotected", "entries", ledger => (ulong)ledger.ProtectedEntries),
        new("faults", "page faults handled", "faults", ledger => (ulong)ledger.Faults),
        new("flush_page", "flushes of a page", "flushes", ledger => (ulong)ledger.Flushes.Page),
        new("flush_range", "flushes of a range", "flushes", ledger => (ulong)ledger.Flushes.Range),
        new("flush_full", "flushes of the whole address space", "flushes", ledger => (ulong)ledger.Flushes.Full),
        new("flush_dcache_page", "flushes of a D-cache page", "flushes", ledger => (ulong)ledger.Flushes.DcachePage),
        new("waiting", "pages waiting in the list", "pages", ledger => (ulong)ledger.WaitingPages),
        new("staging_pages", "pages of pointers to them", "pages", ledger => (ulong)ledger.StagingPages),
        new("table_bytes", "table bytes", Bytes, ledger => ledger.TableBytes),
        new("peak_table_bytes", "table bytes at the peak", Bytes, ledger => ledger.PeakTableBytes),
        new("pgtables_bytes", "table bytes as /proc says", Bytes, ledger => ledger.PgtablesBytes),
    ];
}
