using Emulator.Cli.Running;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>The engine that looks at no address is for those alone who say that they trust their programs.</summary>
public class FlatEngineTests
{
    private static readonly string Show = CommandLine.Bundled("x86_64/show");

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public void Nobody_gets_it_by_an_option_alone(string? trusts)
    {
        Surroundings around = CommandLine.In(environment: trusts is null ? [] : new() { [RunSettings.TrustVariable] = trusts });

        CommandLine.Run(around, "run", "--mmu", "none", "--engine", "flat", Show).IsRefused(2, "--engine: \"flat\" should be interpret, tiered or translate");
    }

    [Fact]
    public void It_is_refused_on_a_machine_with_an_MMU()
    {
        Surroundings around = CommandLine.In(environment: new() { [RunSettings.TrustVariable] = "1" });

        CommandLine.Run(around, "run", "--engine", "flat", Show).IsRefused(2, "--engine flat takes addresses for physical ones; give --mmu none");
    }

    [Fact]
    public void Help_does_not_tell_of_it()
    {
        CommandLine help = CommandLine.Run("run", "--help");

        Assert.Contains("--engine", help.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("flat", help.Output, StringComparison.Ordinal);
    }
}
