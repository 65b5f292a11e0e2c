using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>
/// Every row of the model made from the kernels' sources (tests/oracle/expected_tables.py): page-table work of both ways,
/// both kernels, with and without randomisation.
/// </summary>
public class ExpectedTablesTests
{
    private static readonly CsvTable Rows = CsvTable.Read(Repository.PathOf("tests/oracle/expected_tables.csv"));

    public static TheoryData<int> AllRows()
    {
        TheoryData<int> lines = [];
        foreach (CsvRow row in Rows.Rows)
            lines.Add(row.LineNumber);
        return lines;
    }

    [Theory]
    [MemberData(nameof(AllRows))]
    public void Both_ways_do_the_table_work_of_the_row(int line)
    {
        CsvRow row = Rows.Rows.Single(candidate => candidate.LineNumber == line);
        ExecResult inPlace = Run(row, "in-place", softDirty: false, shallow: false, out Recorder inPlaceEvents);
        ExecResult staged = Run(row, "staged", softDirty: false, shallow: false, out _);

        Assert.True(inPlace.Succeeded, $"{row}: {inPlace.Error} {inPlace.Reason}");
        Assert.True(staged.Succeeded, $"{row}: {staged.Error} {staged.Reason}");
        List<string> differences = [];
        void Compare(string column, object found)
        {
            string expected = row[column];
            if (expected.Length > 0 && expected != found.ToString())
                differences.Add($"{column}: expected {expected}, found {found}");
        }
        CompareInPlace(row, inPlace, inPlaceEvents, Compare);
        CompareStaged(row, staged, Compare);
        Assert.True(inPlace.User!.MemorySha256 == staged.User!.MemorySha256, "the program could tell the ways apart");
        Assert.True(differences.Count == 0, $"{row} {row["kernel"]} {row["arch"]} {row["mode"]} {row["size"]} rnd {row["rnd_pages"]}: {string.Join("; ", differences)}");
    }

    private static void CompareInPlace(CsvRow row, ExecResult result, Recorder events, Action<string, object> compare)
    {
        ExecStage high = result.Stages[1], placed = result.Stages[2], start = result.Stages[3];
        compare("shift", $"0x{result.ShiftBytes:x}");
        compare("stack_top_max", $"0x{result.StackTopMax:x}");
        (string Level, long High, long Placed, long Freed, long Rehung)[] levels =
        [
            ("pte", high.Allocated.Pte, placed.Allocated.Pte, placed.Freed.Pte, result.Moves.Pmd),
            ("pmd", high.Allocated.Pmd, placed.Allocated.Pmd, placed.Freed.Pmd, result.Moves.Pud),
            ("pud", high.Allocated.Pud, placed.Allocated.Pud, placed.Freed.Pud, 0),
            ("p4d", high.Allocated.P4d, placed.Allocated.P4d, placed.Freed.P4d, 0),
        ];
        long[] peaks = PeakTables(events, result.Stages[0].Depth);
        for (int i = 0; i < levels.Length; i++)
        {
            (string level, long atHigh, long atPlaced, long freed, long rehung) = levels[i];
            compare($"b_high_{level}", atHigh);
            compare($"b_move_alloc_{level}", atPlaced - atHigh);
            compare($"b_moved_whole_{level}", rehung);
            compare($"b_freed_{level}", freed);
            compare($"b_peak_{level}", peaks[i]);
            compare($"b_final_{level}", atPlaced - freed);
        }
        compare("b_tables_allocated", placed.Allocated.Total - placed.Allocated.Pgd);
        compare("b_tables_freed", placed.Freed.Total - placed.Freed.Pgd);
        compare("b_table_bytes_high", high.TableBytes);
        compare("b_table_bytes_peak", placed.PeakTableBytes);
        compare("b_table_bytes_final", placed.TableBytes);
        compare("proc_VmPTE_bytes_high", high.PgtablesBytes);
        compare("proc_VmPTE_bytes_final", placed.PgtablesBytes);
        compare("depth_while_high", high.Depth);
        compare("depth_at_entry", start.Depth);
        compare("b_minflt_in_exec", high.Faults);
        compare("n_pages", result.ArgumentPages);
        compare("b_pte_moves", result.Moves.Pte);
        compare("b_move_ptes_calls", result.Moves.PieceCalls);
        compare("b_pmd_moves", result.Moves.Pmd);
        compare("b_tlb_page_flushes", result.Flushes.Page);
        compare("b_tlb_range_flushes", result.Flushes.Range);
        compare("b_tlb_full_flushes", result.Flushes.Full);
        compare("b_mprotect_ptes", result.ProtectedEntries);
        if (row["b_mprotect_ptes_softdirty"].Length > 0)
            compare("b_mprotect_ptes_softdirty", Run(row, "in-place", softDirty: true, shallow: false, out _).ProtectedEntries);
        // What start_thread31() frees is one region-third table of 16 KiB; nothing on other rows.
        compare("s390_downgrade_frees_bytes", (start.Freed.Pgd - placed.Freed.Pgd) * 16384);
    }

