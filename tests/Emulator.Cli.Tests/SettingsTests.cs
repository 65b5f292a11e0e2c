using System.Text;
using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Options from the environment and from emulator.json.</summary>
public class SettingsTests
{
    private static readonly string Show = Repository.PathOf(CommandLine.Bundled("x86_64/show"));

    [Fact]
    public void The_environment_sets_options()
    {
        Assert.Equal("6.1", Kernel(CommandLine.In(environment: new() { ["EMULATOR_KERNEL"] = "6.1" })));
    }

    [Fact]
    public void The_file_sets_options()
    {
        using TemporaryDirectory directory = WithFile("""{ "kernel": "6.1", "stack-limit": 65536, "env": ["A=b", "C=d"], /* why not */ }""");

        JsonElement report = CommandLine.Run(CommandLine.In(directory.Path), "compare", "--json", "-", Show).Json;

        Assert.Equal("6.1", report.GetProperty("kernel").GetString());
        Assert.Equal(65536, report.GetProperty("stack_limit_bytes").GetInt32());
        JsonElement user = report.GetProperty("ways")[0].GetProperty("user");
        ulong envp = Convert.ToUInt64(user.GetProperty("envp").GetString(), 16), auxv = Convert.ToUInt64(user.GetProperty("auxv_at").GetString(), 16);
        Assert.Equal(3u * 8, auxv - envp);      // two strings and the NULL
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        using TemporaryDirectory directory = WithFile("""{ "kernel": "9.9" }""");
        Surroundings around = CommandLine.In(directory.Path, new() { ["EMULATOR_KERNEL"] = "6.1" });

        Assert.Equal("6.1", Kernel(around));
        Assert.Equal("2.6.32", Kernel(around, "--kernel", "2.6.32"));
    }

    [Fact]
    public void A_switch_can_be_set_and_unset()
    {
        using TemporaryDirectory directory = WithFile("""{ "env-from-host": true }""");

        Assert.NotEqual(Pointer(CommandLine.In(directory.Path, new() { ["HOME"] = "/" })), Pointer(CommandLine.In(directory.Path, new() { ["HOME"] = "/", ["EMULATOR_ENV_FROM_HOST"] = "0" })));
    }

    [Theory]
    [InlineData("""{ "kernl": "6.1" }""", "emulator.json: there is no option \"kernl\"; did you mean \"kernel\"?")]
    [InlineData("""[ "kernel" ]""", "emulator.json: should be an object of options, found Array")]
    [InlineData("""{ "stack-limit": "much" }""", "--stack-limit: \"much\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x, or unlimited (from EMULATOR_STACK_LIMIT in the environment, or from emulator.json)")]
    public void A_wrong_file(string json, string message)
    {
        using TemporaryDirectory directory = WithFile(json);

        CommandLine.Run(CommandLine.In(directory.Path), "compare", Show).IsRefused(2, message);
    }

    [Fact]
    public void A_file_that_is_not_json()
    {
        using TemporaryDirectory directory = WithFile("kernel=6.1");

        CommandLine run = CommandLine.Run(CommandLine.In(directory.Path), "compare", Show);

        Assert.Equal(2, run.Exit);
        Assert.StartsWith("emulator: emulator.json: is not JSON: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_log_level_comes_from_the_environment_too_and_logs_never_reach_standard_output()
    {
        Surroundings around = CommandLine.In(environment: new() { ["EMULATOR_LOG_LEVEL"] = "debug" });

        CommandLine loud = CommandLine.Run(around, "compare", "--json", "-", Show), quiet = CommandLine.Run("compare", "--json", "-", Show);

        Assert.Equal(quiet.Output, loud.Output);
        Assert.Equal("", quiet.Error);
        Assert.Contains("emulator: debug: ", loud.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_of_others_is_left_alone() =>
        Assert.Equal(0, CommandLine.Run(CommandLine.In(environment: new() { ["EMULATOR_OF_SOMETHING_ELSE"] = "1" }), "compare", Show).Exit);

    private static TemporaryDirectory WithFile(string json)
    {
        TemporaryDirectory directory = new();
        directory.Write("emulator.json", Encoding.UTF8.GetBytes(json), TemporaryDirectory.Plain);
        return directory;
    }

    private static string? Kernel(Surroundings around, params string[] options) =>
        CommandLine.Run(around, ["compare", .. options, "--json", "-", Show]).Json.GetProperty("kernel").GetString();

    private static string? Pointer(Surroundings around) =>
        CommandLine.Run(around, "compare", "--json", "-", Show).Json.GetProperty("ways")[0].GetProperty("user").GetProperty("argv0").GetString();
}
