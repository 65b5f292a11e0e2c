using System.Text.Json;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>The JSON of <c>compare</c>, which other programs rely on.</summary>
public class CompareJsonTests
{
    private static readonly string[] TopKeys =
        ["schema", "arch", "abi", "kernel", "mmu", "page_bytes", "caller_abi", "program", "argc", "stack_limit_bytes", "stack_top_max", "stack_top", "ways", "same_user_view"];

    private static readonly string[] WayKeys =
        ["way", "result", "stages", "shift", "moved", "move_ptes_calls", "peak_table_bytes", "final_table_bytes", "staging_pages", "flushes", "user"];

    private static readonly string[] StageKeys =
        ["name", "p", "allocated", "freed", "pgtables_bytes", "table_bytes", "depth", "faults", "anon_pages", "fragment_pages"];

    private static readonly string[] UserKeys = ["sp", "pc", "argc", "argv", "envp", "auxv_at", "auxv", "maps", "stack_sha256"];

    private static readonly string[] Levels = ["pgd", "p4d", "pud", "pmd", "pte"];

    [Theory]
    [InlineData("x86_64", "2.6.32", "la48")]
    [InlineData("x86_64", "6.1", "la57")]
    [InlineData("i386", "2.6.32", "la48")]
    [InlineData("s390x", "6.1", "dat")]
    [InlineData("s390", "2.6.32", "dat")]
    public void Every_key_of_the_contract_is_there(string abi, string kernel, string mmu)
    {
        CommandLine run = CommandLine.Run("compare", "--kernel", kernel, "--mmu", mmu, "--way", "all", "--json", "-", CommandLine.Bundled($"{abi}/show"), "one", "two");

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Exit);
        JsonElement report = run.Json;
        HasKeys(report, TopKeys);
        Assert.Equal("emulator.exec/1", report.GetProperty("schema").GetString());
        Assert.Equal(abi, report.GetProperty("abi").GetString());
        Assert.Equal(kernel, report.GetProperty("kernel").GetString());
        Assert.Equal(mmu, report.GetProperty("mmu").GetString());
        Assert.Equal(4096, report.GetProperty("page_bytes").GetInt32());
        Assert.Equal(3, report.GetProperty("argc").GetInt32());
        Assert.Equal(8388608, report.GetProperty("stack_limit_bytes").GetInt64());
        HasKeys(report.GetProperty("program"), ["path", "class", "machine", "entry"]);
        IsAddress(report.GetProperty("stack_top_max"));
        IsAddress(report.GetProperty("stack_top"));
        Assert.True(report.GetProperty("same_user_view").GetBoolean());
        JsonElement[] ways = [.. report.GetProperty("ways").EnumerateArray()];
        Assert.Equal(["fixed", "in-place", "staged"], ways.Select(way => way.GetProperty("way").GetString()));
        foreach (JsonElement way in ways)
            HoldWay(way);
    }

    [Theory]
    [InlineData("2.6.32", "SIGKILL")]
    [InlineData("6.1", "SIGSEGV")]
    public void A_stack_is_not_moved_upwards(string kernel, string signal)
    {
        // find_vma() finds no area where the stack would begin: -EFAULT, behind the point of no return.
        JsonElement way = CommandLine.Run("compare", "--kernel", kernel, "--stack-top-max", "0x10000000", "--json", "-", CommandLine.Bundled("i386/show")).IsModelledFailure("EFAULT").GetProperty("ways")[0];

        Assert.Equal(signal, way.GetProperty("killed").GetString());
        Assert.Contains("the kernel moves a stack downwards only", way.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Thirty_one_bit_task_pays_for_a_high_branch_only_in_place()
    {
        JsonElement report = CommandLine.Run("compare", "--arg-bytes", "15000", "--json", "-", CommandLine.Bundled("s390/show")).Json;

        JsonElement inPlace = report.GetProperty("ways")[0], staged = report.GetProperty("ways")[1];
        Assert.Equal(5, Tables(inPlace, "setup_out", "allocated"));     // a top table, and a segment and a page table at both places
        Assert.Equal(2, Tables(inPlace, "setup_out", "freed"));         // those near 4 TiB
        Assert.Equal(4, inPlace.GetProperty("moved").GetProperty("pte").GetInt32());
        Assert.Equal("0x3ff80000000", inPlace.GetProperty("shift").GetString());     // 4 TiB - 2 GiB
        Assert.Equal(3, Tables(staged, "setup_out", "allocated"));
        Assert.Equal(0, Tables(staged, "setup_out", "freed"));
        Assert.Equal(0, staged.GetProperty("moved").GetProperty("pte").GetInt32());
        foreach (JsonElement way in new[] { inPlace, staged })
        {
            // crst_table_downgrade(): the top table goes when the program starts.
            Assert.Equal(1, Stage(way, "start").GetProperty("freed").GetProperty("pgd").GetInt32());
            JsonElement change = Assert.Single(way.GetProperty("depth_events").EnumerateArray());
            Assert.Equal(("start", 3, 2), (change.GetProperty("stage").GetString(), change.GetProperty("from").GetInt32(), change.GetProperty("to").GetInt32()));
        }
    }

    [Fact]
    public void A_failed_way_has_an_errno_and_the_stages_it_reached()
    {
        CommandLine run = CommandLine.Run("compare", "--stack-limit", "1m", "--arg-bytes", "2m", "--json", "-", CommandLine.Bundled("x86_64/show"));

        JsonElement report = run.IsModelledFailure("E2BIG");
        foreach (JsonElement way in report.GetProperty("ways").EnumerateArray())
        {
            Assert.Equal(0, way.GetProperty("stages").GetArrayLength());
            Assert.False(way.TryGetProperty("killed", out _));
        }
        Assert.True(report.GetProperty("same_user_view").GetBoolean());
    }

    [Fact]
    public void A_failure_behind_the_point_of_no_return_names_the_signal()
    {
        // Strings fill the stack limit exactly, so create_elf_tables() cannot grow the stack (the limE rows of the oracle).
        CommandLine run = CommandLine.Run("compare", "--kernel", "6.1", "--stack-limit", "64k", "--execfn", "/q64", "--argv0", "/q64", "--env", "A=b",
            "--arg-bytes", $"{65519 - 5 - 2}", "--json", "-", "tests/programs/x86/t64", "Q");

        JsonElement report = run.IsModelledFailure("EFAULT");
        Assert.All(report.GetProperty("ways").EnumerateArray(), way => Assert.Equal("SIGSEGV", way.GetProperty("killed").GetString()));
    }

    [Fact]
    public void An_unlimited_stack_is_the_largest_number()
    {
        JsonElement report = CommandLine.Run("compare", "--stack-limit", "unlimited", "--json", "-", CommandLine.Bundled("x86_64/tiny")).Json;

        Assert.Equal(ulong.MaxValue, report.GetProperty("stack_limit_bytes").GetUInt64());
    }

    [Fact]
    public void One_way_alone_is_like_itself()
    {
        JsonElement report = CommandLine.Run("compare", "--way", "staged", "--json", "-", CommandLine.Bundled("i386/show")).Json;

        Assert.True(report.GetProperty("same_user_view").GetBoolean());
        Assert.Single(report.GetProperty("ways").EnumerateArray());
    }

    [Fact]
    public void A_report_to_a_file_leaves_the_text_on_standard_output()
    {
        using Testing.TemporaryDirectory directory = new();
        string file = directory.PathOf("report.json");

        CommandLine text = CommandLine.Run("compare", "--json", file, CommandLine.Bundled("i386/show"));
        CommandLine json = CommandLine.Run("compare", "--json", "-", CommandLine.Bundled("i386/show"));

        Assert.Equal(json.Output, File.ReadAllText(file));
        Assert.StartsWith(CommandLine.Bundled("i386/show"), text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare", "--seed", "7", "--way", "all")]
    [InlineData("compare", "--seed", "7", "--way", "all", "--json", "-")]
    [InlineData("tables", "--all")]
    [InlineData("maps", "--seed", "3")]
    public void The_same_command_says_the_same_byte_for_byte(string verb, params string[] options)
    {
        string[] args = [verb, .. options, CommandLine.Bundled("s390/show")];

        Assert.Equal(CommandLine.Run(args), CommandLine.Run(args));
    }

    [Fact]
    public void Seeds_make_a_difference_and_ways_see_the_same_draw()
    {
        JsonElement first = CommandLine.Run("compare", "--seed", "1", "--json", "-", CommandLine.Bundled("x86_64/show")).Json;
        JsonElement second = CommandLine.Run("compare", "--seed", "2", "--json", "-", CommandLine.Bundled("x86_64/show")).Json;

        Assert.True(first.GetProperty("same_user_view").GetBoolean());
        Assert.NotEqual(first.GetProperty("ways")[0].GetProperty("user").GetProperty("sp").GetString(), second.GetProperty("ways")[0].GetProperty("user").GetProperty("sp").GetString());
    }

    [Theory]
    [InlineData("x86_64/show", "2.6.32")]
    [InlineData("i386/show", "6.1")]
    [InlineData("s390x/show", "6.1")]
    public void No_draw_makes_the_ways_different(string program, string kernel)
    {
        // Some draws leave a page between strings and vectors that nobody touches.
        for (int seed = 0; seed < 60; seed++)
        {
            CommandLine run = CommandLine.Run("compare", "--kernel", kernel, "--seed", $"{seed}", "--json", "-", CommandLine.Bundled(program));
            Assert.Equal((0, ""), (run.Exit, run.Error));
        }
    }

    private static void HoldWay(JsonElement way)
    {
        HasKeys(way, WayKeys);
        Assert.Equal("ok", way.GetProperty("result").GetString());
        IsAddress(way.GetProperty("shift"));
        HasKeys(way.GetProperty("moved"), ["pte", "pmd", "pud"]);
        HasKeys(way.GetProperty("flushes"), ["page", "range", "full", "dcache_page"]);
        JsonElement[] stages = [.. way.GetProperty("stages").EnumerateArray()];
        Assert.Equal(["copied", "setup_in", "setup_out", "start"], stages.Select(stage => stage.GetProperty("name").GetString()));
        foreach (JsonElement stage in stages)
        {
            HasKeys(stage, StageKeys);
            IsAddress(stage.GetProperty("p"));
            HasKeys(stage.GetProperty("allocated"), Levels);
            HasKeys(stage.GetProperty("freed"), Levels);
        }
        JsonElement user = way.GetProperty("user");
        HasKeys(user, UserKeys);
        foreach (string address in new[] { "sp", "pc", "argv", "envp", "auxv_at" })
            IsAddress(user.GetProperty(address));
        HasKeys(user.GetProperty("auxv")[0], ["type", "name", "value"]);
        Assert.Equal(64, user.GetProperty("stack_sha256").GetString()!.Length);
    }

    /// <summary>Holds that the keys are there, in this order; others may stand between.</summary>
    private static void HasKeys(JsonElement element, string[] keys) =>
        Assert.Equal(keys, element.EnumerateObject().Select(property => property.Name).Where(keys.Contains));

    private static void IsAddress(JsonElement element) => Assert.Matches("^0x[0-9a-f]+$", element.GetString());

    private static JsonElement Stage(JsonElement way, string name) => way.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("name").GetString() == name);

    private static int Tables(JsonElement way, string stage, string counts) => Stage(way, stage).GetProperty(counts).EnumerateObject().Sum(level => level.Value.GetInt32());
}
