using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>walk, tables, maps, arch, demo, and the text of compare.</summary>
public class VerbTests
{
    private static readonly string X86 = CommandLine.Bundled("x86_64/show");
    private static readonly string S390 = CommandLine.Bundled("s390/show");

    // ---- compare ----------------------------------------------------------------------------------------------------

    [Fact]
    public void Compare_draws_what_was_built_moved_and_freed()
    {
        string text = CommandLine.Run("compare", "--arg-bytes", "15000", S390).Output;

        Assert.Contains("""
            region-third table [pgd] 0x0000000000000000-0x000003ffffffffff at 0x4000: built with the address space, freed loading
            ├─    0 segment table [pmd] 0x0000000000000000-0x000000007fffffff at 0x10000: built placing the stack, kept
            │  ├─    4 page table [pte] 0x0000000000400000-0x00000000004fffff at 0x3000: built loading, kept with 1 page
            │  └─ 2047 page table [pte] 0x000000007ff00000-0x000000007fffffff at 0x3800: built placing the stack, 4 entries moved in, kept with 4 pages
            └─ 2047 segment table [pmd] 0x000003ff80000000-0x000003ffffffffff at 0x8000: built copying strings, freed placing the stack
               └─ 2047 page table [pte] 0x000003fffff00000-0x000003ffffffffff at 0x3000: built copying strings, 4 entries moved out, freed placing the stack
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Contains("entries moved one by one        4                    0\n", text, StringComparison.Ordinal);
        Assert.Contains("levels                          3 -> 2               3 -> 2\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Compare_folds_tables_side_by_side_and_tells_those_re_hung()
    {
        string text = CommandLine.Run("compare", "--kernel", "6.1", "--mmu", "la57", "--stack-limit", "unlimited", "--arg-cap", "none", "--arg-bytes", "20m", X86).Output;

        Assert.Matches(@"x PT \[pte\] 0x[0-9a-f]{16}-0x[0-9a-f]{16}: built copying strings, re-hung from 0x[0-9a-f]{16}, kept with \d+ pages", text);
    }

    [Fact]
    public void A_terminal_gets_colours_and_frames()
    {
        CommandLine rich = CommandLine.Run(CommandLine.In() with { OutputIsRich = true, Width = 160 }, "compare", S390);

        Assert.Contains('\u001b', rich.Output);
        Assert.Contains('╭', rich.Output);
        Assert.Contains("segment table [pmd]", rich.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_the_program_belongs_to_it()
    {
        Assert.Equal(4, CommandLine.Run("compare", "--json", "-", X86, "--json", "-", "--help").Json.GetProperty("argc").GetInt32());
        Assert.Equal(2, CommandLine.Run("compare", "--json", "-", "--", X86, "-x").Json.GetProperty("argc").GetInt32());
        Assert.Equal(2, CommandLine.Run("compare", "--json", "-", X86, "--", "@x").Json.GetProperty("argc").GetInt32());
    }

    [Theory]
    [InlineData("10", "4", 4)]      // three of four bytes, and one of two
    [InlineData("8", "4", 3)]
    [InlineData("9", "4", 4)]       // the last is the empty string
    [InlineData("0", "4", 1)]
    public void Synthetic_strings_fill_up_exactly(string bytes, string each, int argc)
    {
        JsonElement report = CommandLine.Run("compare", "--arg-bytes", bytes, "--arg-string", each, "--json", "-", X86).Json;

        Assert.Equal(argc, report.GetProperty("argc").GetInt32());
        ulong p = Convert.ToUInt64(report.GetProperty("ways")[0].GetProperty("stages")[0].GetProperty("p").GetString(), 16);
        ulong top = Convert.ToUInt64(report.GetProperty("stack_top_max").GetString(), 16);
        Assert.Equal(8ul + 2 * ((ulong)X86.Length + 1) + ulong.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture), top - p);
    }

    [Fact]
    public void Argument_bytes_are_those_of_the_host()
    {
        JsonElement report = CommandLine.Run("compare", "--argv0", "ä€", "--execfn", "ö", "--json", "-", X86).Json;

        ulong p = Convert.ToUInt64(report.GetProperty("ways")[0].GetProperty("stages")[0].GetProperty("p").GetString(), 16);
        ulong top = Convert.ToUInt64(report.GetProperty("stack_top_max").GetString(), 16);
        Assert.Equal(8ul + (2 + 1) + (2 + 3 + 1), top - p);     // UTF-8, and NULs
        Assert.Contains(report.GetProperty("ways")[0].GetProperty("user").GetProperty("maps").EnumerateArray(), line => line.GetString()!.EndsWith(" ö", StringComparison.Ordinal));
    }

    // ---- walk -------------------------------------------------------------------------------------------------------

    [Fact]
    public void Walk_tells_every_step_with_both_names()
    {
        CommandLine run = CommandLine.Run("walk", "--json", "-", X86, "0x7fffffffeff8");

        JsonElement walk = Assert.Single(run.Json.GetProperty("walks").EnumerateArray());
        Assert.Equal(["PML4 pgd 255", "PDPT pud 511", "PD pmd 511", "PT pte 510"],
            walk.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("name")} {step.GetProperty("linux")} {step.GetProperty("index")}"));
        // P, W, U, A, D and XD: the stack's page, used by the kernel.
        Assert.EndsWith("67", walk.GetProperty("steps")[3].GetProperty("entry").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("ff8", walk.GetProperty("physical").GetString(), StringComparison.Ordinal);
        Assert.Equal("0000000000000000", walk.GetProperty("bytes").GetString());    // the word at the very top stays zero
    }

    [Theory]
    [InlineData("x86_64/show", "0x7fffffffeff8", "63 XD 1|0 P 1")]
    [InlineData("s390/show", "0x7fffeff8", "5 I 0|3:2 TT 00")]
    [InlineData("alpha/show", "0x11ffffff8", "4 ASM 0|0 V 1")]
    public void Walk_tells_every_bit(string program, string address, string some)
    {
        string[] line = ["walk", "--bits", CommandLine.Bundled(program), address];
        string text = CommandLine.Run(line).Output;
        JsonElement[] steps = [.. CommandLine.Run([.. line, "--json", "-"]).Json.GetProperty("walks")[0].GetProperty("steps").EnumerateArray()];

        string[] told = [.. steps.SelectMany(step => step.GetProperty("fields").EnumerateArray()).Select(field => $"{field.GetProperty("bits")} {field.GetProperty("name")} {field.GetProperty("value")}")];
        Assert.All(some.Split('|'), field => Assert.Contains(field, told));
        foreach (JsonElement field in steps.SelectMany(step => step.GetProperty("fields").EnumerateArray()))
            Assert.Contains(field.GetProperty("meaning").GetString()!, text, StringComparison.Ordinal);
        Assert.DoesNotContain("63  XD", CommandLine.Run([line[0], .. line[2..]]).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x86_64", "0x800000000000", "#GP")]             // not canonical
    [InlineData("x86_64", "0xffffffffffffffff", "#PF")]
    [InlineData("x86_64", "0x500000", "#PF")]
    [InlineData("s390", "0x80000000", "ASCE-type exception")]   // a tree of two levels reaches 2 GiB
    [InlineData("s390x", "0xffffffffffffffff", "ASCE-type exception")]
    [InlineData("s390", "0x0", "segment-translation exception")]
    public void A_fault_is_an_answer_in_the_machines_words(string abi, string address, string name)
    {
        CommandLine run = CommandLine.Run("walk", "--json", "-", CommandLine.Bundled($"{abi}/show"), address);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        JsonElement fault = run.Json.GetProperty("walks")[0].GetProperty("fault");
        Assert.Equal(name, fault.GetProperty("name").GetString());
        Assert.Equal("no area there: SIGSEGV", fault.GetProperty("kernel").GetString());
    }

    [Fact]
    public void A_store_to_code_is_a_fault_that_kills()
    {
        string text = CommandLine.Run("walk", "--access", "write", X86, "0x401000").Output;

        Assert.Contains("the area does not allow it: SIGSEGV", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_the_kernel_fills_shows_the_instruction()
    {
        string text = CommandLine.Run("walk", "--access", "fetch", "--fault-in", X86, "0x4011b0").Output;

        Assert.Contains("  fault  handled first\n", text, StringComparison.Ordinal);
        Assert.Matches("  code   [a-z]", text);
    }

    [Theory]
    [InlineData("walk: ADDRESS is missing; see emulator walk --help")]
    [InlineData("walk: \"7fff\" is no address; write decimal digits, or 0x and hexadecimal digits, of 64 bits", "7fff")]
    [InlineData("walk: \"0x10000000000000000\" is no address; write decimal digits, or 0x and hexadecimal digits, of 64 bits", "0x10000000000000000")]
    [InlineData("walk: there is no option -1; see emulator walk --help", "-1")]
    [InlineData("--access: \"jump\" should be read, write or fetch", "1", "--access", "jump")]
    [InlineData("walk looks at one way at a time; give --way one of in-place or staged", "1", "--way", "both")]
    public void A_wrong_walk(string message, params string[] operands) => CommandLine.Run(["walk", X86, .. operands]).IsRefused(2, message);

    [Fact]
    public void Walk_takes_arguments_of_the_program_behind_two_dashes() =>
        Assert.Equal(3, CommandLine.Run("walk", "--json", "-", X86, "1", "2", "--", "a", "-b").Json.GetProperty("argc").GetInt32());

    [Theory]
    [InlineData("walk", "1")]
    [InlineData("tables")]
    [InlineData("maps")]
    public void A_refused_execve_leaves_nothing_to_look_at(string verb, params string[] operands)
    {
        CommandLine run = CommandLine.Run([verb, "--memory", "8k", "--json", "-", S390, .. operands]);

        Assert.Equal((1, ""), (run.Exit, run.Error));
        Assert.Equal("ENOMEM", run.Json.GetProperty("result").GetString());
        Assert.Contains("fails with ENOMEM", CommandLine.Run([verb, "--memory", "8k", S390, .. operands]).Output, StringComparison.Ordinal);
    }

    // ---- tables -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Tables_are_a_line_each()
    {
        string[] lines = CommandLine.Run("tables", S390).Output.Split('\n');

        Assert.Equal("segment table [pgd]  0x0000000000000000-0x000000007fffffff  0x000000000000c000     2  0x0000000000400000  0x000000007ff00000", lines.Single(line => line.StartsWith("segment", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.StartsWith("page table [pte]", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_range_leaves_out_the_rest()
    {
        JsonElement all = CommandLine.Run("tables", S390, "--format", "json").Json, low = CommandLine.Run("tables", S390, "--format", "json", "--range", "0x400000-0x500000").Json;

        Assert.Equal(3, all.GetProperty("tables").GetArrayLength());
        Assert.Equal(2, low.GetProperty("tables").GetArrayLength());
        Assert.Equal(1, low.GetProperty("tables")[0].GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void Runs_of_pages_are_one_entry_unless_all_are_asked_for()
    {
        JsonElement folded = LeafRuns(), all = LeafRuns("--all");

        Assert.Equal(5, folded.EnumerateArray().Single().GetProperty("count").GetInt32());      // 16384 bytes of strings and the names above them
        Assert.Equal(5, all.GetArrayLength());
        Assert.Contains(" page ", all[0].GetProperty("meaning").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Trees_and_graphs_are_drawn()
    {
        Assert.Contains("└─  2047 page table [pte] 0x000000007ff00000-0x000000007fffffff", CommandLine.Run("tables", "--format", "tree", S390).Output, StringComparison.Ordinal);
        string dot = CommandLine.Run("tables", "--format", "dot", S390).Output;
        Assert.StartsWith("digraph tables {\n", dot, StringComparison.Ordinal);
        Assert.Contains("[label=\"2047\"];", dot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--range: \"5\" should be A-B, both decimal or with 0x", "--range", "5")]
    [InlineData("--range: \"0x20-0x10\" should end above where it begins", "--range", "0x20-0x10")]
    [InlineData("--format: \"pdf\" should be text, tree, svg, html, json or dot", "--format", "pdf")]
    [InlineData("--all and --folded exclude each other; give one of them", "--all", "--folded")]
    public void Wrong_tables(string message, params string[] options) => CommandLine.Run(["tables", .. options, X86]).IsRefused(2, message);

    // ---- maps -------------------------------------------------------------------------------------------------------

    [Fact]
    public void Maps_tell_what_proc_told_of_the_recorded_programs()
    {
        foreach (CsvRow row in CsvTable.Read(Repository.PathOf("tests/oracle/exec.csv")).Rows.Where(row => row["log"] is "x86_64-la48" or "s390x" && row["test"] is "main_64_p1" or "main_32_p1"))
        {
            string program = $"tests/programs/{(row["log"] == "s390x" ? "s390" : "x86")}{row["target"]}";
            long synthetic = row.Decimal("argbytes") - 5 - 2;
            JsonElement figures = CommandLine.Run("maps", "--kernel", "6.1", "--stack-limit", "64m", "--caller", row["caller"], "--env", "A=b", "--execfn", row["target"], "--argv0", row["target"],
                "--arg-bytes", $"{synthetic}", "--json", "-", program, "R").Json.GetProperty("status_bytes");

            Assert.Equal(row.Decimal("VmSize"), figures.GetProperty("VmSize").GetInt64() / 1024);
            Assert.Equal(row.Decimal("VmStk"), figures.GetProperty("VmStk").GetInt64() / 1024);
            Assert.Equal(row.Decimal("done_pgtables_bytes"), figures.GetProperty("VmPTE").GetInt64());
        }
    }

    [Fact]
    public void Maps_look_like_those_of_proc()
    {
        string[] lines = CommandLine.Run("maps", S390).Output.Split('\n');

        Assert.Equal("00400000-00401000 r--p 00000000 00:00 0                                  " + S390, lines[0]);
        Assert.Contains("VmPTE:          4 kB", lines);
    }

    // ---- arch and demo ----------------------------------------------------------------------------------------------

    [Fact]
    public void Arch_lists_every_architecture_and_tells_all_about_one()
    {
        JsonElement list = CommandLine.Run("arch", "--json", "-").Json;
        foreach (JsonElement architecture in list.GetProperty("architectures").EnumerateArray())
        {
            string name = architecture.GetProperty("name").GetString()!;
            JsonElement details = CommandLine.Run("arch", "--json", "-", name).Json;
            Assert.NotEqual(0, details.GetProperty("kernels").GetArrayLength());
            Assert.NotEqual(0, details.GetProperty("entry_bits").GetArrayLength());
            Assert.NotEqual(0, details.GetProperty("sources").GetArrayLength());
            string text = CommandLine.Run("arch", name).Output;
            foreach (JsonElement abi in details.GetProperty("abis").EnumerateArray())
                Assert.Contains($"  {abi.GetProperty("name"),-8} STACK_TOP 0x", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Arch_names_levels_as_the_manual_and_as_linux_does()
    {
        string text = CommandLine.Run("arch", "s390").Output;

        Assert.Contains("region-third table [pud, pgd as top]          11     2048            8        16384            2 GiB           4 TiB  no\n", text, StringComparison.Ordinal);
        Assert.Contains("page table [pte]                               8      256            8         2048            4 KiB           1 MiB  yes\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Demo_shows_every_userland_with_a_program()
    {
        CommandLine run = CommandLine.Run("demo");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("s390     2.6.32  dat      4k  3 -> 2      5       3      4       0      2       0       53248   36864  yes\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("s390, Linux 2.6.32, in-place\n", run.Output, StringComparison.Ordinal);
        JsonElement[] runs = [.. CommandLine.Run("demo", "--json", "-").Json.GetProperty("runs").EnumerateArray()];
        HashSet<string?> abis = [.. runs.Select(report => report.GetProperty("abi").GetString())];
        Assert.Superset(new HashSet<string?>(["x86_64", "i386", "s390x", "s390", "sparc64", "sparc32", "ppc64", "ppc32", "alpha"]), abis);
        Assert.All(runs, report => Assert.True(report.GetProperty("same_user_view").GetBoolean()));
    }

    private static JsonElement LeafRuns(params string[] options) =>
        CommandLine.Run(["tables", "--json", "-", "--arg-bytes", "16384", "--range", "0x7ff00000-0x80000000", .. options, S390]).Json
            .GetProperty("tables").EnumerateArray().Single(table => table.GetProperty("linux").GetString() == "pte").GetProperty("runs");
}
