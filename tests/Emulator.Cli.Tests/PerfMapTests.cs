using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Emulator.Cli.Running;
using Emulator.Guests;
using Emulator.Judges;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary><c>run --perf-map</c> as perf reads it; functions' names against those that nm knows.</summary>
public partial class PerfMapTests
{
    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("x86_64")]
    [InlineData("i386")]
    [InlineData("alpha")]
    public void Every_region_is_a_line_with_its_place_and_the_guests_function(string userland)
    {
        string program = GuestBuilder.Benchmark(Userland.Named(userland), "dhry");
        List<(ulong Start, ulong End, string Name)> functions = Functions(program);
        (int exit, string error, string map) = Run("--perf-map", program, "5");

        Assert.Equal((0, ""), (exit, error));
        string[] lines = map.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);     // how many, the translator's thread decides
        ulong end = 0;
        foreach (Match line in lines.Select(line => Line().Match(line)).OrderBy(match => Hex(match, "start")))
        {
            Assert.True(line.Success, map);
            Assert.True(Hex(line, "start") >= end, $"{line.Value} begins before the last one ends");
            end = Hex(line, "start") + Hex(line, "bytes");
            (ulong start, ulong stop, string name) = functions.Find(function => Hex(line, "pc") >= function.Start && Hex(line, "pc") < function.End);
            Assert.True(Hex(line, "pc") < stop, $"{line.Value} is in no function");
            Assert.Equal(Hex(line, "pc") == start ? name : $"{name}+0x{Hex(line, "pc") - start:x}", line.Groups["name"].Value);
            Assert.Equal((userland, "1000/dhry"), (line.Groups["abi"].Value, line.Groups["process"].Value));
        }
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Libraries_and_all_processes_have_names_of_their_own()
    {
        string program = GuestBuilder.Library(Userland.Amd64, "hello", dynamic: true), root = Path.Combine(Path.GetDirectoryName(program)!, "root");
        string[] names = [.. Lines(Map("--engine", "translate", "--root", root, program)).Select(line => line.Groups["name"].Value)];
        string[] processes = [.. Lines(Map("--engine", "translate", GuestBuilder.Test(Userland.Amd64, "processes"), "/tmp")).Select(line => line.Groups["process"].Value).Distinct()];

        Assert.Contains("main", names);
        Assert.Contains(names, name => name.StartsWith("__libc_start_main", StringComparison.Ordinal));
        Assert.Contains("1000/processes", processes);
        Assert.True(processes.Length > 1, string.Join(' ', processes));
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Regions_whose_code_changes_leave_their_place_to_nobody()
    {
        ulong end = 0;
        Match[] lines = [.. Lines(Map("--engine", "translate", GuestBuilder.Test(Userland.Amd64, "changing"), "/tmp")).OrderBy(line => Hex(line, "start"))];

        Assert.True(lines.Length > 100, $"{lines.Length} blocks");
        Assert.All(lines, line =>
        {
            Assert.True(Hex(line, "start") >= end, $"{line.Value} begins before the last one ends");
            end = Hex(line, "start") + Hex(line, "bytes");
        });
    }

    [Fact]
    public void No_region_is_missing_at_the_end()
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("guest.map");
        JsonElement report = GuestCommand.Report("--engine", "translate", $"--perf-map={file}", CommandLine.Bundled("i386/show"));

        Assert.Equal(report.GetProperty("regions").GetInt64(), Lines(File.ReadAllText(file)).Count());
    }

    [Fact]
    public void A_file_follows_an_equals_sign_and_what_is_the_programs_stays_the_programs()
    {
        GuestCommand run = GuestCommand.Run(Quiet, ["run", "--engine", "translate", "--perf-map", CommandLine.Bundled("x86_64/show"), "--perf-map", "x"]);
        string usual = PerfMap.PathOf(Environment.ProcessId);

        Assert.Equal((3, ""), (run.Exit, run.Said));
        Assert.StartsWith("argc 3\n", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Lines(File.ReadAllText(usual)));
        File.Delete(usual);
    }

    [Fact]
    public void What_cannot_be_is_one_line()
    {
        string show = CommandLine.Bundled("x86_64/show"), usual = PerfMap.PathOf(Environment.ProcessId);

        CommandLine.Run("run", "--perf-map", "--engine", "interpret", show).IsRefused(2, "--perf-map: nothing is translated with --engine interpret or --tlb-model");
        CommandLine.Run("run", "--perf-map", "--tlb-model", show).IsRefused(2, "--perf-map: nothing is translated with --engine interpret or --tlb-model");
        CommandLine.Run("run", "--perf-map=-", show).IsRefused(2, "--perf-map: standard output belongs to the program; give a file");
        CommandLine.Run("run", "--perf-map=missing/x.map", show).IsRefused(3, "missing/x.map: cannot be written: there is no directory missing");
        CommandLine.Run("run", "--perf-map=docs", show).IsRefused(3, "docs: cannot be written: it is a directory");
        CommandLine.Run("run", "--perf-map", "--lockstep", "10", show).IsRefused(2,
            "--lockstep runs the program twice, interpreted and otherwise: it goes neither with --writable nor with --engine interpret nor with --trace or --perf-map");
        CommandLine.Run(CommandLine.In(environment: new() { ["DOTNET_PerfMapEnabled"] = "1" }), "run", "--perf-map", show).IsRefused(2,
            $"--perf-map: with DOTNET_PerfMapEnabled=1 the runtime writes {usual} itself; --perf-map=FILE writes another, and the runtime's has the same names then");
    }

    private static Surroundings Quiet => CommandLine.In(environment: new() { ["DOTNET_EnableWriteXorExecute"] = "0" });

    /// <summary>The map of a run in this process, where other tests run beside it.</summary>
    private static string Map(params string[] arguments)
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("guest.map");
        Assert.Equal("", GuestCommand.Run(Quiet, ["run", $"--perf-map={file}", .. arguments]).Said);
        return File.ReadAllText(file);
    }

    private static IEnumerable<Match> Lines(string map) => map.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text =>
    {
        Match line = Line().Match(text);
        Assert.True(line.Success, text);
        return line;
    });

    /// <summary>Runs in a process of its own, whose number the map's name has.</summary>
    private static (int Exit, string Error, string Map) Run(params string[] arguments)
    {
        ProcessStartInfo info = new(Path.Combine(AppContext.BaseDirectory, "emulator"), ["run", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in info.Environment.Keys.Where(name => name.StartsWith("EMULATOR_", StringComparison.Ordinal) || name == "DOTNET_PerfMapEnabled").ToList())
            info.Environment.Remove(name);
        info.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.Result;
        string file = PerfMap.PathOf(process.Id);
        try
        {
            return (process.ExitCode, error, File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<(ulong Start, ulong End, string Name)> Functions(string program)
    {
        using Process nm = Process.Start(new ProcessStartInfo(HostTool.Find("nm"), ["-S", "--defined-only", program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = nm.StandardOutput.ReadToEnd();
        nm.WaitForExit();
        return [.. Symbol().Matches(text).Select(match => (Hex(match, "start"), Hex(match, "start") + Hex(match, "bytes"), match.Groups["name"].Value))];
    }

    private static ulong Hex(Match match, string group) => ulong.Parse(match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<start>[0-9a-f]+) (?<bytes>[0-9a-f]+) (?<abi>\S+) 0x(?<pc>[0-9a-f]+)( (?<name>\S+))? \[(?<process>[^]]+)\]$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<start>[0-9a-f]+) (?<bytes>[0-9a-f]+) [tT] (?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Symbol();
}
