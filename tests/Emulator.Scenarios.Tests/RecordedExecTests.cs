using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Every recorded execve of the modelled machines, counter by counter at every stage.</summary>
public class RecordedExecTests
{
    private static readonly CsvTable Rows = CsvTable.Read(Repository.PathOf("tests/oracle/exec.csv"));

    private static readonly ILookup<(string Log, string Test), CsvRow> Children =
        CsvTable.Read(Repository.PathOf("tests/oracle/child.csv")).Rows.ToLookup(row => (row["log"], row["test"]));

    public static TheoryData<int> AllRows()
    {
        TheoryData<int> lines = [];
        foreach (CsvRow row in Rows.Rows)
            lines.Add(row.LineNumber);
        return lines;
    }

    [Theory]
    [MemberData(nameof(AllRows))]
    public void In_place_execve_equals_the_recorded_kernel(int line)
    {
        CsvRow row = Rows.Rows.Single(candidate => candidate.LineNumber == line);
        using Machine machine = Recorded.Architecture(row).CreateMachine(Recorded.Machine(row), null);

        ExecResult result = machine.Execute(Recorded.Request(row, "R", row.Decimal("argbytes")), "in-place");

        List<string> differences = [];
        void Compare(string what, object expected, object found)
        {
            if (!Equals(expected.ToString(), found.ToString()))
                differences.Add($"{what}: recorded {expected}, modelled {found}");
        }
        if (row["result"] != "ok")
        {
            Compare("errno", row["result"], $"errno{(int)result.Error}");
            Assert.True(differences.Count == 0, $"{row}: {string.Join("; ", differences)}");
            return;
        }
        Assert.True(result.Succeeded, $"{row}: {result.Error} {result.Reason}");
        CompareStages(row, result, Compare);
        Compare("mvpte", row.Decimal("mvpte"), result.Moves.Pte);
        Compare("mvpmd", row.Decimal("mvpmd"), result.Moves.Pmd);
        Compare("mvpud", row.Decimal("mvpud"), result.Moves.Pud);
        Compare("mptes", row.Decimal("mptes"), result.Moves.PieceCalls);
        Compare("shift", row.Hex("shift"), result.ShiftBytes);
        Compare("stm", row.Hex("stm"), result.StackTopMax);
        Compare("st", row.Hex("st"), result.StackTop);
        Compare("argc", row.Decimal("argc"), result.ArgumentCount);
        UserView user = result.User!;
        Compare("child_sp", row.Hex("child_sp"), user.StackPointer);
        Compare("child_argv", row.Hex("child_argv"), user.Argv);
        Compare("child_envp", row.Hex("child_envp"), user.Envp);
        Compare("child_auxv", row.Hex("child_auxv"), user.AuxvAt);
        Compare("child_argv0", row.Hex("child_argv0"), user.Argv0);
        CompareChild(row, user, Compare);
        Assert.True(differences.Count == 0, $"{row} {row["log"]} {row["test"]}: {string.Join("; ", differences)}");
    }

    private static void CompareStages(CsvRow row, ExecResult result, Action<string, object, object> compare)
    {
        string[] names = ["copied", "sapin", "sapout", "done"];
        Assert.Equal(names.Length, result.Stages.Length);
        for (int i = 0; i < names.Length; i++)
        {
            string stage = names[i];
            ExecStage found = result.Stages[i];
            compare($"{stage}_a_pgd", row.Decimal($"{stage}_a_pgd"), found.Allocated.Pgd);
            (string Level, long Allocated, long Freed)[] levels =
            [
                ("p4d", found.Allocated.P4d, found.Freed.P4d), ("pud", found.Allocated.Pud, found.Freed.Pud),
                ("pmd", found.Allocated.Pmd, found.Freed.Pmd), ("pte", found.Allocated.Pte, found.Freed.Pte),
            ];
            foreach ((string level, long allocated, long freed) in levels)
            {
                compare($"{stage}_a_{level}", row.Decimal($"{stage}_a_{level}"), allocated);
                compare($"{stage}_f_{level}", row.Decimal($"{stage}_f_{level}"), freed);
            }
            compare($"{stage}_pgtables_bytes", row.Decimal($"{stage}_pgtables_bytes"), found.PgtablesBytes);
            compare($"{stage}_faults", row.Decimal($"{stage}_faults"), found.Faults);
            compare($"{stage}_anon", row.Decimal($"{stage}_anon"), found.AnonymousPages);
            compare($"{stage}_fragpages_pte", row.Decimal($"{stage}_fragpages_pte"), found.FragmentPages - found.FragmentPagesOfPmd);
            compare($"{stage}_fragpages_pmd", row.Decimal($"{stage}_fragpages_pmd"), found.FragmentPagesOfPmd);
            compare($"{stage}_p", row.Hex($"{stage}_p"), found.P);
        }
    }

    /// <summary>What the started program saw: auxv in order and value, and its mappings.</summary>
    private static void CompareChild(CsvRow row, UserView user, Action<string, object, object> compare)
    {
        List<CsvRow> child = [.. Children[(row["log"], row["test"])]];
        List<CsvRow> auxv = [.. child.Where(entry => entry["what"].StartsWith("aux", StringComparison.Ordinal) && char.IsDigit(entry["what"][3]))];
        Assert.NotEmpty(auxv);
        compare("auxv order", string.Join(' ', auxv.Select(entry => entry["what"][3..])), string.Join(' ', user.Auxv.Select(entry => entry.Type)));
        foreach ((CsvRow recorded, AuxEntry found) in auxv.Zip(user.Auxv))
            compare(found.Name, recorded.Hex("value"), found.Value);
        // Device, inode and page-cache path are the recording machine's own; ranges, rights, offsets and names are the kernel's.
        string[] maps = [.. child.Where(entry => entry["what"] == "map").Select(entry => Simplify(entry["value"]))];
        compare("maps", string.Join('\n', maps), string.Join('\n', user.Maps.Select(Simplify)));
    }

    private static string Simplify(string line)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', parts[0], parts[1], parts[2], parts.Length > 5 ? parts[5] : "");
    }
}
