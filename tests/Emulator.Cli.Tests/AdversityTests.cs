using System.Text.Json;
using Emulator.Testing;
using NJsonSchema;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>--swap</c>, <c>--bystanders</c> and <c>--interleave</c>: what they report, and how they refuse nonsense.</summary>
public class AdversityTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromFileAsync(Repository.PathOf("docs/trace.schema.json")).GetAwaiter().GetResult();

    private static readonly string I386 = CommandLine.Bundled("i386/show"), Amd64 = CommandLine.Bundled("x86_64/show");

    [Theory]
    [InlineData("--swap", "1g!", "--swap: \"1g!\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x")]
    [InlineData("--swap", "5000", "5000 bytes of swap should be a multiple of 4096")]
    [InlineData("--bystanders", "2m,", "--bystanders: \"\" should be sizes such as 2m, with commas between them")]
    [InlineData("--bystanders", "0", "--bystanders: \"0\" should be sizes such as 2m, with commas between them")]
    [InlineData("--bystanders", "5000", "5000 bytes of a task should be a multiple of 4096, at most 1073741824")]
    [InlineData("--bystanders", "1g", "tasks with 262144 pages leave none of 1073741824 bytes of memory for an execve")]
    [InlineData("--interleave", "look", "--interleave: \"look\" should be ACTION:NUMBER@POINT")]
    [InlineData("--interleave", "lock:0@copied", "--interleave: \"lock:0@copied\" should begin with look:P, unmap:P, remap:P, migrate:P or reclaim:N")]
    [InlineData("--interleave", "look:x@copied", "--interleave: \"look:x@copied\" should have a number behind look:")]
    [InlineData("--interleave", "look:0@copied,look:0@piece-0", "--interleave: \"look:0@piece-0\" should name a point: copied, setup-in, protected, extended, piece-N, moved, freed, setup-out or start")]
    public void Nonsense_is_refused_in_one_line(string option, string value, string message) => CommandLine.Run("compare", option, value, Amd64).IsRefused(2, message);

    [Theory]
    [InlineData("--swap", "1m")]
    [InlineData("--bystanders", "1m")]
    [InlineData("--interleave", "look:0@copied")]
    public void Without_an_mmu_there_is_nothing_of_this(string option, string value) =>
        CommandLine.Run("compare", "--mmu", "none", option, value, Amd64).IsRefused(2, "without an MMU there is neither swap nor migration of pages");

    [Fact]
    public void A_report_has_them_only_where_they_were_asked_for()
    {
        JsonElement quiet = CommandLine.Run("compare", "--json", "-", Amd64).Json.GetProperty("ways")[0], busy = CommandLine.Run("compare", "--json", "-", "--swap", "1m", Amd64).Json.GetProperty("ways")[0];

        Assert.False(quiet.TryGetProperty("pressure", out _) || quiet.TryGetProperty("interleaved", out _) || quiet.GetProperty("stages")[0].TryGetProperty("swapped_pages", out _));
        Assert.Equal(0, quiet.GetProperty("stages")[0].GetProperty("oom_points").GetInt32());
        Assert.Equal(["swapped_out", "others_swapped_out", "swapped_in", "oom_kills", "entries_left_behind"], busy.GetProperty("pressure").EnumerateObject().Select(property => property.Name));
        Assert.Equal(0, busy.GetProperty("stages")[0].GetProperty("swapped_pages").GetInt32());
        Assert.False(busy.TryGetProperty("interleaved", out _));
    }

    [Fact]
    public void The_text_says_who_was_killed_and_what_another_processor_did()
    {
        string killed = CommandLine.Run("compare", "--memory", "4m", "--bystanders", "1m", "--stack-limit", "unlimited", "--arg-pages", "1200", Amd64).Output;
        string race = CommandLine.Run("compare", "--interleave", "unmap:0@setup-in,remap:0@extended,reclaim:1@start", I386).Output;

        Assert.Contains("\nin-place: out of memory: the OOM killer chooses bystander 1, with 256 points against 0 of this task\n", killed, StringComparison.Ordinal);
        Assert.Contains("\nin-place: out of memory: the OOM killer chooses this task, with 0 points\n", killed, StringComparison.Ordinal);
        Assert.Contains("\nstaged: ENOMEM: no page at 0x", killed, StringComparison.Ordinal);
        Assert.Contains(": the OOM killer has chosen this task\n", killed, StringComparison.Ordinal);
        Assert.Contains("\nin-place: unmap:0@setup-in: a migration entry takes the place of the page, at 0x7fffffffe000\n", race, StringComparison.Ordinal);
        Assert.Contains("\nin-place: remap:0@extended: the migration entry is not found and is left behind: looked at 0xffffd000, where it is not; it is at 0x7fffffffe000\n", race, StringComparison.Ordinal);
        Assert.Contains("\nin-place: reclaim:1@start: execve did not come to that point\n", race, StringComparison.Ordinal);
        Assert.Contains("\nin-place: BUG: BUG_ON(!PageLocked(p)) in migration_entry_to_page(), include/linux/swapops.h\n", race, StringComparison.Ordinal);
        Assert.Contains("\nstaged: unmap:0@setup-in: the page is on no LRU list and stays where it is\n", race, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.6.32", "unmap:290@copied,remap:290@setup-out")]
    [InlineData("2.6.32", "unmap:290@setup-in,remap:290@extended")]
    [InlineData("2.6.32", "look:293@copied,look:293@extended,migrate:292@moved,reclaim:10@setup-in")]
    [InlineData("6.1", "unmap:290@copied,migrate:291@setup-out,reclaim:4@start")]
    public void Traces_and_steps_tell_what_happened(string kernel, string interleave)
    {
        string[] args = ["compare", "--kernel", kernel, "--memory", "1100k", "--swap", "2m", "--bystanders", "200k,100k", "--stack-limit", "64m", "--arg-pages", "300", "--interleave", interleave];

        string[] lines = CommandLine.Run([.. args, "--trace", "-", I386]).Output.TrimEnd('\n').Split('\n');
        string steps = CommandLine.Run([.. args, "--step", I386]).Output;

        Assert.All(lines, line => Assert.Empty(Schema.Validate(line)));
        string[] kinds = [.. lines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("type").GetString() == "event").Select(line => line.GetProperty("kind").GetString()!).Distinct()];
        Assert.Contains("swapped_out", kinds);
        Assert.Contains("task_killed", kinds);      // staged
        Assert.Contains("reverse_walk", kinds);
        Assert.DoesNotContain('{', steps);
        Assert.All(steps.Split('\n').Where(line => line.TrimStart() is [>= '0' and <= '9', ..]), line => Assert.Matches(@"^ *\d+  [A-Z].*[.:]", line));
        Assert.Contains("mm/vmscan.c", steps, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_stack_moves_its_pages_cannot_go_and_the_task_may_be_killed_for_a_page_table()
    {
        // 256 frames, 75 pages of others, 301 pages of strings: memory runs out again when the new place needs tables.
        JsonElement way = CommandLine.Run("compare", "--json", "-", "--way", "in-place", "--memory", "1m", "--swap", "2m", "--bystanders", "200k,100k", "--stack-limit", "64m", "--arg-pages", "300", I386).Json.GetProperty("ways")[0];

        JsonElement kill = Assert.Single(way.GetProperty("pressure").GetProperty("oom_kills").EnumerateArray());
        Assert.Equal(("caller", 301), (kill.GetProperty("task").GetString(), kill.GetProperty("points").GetInt32()));      // total_vm, not the length of the area that covers both places
        Assert.Equal(("ENOMEM", "SIGKILL"), (way.GetProperty("result").GetString(), way.GetProperty("killed").GetString()));
        Assert.True(way.GetProperty("pressure").GetProperty("swapped_out").GetInt32() < 512, "swap was full");
    }

    [Fact]
    public void A_walk_ends_at_a_swap_entry_and_says_so()
    {
        string walk = CommandLine.Run("walk", "--swap", "1m", "--interleave", "reclaim:1@start", "--arg-pages", "3", Amd64, "0x7fffffffe000").Output;

        Assert.Contains("swap entry: slot 1 of area 0", walk, StringComparison.Ordinal);
    }
}
