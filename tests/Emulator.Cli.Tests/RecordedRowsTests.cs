using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Recorded rows, asked for as a user would: the whole way from options to JSON. All go through one batch.</summary>
public class RecordedRowsTests
{
    private const int Every = 1;

    private static readonly Dictionary<string, (string Arch, string Folder)> Modelled = new()
    {
        ["x86_64-la48"] = ("amd64", "x86"),
        ["x86_64-la57"] = ("amd64", "x86"),
        ["s390x"] = ("s390", "s390"),
    };

    private static readonly List<CsvRow> Rows =
        [.. CsvTable.Read(Repository.PathOf("tests/oracle/exec.csv")).Rows.Where(row => Modelled.ContainsKey(row["log"])).Where((_, index) => index % Every == 0)];

    [Fact]
    public void A_batch_of_recorded_rows_gives_the_recorded_counters()
    {
        string requests = string.Join('\n', Rows.Select((row, index) => JsonSerializer.Serialize(new { id = index, args = ArgumentsOf(row) })));

        CommandLine run = CommandLine.Run(CommandLine.In(input: requests), "batch", "-");

        Assert.Equal("", run.Error);
        JsonElement[] answers = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Rows.Count, answers.Length);
        Assert.True(Rows.Count > 10, "too few rows to mean anything");
        List<string> differences = [];
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.Equal(i, answers[i].GetProperty("id").GetInt32());
            Compare(Rows[i], answers[i], differences);
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string[] ArgumentsOf(CsvRow row)
    {
        (string arch, string folder) = Modelled[row["log"]];
        string target = row["target"];
        long synthetic = row.Decimal("argbytes") - target.Length - 1 - "R\0".Length;
        return
        [
            "compare", "--arch", arch, "--kernel", "6.1", "--mmu", row["log"] == "x86_64-la57" ? "la57" : row["log"] == "x86_64-la48" ? "la48" : "dat",
            "--way", "in-place", "--caller", row["caller"], "--stack-limit", $"0x{row.Hex("rlim"):x}", "--env", "A=b", "--execfn", target, "--argv0", target,
            "--arg-bytes", $"{synthetic}", "--arg-string", row["slen"], "--memory", "256m", "--json", "-",
            $"tests/programs/{folder}/{(target.Contains("64", StringComparison.Ordinal) ? "t64" : "t32")}", "R",
        ];
    }

    private static void Compare(CsvRow row, JsonElement answer, List<string> differences)
    {
        void Same(string what, object expected, object? found)
        {
            if (expected.ToString() != found?.ToString())
                differences.Add($"{row} {row["log"]} {row["test"]} {what}: recorded {expected}, reported {found}");
        }
        JsonElement way = answer.GetProperty("report").GetProperty("ways")[0];
        if (row["result"] != "ok")
        {
            Same("exit", 1, answer.GetProperty("exit"));
            Same("errno", row["result"] == "errno7" ? "E2BIG" : row["result"], way.GetProperty("result"));
            return;
        }
        Same("exit", 0, answer.GetProperty("exit"));
        (string Recorded, string Reported)[] stages = [("copied", "copied"), ("sapin", "setup_in"), ("sapout", "setup_out"), ("done", "start")];
        foreach ((string recorded, string reported) in stages)
        {
            JsonElement stage = way.GetProperty("stages").EnumerateArray().Single(candidate => candidate.GetProperty("name").GetString() == reported);
            foreach (string level in new[] { "p4d", "pud", "pmd", "pte" })
            {
                Same($"{recorded}_a_{level}", row.Decimal($"{recorded}_a_{level}"), stage.GetProperty("allocated").GetProperty(level));
                Same($"{recorded}_f_{level}", row.Decimal($"{recorded}_f_{level}"), stage.GetProperty("freed").GetProperty(level));
            }
            Same($"{recorded}_pgtables_bytes", row.Decimal($"{recorded}_pgtables_bytes"), stage.GetProperty("pgtables_bytes"));
            Same($"{recorded}_faults", row.Decimal($"{recorded}_faults"), stage.GetProperty("faults"));
            Same($"{recorded}_anon", row.Decimal($"{recorded}_anon"), stage.GetProperty("anon_pages"));
            Same($"{recorded}_p", $"0x{row.Hex($"{recorded}_p"):x}", stage.GetProperty("p").GetString());
        }
        Same("mvpte", row.Decimal("mvpte"), way.GetProperty("moved").GetProperty("pte"));
        Same("mvpmd", row.Decimal("mvpmd"), way.GetProperty("moved").GetProperty("pmd"));
        Same("mvpud", row.Decimal("mvpud"), way.GetProperty("moved").GetProperty("pud"));
        Same("mptes", row.Decimal("mptes"), way.GetProperty("move_ptes_calls"));
        Same("shift", $"0x{row.Hex("shift"):x}", way.GetProperty("shift").GetString());
        Same("stm", $"0x{row.Hex("stm"):x}", answer.GetProperty("report").GetProperty("stack_top_max").GetString());
        Same("st", $"0x{row.Hex("st"):x}", answer.GetProperty("report").GetProperty("stack_top").GetString());
        Same("argc", row.Decimal("argc"), answer.GetProperty("report").GetProperty("argc"));
        Same("child_sp", $"0x{row.Hex("child_sp"):x}", way.GetProperty("user").GetProperty("sp").GetString());
        Same("child_argv", $"0x{row.Hex("child_argv"):x}", way.GetProperty("user").GetProperty("argv").GetString());
        Same("child_envp", $"0x{row.Hex("child_envp"):x}", way.GetProperty("user").GetProperty("envp").GetString());
        Same("child_auxv", $"0x{row.Hex("child_auxv"):x}", way.GetProperty("user").GetProperty("auxv_at").GetString());
    }
}
