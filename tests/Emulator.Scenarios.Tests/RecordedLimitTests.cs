using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>The exact largest argument size that the recorded kernels did not refuse, and what came above it.</summary>
public class RecordedLimitTests
{
    private static readonly CsvTable Rows = CsvTable.Read(Repository.PathOf("tests/oracle/limits.csv"));

    public static TheoryData<int> AllRows()
    {
        TheoryData<int> lines = [];
        foreach (CsvRow row in Rows.Rows)
            lines.Add(row.LineNumber);
        return lines;
    }

    [Theory]
    [MemberData(nameof(AllRows))]
    public void Largest_argument_size_not_refused_is_the_recorded_one(int line)
    {
        CsvRow row = Rows.Rows.Single(candidate => candidate.LineNumber == line);
        long largest = row.Decimal("max_argv_bytes");
        bool dies = row["name"].StartsWith("limE", StringComparison.Ordinal);

        foreach (string way in (string[])["in-place", "staged"])
        {
            ExecResult at = Run(row, largest, way), above = Run(row, largest + 1, way);

            if (dies)
            {
                // Strings fill the stack limit exactly: not refused, but create_elf_tables() finds no room and the task is killed.
                Assert.True(at.Killed == Signal.SIGSEGV && at.Error == Errno.EFAULT, $"{row} {way}: {at.Error} {at.Killed} {at.Reason}");
            }
            else
            {
                Assert.True(at.Succeeded, $"{row} {way}: {at.Error} {at.Reason}");
                Assert.Equal(row.Decimal("argc"), at.ArgumentCount);
            }
            Assert.True((long)above.Error == row.Decimal("err_above") && above.Killed == Signal.None, $"{row} {way}, one byte more: {above.Error} {above.Killed} {above.Reason}");
        }
    }

    private static ExecResult Run(CsvRow row, long argumentBytes, string way)
    {
        using Machine machine = Recorded.Architecture(row).CreateMachine(Recorded.Machine(row), null);
        return machine.Execute(Recorded.Request(row, "Q", argumentBytes), way);
    }
}
