using System.Text.Json;
using Emulator.Guests;
using Emulator.Judges;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>walk</c>, <c>tables</c> and <c>maps</c> with <c>--at</c>: programs that run, looked at where they are.</summary>
public class RunMomentTests
{
    private static readonly string Show = CommandLine.Bundled("alpha/show");

    [Theory]
    [InlineData("alpha/show")]
    [InlineData("x86_64/show")]
    [InlineData("i386/show")]
    public void After_no_instruction_all_is_as_after_the_execve(string program)
    {
        string[] vdso = program.StartsWith("alpha", StringComparison.Ordinal) ? [] : ["--vdso-pages", "0"];
        foreach (string verb in new[] { "tables", "maps" })
        {
            JsonElement plain = Json(verb, [.. vdso, CommandLine.Bundled(program)]), looked = Json(verb, ["--at", "0", CommandLine.Bundled(program)]);
            foreach (JsonProperty member in plain.EnumerateObject())
                Assert.Equal(Text(member.Value), Text(looked.GetProperty(member.Name)));
            Assert.Equal(0, looked.GetProperty("at").GetProperty("instructions").GetInt64());
        }
    }

    [Theory]
    [InlineData("interpret")]
    [InlineData("tiered")]
    [InlineData("translate")]
    public void An_address_is_reached_after_the_number_of_instructions_that_leads_there(string engine)
    {
        JsonElement counted = Json("maps", "--at", "5000", "--engine", engine, Show);
        string pc = counted.GetProperty("at").GetProperty("pc").GetString()!;
        JsonElement reached = Json("maps", "--at", pc, "--engine", engine, Show);
        long first = reached.GetProperty("at").GetProperty("instructions").GetInt64();
        JsonElement again = Json("maps", "--at", $"{first}", "--engine", engine, Show);

        Assert.Equal(5000, counted.GetProperty("at").GetProperty("instructions").GetInt64());
        Assert.InRange(first, 0, 5000);
        Assert.Equal(pc, reached.GetProperty("at").GetProperty("pc").GetString());
        Assert.Equal(pc, again.GetProperty("at").GetProperty("pc").GetString());
        // The address is none that is come to between two of them.
        Assert.NotEqual(pc, Json("maps", "--at", $"{Math.Max(first - 1, 0)}", "--engine", engine, Show).GetProperty("at").GetProperty("pc").GetString());
    }

