using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Help, version and completion.</summary>
public class HelpTests
{
    [Fact]
    public void Help_lists_the_verbs()
    {
        CommandLine run = CommandLine.Run("--help");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        foreach (string verb in new[] { "compare", "run", "walk", "tables", "maps", "arch", "lesson", "batch", "diff", "serve", "demo" })
            Assert.Contains($"\n  {verb} ", run.Output, StringComparison.Ordinal);
        Assert.Contains("example:\n  emulator demo\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare")]
    [InlineData("walk")]
    [InlineData("tables")]
    [InlineData("maps")]
    [InlineData("arch")]
    [InlineData("lesson")]
    [InlineData("batch")]
    [InlineData("diff")]
    [InlineData("serve")]
    [InlineData("demo")]
    public void Help_of_every_verb_has_an_example(string verb)
    {
        CommandLine run = CommandLine.Run(verb, "--help");

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.StartsWith($"usage: emulator {verb} [options]", run.Output, StringComparison.Ordinal);
        Assert.Matches($@"\nexamples?:\n  .*emulator {verb}", run.Output);
        Assert.Contains("\n  --json FILE", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 110));
    }

    [Fact]
    public void Version_is_one_line() => Assert.Matches(@"\Aemulator \d+\.\d+\.\d+\n\z", CommandLine.Run("--version").Output);

    [Theory]
    [InlineData("emulator compare --kern", "--kernel")]
    [InlineData("emulator compare --kernel 6", "6.1")]
    [InlineData("emulator com", "compare")]
    [InlineData("emulator compare --mmu la", "la57")]
    [InlineData("emulator arch s", "s390")]
    [InlineData("emulator lesson why", "why-s390-shrinks")]
    public void The_suggest_directive_completes(string typed, string expected)
    {
        // dotnet-suggest hands over the line without the program's name, and the cursor's place in it.
        string line = typed["emulator ".Length..];

        string[] offered = CommandLine.Run($"[suggest:{line.Length}]", line).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(expected, offered);
    }
}