    private static void CompareStaged(CsvRow row, ExecResult result, Action<string, object> compare)
    {
        ExecStage placed = result.Stages[2];
        compare("c_pte", placed.Allocated.Pte);
        compare("c_pmd", placed.Allocated.Pmd);
        compare("c_pud", placed.Allocated.Pud);
        compare("c_p4d", placed.Allocated.P4d);
        compare("c_tables_allocated", placed.Allocated.Total - placed.Allocated.Pgd);
        compare("c_table_bytes", placed.TableBytes);
        compare("c_chunk_pages", result.StagingPages);
        compare("c_minflt_in_exec", placed.Faults);
        Assert.Equal(0, placed.Freed.Total);
        Assert.Equal(default, result.Moves);
        // A what-if of the model: an address space that is born with the depth its program needs.
        ExecResult shallow = Run(row, "staged", softDirty: false, shallow: true, out _);
        compare("c_table_bytes_direct_depth", shallow.Stages[2].TableBytes);
    }

    /// <summary>Most tables of each level below the top that lived at once until the stack was in place.</summary>
    private static long[] PeakTables(Recorder events, int depth)
    {
        long[] live = new long[8], peak = new long[8];
        foreach (TraceEvent happened in events.Events)
        {
            if (happened.Kind == TraceEventKind.StageReached && happened.Detail == (ulong)ExecStageName.SetupOut)
                break;
            live[happened.Level] += happened.Kind switch { TraceEventKind.TableBuilt => 1, TraceEventKind.TableFreed => -1, _ => 0 };
            peak[happened.Level] = Math.Max(peak[happened.Level], live[happened.Level]);
        }
        for (int level = depth - 1; level < 8; level++)
            peak[level] = 0;
        return peak[..4];
    }

    private static ExecResult Run(CsvRow row, string way, bool softDirty, bool shallow, out Recorder recorder)
    {
        string variant = row["arch"], family = variant.Split('-')[0], mode = row["mode"];
        Architecture architecture = Recorded.Registry.Find(family)!;
        bool s390 = family == "s390";
        MachineOptions options = new()
        {
            Kernel = row["kernel"],
            PageBytes = (int)row.Decimal("page_size"),
            Mmu = variant.EndsWith("hash", StringComparison.Ordinal) ? "hash" : variant.EndsWith("la57", StringComparison.Ordinal) ? "la57" : null,
            // The rows take a caller of the program's own ABI (A10).
            CallerAbi = mode switch { "sparc32" or "ppc32" => mode, "i386" or "i386-3GB" => "i386", "31" => "s390", _ => null },
            Personality = mode == "i386-3GB" ? Personality.AddrLimit3Gb : Personality.None,
            VdsoPages = s390 && row["kernel"] == "6.1" ? 4 : null,      // the rows' assumption A8
            MemoryBytes = 1 << 30,
            SoftDirty = softDirty,
            ShallowAddressSpaces = shallow && s390 && mode == "31",
        };
        recorder = new Recorder();
        using Machine machine = architecture.CreateMachine(options, recorder);
        string target = mode == "64" ? "/t64" : "/t32";
        ulong page = (ulong)options.PageBytes;
        // N pages hold N * page size - 8 bytes of file name, environment and argument strings.
        long strings = row.Decimal("n_pages") * (long)page - 8 - (target.Length + 1) - "A=b\0".Length;
        ExecRequest request = Recorded.Request(family switch { "amd64" => "x86", "ppc64" => "ppc", "sparc64" => "sparc", _ => family }, target, "R", strings, 32 * (long)page, ulong.MaxValue, options.CallerAbi) with
        {
            StackRandomPages = (ulong)row.Decimal("rnd_pages"),
            LiftArgumentCap = true,
            // Randomisation is on where the row draws a place for the stack; everything else stays put.
            Personality = options.Personality,
        };
        return machine.Execute(request, way);
    }
}