    [Fact]
    public void The_end_is_one_instruction_behind_the_call_that_ends_and_memory_is_still_there()
    {
        JsonElement call = Json("maps", "--at", "syscall:exit", Show), end = Json("maps", "--at", "exit", Show);
        JsonElement report = GuestCommand.Report(Show);

        long instructions = end.GetProperty("at").GetProperty("instructions").GetInt64();
        Assert.Equal(report.GetProperty("instructions").GetInt64(), instructions);
        Assert.Equal(instructions - 1, call.GetProperty("at").GetProperty("instructions").GetInt64());
        Assert.Equal(call.GetProperty("at").GetProperty("pc").GetString(), Json("maps", "--at", $"{instructions - 1}", Show).GetProperty("at").GetProperty("pc").GetString());
        Assert.Equal(Text(call.GetProperty("maps")), Text(end.GetProperty("maps")));
        Assert.NotEmpty(end.GetProperty("maps").EnumerateArray());
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void What_a_program_has_done_to_its_memory_is_seen()
    {
        string program = GuestBuilder.Benchmark(Userland.Alpha, "sieve");
        JsonElement start = Json("maps", program), end = Json("maps", "--at", "exit", program, "--", "1");
        JsonElement before = Json("tables", program), after = Json("tables", "--at", "exit", program, "--", "1");

        long Resident(JsonElement maps) => maps.GetProperty("status_bytes").GetProperty("VmRSS").GetInt64();
        int Pages(JsonElement tables) => tables.GetProperty("tables").EnumerateArray().SelectMany(table => table.GetProperty("runs").EnumerateArray())
            .Where(run => run.GetProperty("kind").GetString() == "page").Sum(run => run.GetProperty("count").GetInt32());
        Assert.InRange(Resident(end) - Resident(start), 2 << 20, 3 << 20);      // it sieves in 2 MiB
        Assert.InRange(Pages(after) - Pages(before), 256, 384);
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void The_program_that_runs_is_looked_at_whichever_it_is()
    {
        string program = GuestCommand.Alpha("processes");

        JsonElement seen = Json("maps", "--at", "syscall:wait4", program), first = Json("maps", "--at", "syscall:fork", program);

        Assert.Equal(first.GetProperty("at").GetProperty("process").GetInt32(), seen.GetProperty("at").GetProperty("process").GetInt32());
        Assert.Equal(program, seen.GetProperty("at").GetProperty("path").GetString());
        Assert.True(Json("tables", "--at", "syscall:exit", program).GetProperty("tables").GetArrayLength() > 0);    // of a child
    }

    [Fact]
    public void A_walk_leads_to_what_the_program_wrote()
    {
        JsonElement maps = Json("maps", "--at", "exit", Show);
        string sp = maps.GetProperty("maps").EnumerateArray().Select(line => line.GetString()!).Single(line => line.EndsWith("[stack]", StringComparison.Ordinal)).Split('-', ' ')[1];
        ulong word = Convert.ToUInt64(sp, 16) - 0x20;

        CommandLine text = CommandLine.Run("walk", "--at", "exit", Show, $"0x{word:x}");
        JsonElement walk = Json("walk", "--at", "exit", Show, $"0x{word:x}").GetProperty("walks")[0];

        Assert.Contains("\nat exit: ", text.Output, StringComparison.Ordinal);
        Assert.Equal(3, walk.GetProperty("steps").GetArrayLength());
        Assert.True(walk.TryGetProperty("physical", out _));
    }

    [Fact]
    public void What_never_comes_is_said_with_what_came_instead()
    {
        long all = GuestCommand.Report(Show).GetProperty("instructions").GetInt64();

        CommandLine.Run("maps", "--at", "100000000", Show).IsRefused(1, $"--at 100000000 never came: the program ended after {all} instructions with exit code 1");
        CommandLine.Run("tables", "--at", "0x10", Show).IsRefused(1, $"--at 0x10 never came: the program ended after {all} instructions with exit code 1");
        CommandLine.Run("walk", "--at", "syscall:fork", Show, "0x10").IsRefused(1, $"--at syscall:fork never came: the program ended after {all} instructions with exit code 1");
        CommandLine.Run("maps", "--at", "exit", "--max-instructions", "1000", Show).IsRefused(1, "--at exit did not come: stopped after 1000 instructions (--max-instructions)");
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        CommandLine.Run("maps", "--at", "noon", Show).IsRefused(2, "--at: \"noon\" should be 0x and an address, a number of instructions, syscall:NAME or exit");
        CommandLine.Run("maps", "--at", "syscall:", Show).IsRefused(2, "--at: \"syscall:\" should be 0x and an address, a number of instructions, syscall:NAME or exit");
        CommandLine.Run("maps", "--at", "syscall:wirte", Show).IsRefused(2, "--at: Linux 2.6.32 has no system call \"wirte\" for this program; did you mean syscall:write?");
        CommandLine.Run("maps", "--engine", "tiered", Show).IsRefused(2, "--engine is for programs that run; maps runs one when it is given --at");
        CommandLine.Run("maps", "--at", "exit", "--swap", "1m", Show).IsRefused(2, "--swap is for an execve alone; it does not go with --at");
        CommandLine.Run("tables", "--at", "exit", "--format", "svg", Show).IsRefused(2, "--at goes with --format text, tree, json and dot: pictures show an execve from its beginning");
        CommandLine.Run("walk", "--at", "exit", "--trace", "-", Show, "0x10").IsRefused(2, "--at and --trace exclude each other: the trace is that of an execve; emulator run --trace has the run's");
    }

    [Fact]
    public void An_execve_that_fails_has_no_moments()
    {
        CommandLine refused = CommandLine.Run("maps", "--at", "exit", "--json", "-", "--arg-bytes", "20m", Show);

        Assert.Equal(1, refused.Exit);
        Assert.Equal("E2BIG", refused.Json.GetProperty("result").GetString());
    }

    [Fact]
    public void A_batch_looks_too()
    {
        CommandLine batch = CommandLine.Run(CommandLine.In(input: $$"""{"id": 1, "args": ["maps", "--at", "syscall:write", "{{Show}}"]}""" + "\n"), "batch", "-");

        JsonElement answer = JsonDocument.Parse(batch.Output).RootElement;
        Assert.Equal(0, answer.GetProperty("exit").GetInt32());
        Assert.Equal("syscall:write", answer.GetProperty("report").GetProperty("at").GetProperty("moment").GetString());
    }

    private static JsonElement Json(string verb, params string[] args) => CommandLine.Run([verb, "--json", "-", .. args]).Json;

    private static string Text(JsonElement json) => JsonSerializer.Serialize(json);
}
