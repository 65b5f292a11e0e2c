using System.Text.Json;
using Emulator.Guests;
using Emulator.Judges;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>run --stats</c>, <c>--tlb-model</c> and <c>--json</c>, on real programs of alpha.</summary>
public class RunStatisticsTests
{
    private static readonly string[] Engines = ["interpret", "tiered", "translate"];

    // What depends on how instructions are done, and on nothing else; and how long it took.
    private static readonly string[] OfTheEngine = ["interpreted_instructions", "translated_instructions", "regions", "region_entries", "region_exits", "acceleration_tlb_misses", "walks", "blocks", "decoded_instructions", "operations", "code_stores", "time_ns"];

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("exec")]
    [InlineData("processes")]
    [InlineData("memory")]
    [InlineData("changing")]
    [InlineData("threads")]
    [InlineData("faults-alpha")]
    public void All_engines_count_the_same(string program)
    {
        string[] told = [.. Engines.Select(engine => Without(Report(engine, program, "--tlb-model", "--stats")))];

        Assert.Equal(told[0], told[1]);
        Assert.Equal(told[0], told[2]);
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64")]
    [InlineData("i386")]
    [InlineData("alpha")]
    public void With_every_block_translated_next_to_nothing_is_interpreted(string userland)
    {
        JsonElement report = GuestCommand.Report("--engine", "translate", GuestBuilder.Benchmark(Userland.Named(userland), "dhry"), "1");

        Assert.InRange(report.GetProperty("interpreted_instructions").GetInt64(), 0, report.GetProperty("instructions").GetInt64() / 100);
        Assert.Equal(report.GetProperty("instructions").GetInt64(), report.GetProperty("interpreted_instructions").GetInt64() + report.GetProperty("translated_instructions").GetInt64());
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("memory")]
    [InlineData("changing")]
    public void What_is_modelled_changes_nothing_else(string program)
    {
        JsonElement plain = Report("interpret", program), modelled = Report("interpret", program, "--tlb-model");

        Assert.False(plain.TryGetProperty("tlb", out _));
        Assert.True(modelled.TryGetProperty("tlb", out _));
        foreach (string key in new[] { "instructions", "blocks", "decoded_instructions", "page_faults", "system_calls", "switches", "code_stores", "faults", "flushes", "exec_ledgers", "tables_over_time" })
            Assert.Equal(plain.GetProperty(key).GetRawText(), modelled.GetProperty(key).GetRawText());
        Assert.True(modelled.GetProperty("operations").GetInt64() > plain.GetProperty("operations").GetInt64());
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64", "memory")]
    [InlineData("x86_64", "changing")]
    [InlineData("i386", "strings-x86")]
    [InlineData("i386", "signals")]
    public void Every_page_fault_is_a_miss_that_no_walk_answers_where_hardware_walks(string userland, string program)
    {
        JsonElement report = GuestCommand.Report("--tlb-model", GuestBuilder.Test(Userland.Named(userland), program), "/tmp"), tlb = report.GetProperty("tlb");
        long Of(string key) => tlb.GetProperty("instruction").GetProperty(key).GetInt64() + tlb.GetProperty("data").GetProperty(key).GetInt64();

        Assert.Equal("hardware walk", tlb.GetProperty("refill").GetString());
        Assert.Equal(report.GetProperty("page_faults").GetInt64(), Of("misses") - Of("refills") + Of("denials"));
        Assert.InRange(Of("memory_references"), Of("misses"), 4 * Of("misses"));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Lookups_refills_and_faults_add_up()
    {
        JsonElement report = Report("tiered", "memory", "--tlb-model"), tlb = report.GetProperty("tlb");
        JsonElement instruction = tlb.GetProperty("instruction"), data = tlb.GetProperty("data");
        long Of(JsonElement side, string key) => side.GetProperty(key).GetInt64();

        Assert.Equal("PALcode", tlb.GetProperty("refill").GetString());
        Assert.Equal(("ITB", "DTB"), (instruction.GetProperty("name").GetString(), data.GetProperty("name").GetString()));
        // Each instruction is fetched once, and again when it, or one of its accesses, faulted or trapped.
        long fetches = Of(instruction, "hits") + Of(instruction, "misses");
        long instructions = report.GetProperty("instructions").GetInt64(), faults = report.GetProperty("page_faults").GetInt64();
        Assert.InRange(fetches, instructions, instructions + faults);
        // What is neither a hit nor refilled is a page fault.
        Assert.Equal(faults, Of(instruction, "misses") + Of(data, "misses") - Of(instruction, "refills") - Of(data, "refills") + Of(instruction, "denials") + Of(data, "denials"));
        Assert.Equal(faults, report.GetProperty("faults").EnumerateArray().Sum(row => row.GetProperty("count").GetInt64()));
        // PALcode loads one entry for each miss, and two more for each miss within.
        foreach (JsonElement side in new[] { instruction, data })
            Assert.InRange(Of(side, "memory_references"), Of(side, "refills") + 2 * Of(side, "nested_misses"), Of(side, "misses") + 2 * Of(side, "nested_misses"));
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("alpha", "memory")]
    [InlineData("alpha", "processes")]
    [InlineData("x86_64", "changing")]
    [InlineData("i386", "signals")]
    public void Translated_code_is_left_as_often_as_it_is_entered_and_never_more_often_than_there_are_causes(string userland, string program)
    {
        string guest = GuestBuilder.Test(Userland.Named(userland), program);
        JsonElement interpreted = GuestCommand.Report("--engine", "interpret", guest, "/tmp"), translated = GuestCommand.Report("--engine", "translate", guest, "/tmp");
        long Of(string key) => translated.GetProperty(key).GetInt64();
        long Exits(string cause) => translated.GetProperty("region_exits").GetProperty(cause).GetInt64();

        Assert.All(interpreted.GetProperty("region_exits").EnumerateObject(), cause => Assert.Equal(0, cause.Value.GetInt64()));
        Assert.Equal(0, interpreted.GetProperty("region_entries").GetInt64());
        Assert.Equal(Of("region_entries"), translated.GetProperty("region_exits").EnumerateObject().Sum(cause => cause.Value.GetInt64()));
        // A call in a block that was left before, or that was cut off at the end of a turn, is tier 0's.
        Assert.InRange(Exits("system_call"), 1, Of("system_calls"));
        // Each is an access that tier 0 makes then, and that is a miss, a fault or a store to code there.
        Assert.InRange(Exits("access"), 1, Of("acceleration_tlb_misses") + Of("page_faults") + Of("code_stores"));
        Assert.True(Exits("direct") > 0 && Exits("indirect") > 0, translated.GetProperty("region_exits").GetRawText());
    }

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("fixed")]
    [InlineData("in-place")]
    [InlineData("staged")]
    public void Every_execve_of_a_program_has_its_ledger(string way)
    {
        JsonElement report = Report("tiered", "exec", "--way", way);

        JsonElement[] ledgers = [.. report.GetProperty("exec_ledgers").EnumerateArray()];
        Assert.Equal(report.GetProperty("execs").GetInt64(), ledgers.Length);
        Assert.True(ledgers.Length > 5);
        Assert.All(ledgers, ledger => Assert.Equal(way, ledger.GetProperty("way").GetString()));
        Assert.Contains(ledgers, ledger => ledger.GetProperty("result").GetString() == "ENOEXEC");
        Assert.All(ledgers.Where(ledger => ledger.GetProperty("result").GetString() == "ok"), ledger =>
        {
            Assert.Equal(["copied", "setup_in", "setup_out", "start"], ledger.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()));
            Assert.True(ledger.GetProperty("final_table_bytes").GetInt64() > 0);
        });
        // The first one is the run's own, which compare tells too.
        JsonElement compared = CommandLine.Run("compare", "--way", way, "--json", "-", "--execfn", "/x", "--argv0", "/x", GuestCommand.Alpha("arguments")).Json.GetProperty("ways")[0];
        JsonElement ran = GuestCommand.Report("--way", way, "--execfn", "/x", "--argv0", "/x", GuestCommand.Alpha("arguments")).GetProperty("exec_ledgers")[0];
        foreach (string key in new[] { "stages", "shift", "moved", "flushes", "peak_table_bytes", "final_table_bytes", "argument_pages", "staging_pages" })
            Assert.Equal(Plain(compared.GetProperty(key)), Plain(ran.GetProperty(key)));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Tables_over_time_grow_as_a_program_touches_memory()
    {
        JsonElement report = GuestCommand.Report("--max-instructions", "14000000", GuestBuilder.Benchmark(Userland.Alpha, "sieve"));

        JsonElement time = report.GetProperty("tables_over_time");
        JsonElement[] samples = [.. time.GetProperty("samples").EnumerateArray()];
        long interval = time.GetProperty("interval").GetInt64();
        Assert.Equal(["level-3 page table", "level-2 page table", "level-1 page table"], time.GetProperty("levels").EnumerateArray().Select(level => level.GetString()));
        Assert.All(samples.Index(), pair => Assert.Equal(pair.Index * interval, pair.Item.GetProperty("instructions").GetInt64()));
        long[] pages = [.. samples.Select(sample => sample.GetProperty("resident_pages").GetInt64())];
        Assert.Equal(pages.Order(), pages);
        Assert.True(pages[^1] > 250, $"2 MiB are 256 pages, found {pages[^1]}");
        Assert.All(samples, sample => Assert.Equal(sample.GetProperty("table_bytes").GetInt64(), 8192 * sample.GetProperty("tables").EnumerateArray().Sum(level => level.GetInt64())));
    }

    [Fact]
    public void Statistics_are_lines_on_standard_error_and_the_program_has_standard_output()
    {
        GuestCommand plain = GuestCommand.Run("run", CommandLine.Bundled("alpha/show"), "a"), told = GuestCommand.Run("run", "--tlb-model", CommandLine.Bundled("alpha/show"), "a");

        Assert.Equal(("", plain.Output, plain.Exit), (plain.Said, told.Output, told.Exit));
        foreach (string heading in new[] { "instructions", "translated code (tier 1)", "in the model of the kernel", "page faults", "ITB, fetches", "DTB, loads and stores", "level-3 page tables", "execve of" })
            Assert.Contains(heading, told.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_mmu_there_is_no_tlb() =>
        CommandLine.Run("run", "--tlb-model", "--mmu", "none", "--way", "staged", CommandLine.Bundled("alpha/show")).IsRefused(2, "--tlb-model: without an MMU there is no TLB");

    // The directory is one of the guest's own tree.
    private static JsonElement Report(string engine, string program, params string[] options) =>
        GuestCommand.Report(["--engine", engine, .. options, GuestCommand.Alpha(program), "/tmp"]);

    private static string Plain(JsonElement json) => JsonSerializer.Serialize(json);

    private static string Without(JsonElement report) => string.Join('\n', report.EnumerateObject().Where(member => !OfTheEngine.Contains(member.Name))
        .Select(member => member.Name is "program" or "exec_ledgers" ? $"{member.Name} {member.Value.GetRawText().Length}" : $"{member.Name} {Plain(member.Value)}"));
}
