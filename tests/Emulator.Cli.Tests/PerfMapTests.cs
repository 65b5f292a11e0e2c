using System.Diagnostics;
using System.Globalization;
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
        Assert.True(lines.Length >= 3, $"{lines.Length} regions");
        ulong end = 0;
        foreach (Match line in lines.Select(line => Line().Match(line)).OrderBy(match => Hex(match, "start")))
        {
            Assert.True(line.Success, map);
            Assert.True(Hex(line, "start") >= end, $"{line.Value} begins before the last one ends");
            end = Hex(line, "start") + Hex(line, "bytes");
            (ulong start, ulong stop, string name) = functions.Find(function => Hex(line, "pc") >= function.Start && Hex(line, "pc") < function.End);
            Assert.True(Hex(line, "pc") < stop, $"{line.Value} is in no function");
            Assert.Equal(Hex(line, "pc") == start ? name : $"{name}+0x{Hex(line, "pc") - start:x}", line.Groups["name"].Value);
        }
    }

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void A_program_that_others_follow_names_no_functions_of_the_first()
    {
        (_, _, string map) = Run("--perf-map", "--engine", "translate", GuestBuilder.Test(Userland.Amd64, "exec"), "/tmp");

        Assert.Matches(@"(?m)^[0-9a-f]+ [0-9a-f]+ \[guest 0x[0-9a-f]+\]$", map);
    }

    [Fact]
    public void What_cannot_be_is_one_line()
    {
        CommandLine interpreted = CommandLine.Run("run", "--perf-map", "--engine", "interpret", CommandLine.Bundled("x86_64/show"));
        CommandLine twice = CommandLine.Run("run", "--perf-map", "--lockstep", "10", CommandLine.Bundled("x86_64/show"));
        CommandLine both = CommandLine.Run(CommandLine.In() with { Environment = new Dictionary<string, string> { ["DOTNET_PerfMapEnabled"] = "1" } }, ["run", "--perf-map", CommandLine.Bundled("x86_64/show")]);

        Assert.Equal((2, "emulator: --perf-map: nothing is translated with --engine interpret\n"), (interpreted.Exit, interpreted.Error));
        Assert.Equal(2, twice.Exit);
        Assert.Contains("nor with --trace or --perf-map", twice.Error, StringComparison.Ordinal);
        Assert.Equal((2, $"emulator: --perf-map: with DOTNET_PerfMapEnabled=1 the runtime writes {PerfMap.PathOf(Environment.ProcessId)} itself, regions included; use one of the two\n"), (both.Exit, both.Error));
    }

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

    [GeneratedRegex(@"^(?<start>[0-9a-f]+) (?<bytes>[0-9a-f]+) (?<name>\S+) \[guest 0x(?<pc>[0-9a-f]+)\]$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<start>[0-9a-f]+) (?<bytes>[0-9a-f]+) [tT] (?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Symbol();
}
