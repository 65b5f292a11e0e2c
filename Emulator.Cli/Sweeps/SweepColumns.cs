namespace Emulator.Cli.Sweeps;

/// <summary>Every number of a point, by name: the columns of the CSV and the keys of the JSON.</summary>
internal static class SweepColumns
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<(string Name, Func<SweepPoint, ulong> Value)> All { get; } =
    [
        ("peak_table_bytes", point => point.PeakTableBytes),
        ("final_table_bytes", point => point.FinalTableBytes),
        ("tables_built", point => (ulong)point.TablesBuilt),
        ("tables_freed", point => (ulong)point.TablesFreed),
        ("entries_moved", point => (ulong)point.Moves.Pte),
        ("tables_rehung", point => (ulong)(point.Moves.Pmd + point.Moves.Pud)),
        ("move_ptes_calls", point => (ulong)point.Moves.PieceCalls),
        ("flushes_page", point => (ulong)point.Flushes.Page),
        ("flushes_range", point => (ulong)point.Flushes.Range),
        ("flushes_full", point => (ulong)point.Flushes.Full),
        ("flushes_dcache_page", point => (ulong)point.Flushes.DcachePage),
        ("faults", point => (ulong)point.Faults),
        ("argument_pages", point => (ulong)point.ArgumentPages),
        ("staging_pages", point => (ulong)point.StagingPages),
    ];
}
