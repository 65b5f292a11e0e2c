using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>What one command line did.</summary>
/// <param name="Exit">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandLine(int Exit, string Output, string Error)
{
    /// <summary>Directory of the source tree; relative paths in tests start there.</summary>
    private static readonly Surroundings Quiet = new() { Output = TextWriter.Null, Error = TextWriter.Null, Directory = Repository.Root };

    /// <summary>The report; only when output is JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs a command line in this process.</summary>
    public static CommandLine Run(params IReadOnlyList<string> args) => Run(Quiet, args);

    /// <summary>Runs a command line in this process, somewhere else.</summary>
    public static CommandLine Run(Surroundings around, params IReadOnlyList<string> args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int exit = Program.Run(args, around with { Output = output, Error = error });
        return new CommandLine(exit, output.ToString(), error.ToString());
    }

    /// <summary>Surroundings to run in.</summary>
    /// <param name="directory">The current directory; the source tree when null.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="input">Standard input.</param>
    public static Surroundings In(string? directory = null, Dictionary<string, string>? environment = null, string input = "") => Quiet with
    {
        Directory = directory ?? Repository.Root,
        Environment = environment ?? [],
        Input = () => new StringReader(input),
    };

    /// <summary>The path of a program that comes along.</summary>
    public static string Bundled(string name) => $"Emulator.Cli/Programs/{name}";

    /// <summary>Holds that nothing but this one line of error came out.</summary>
    public void IsRefused(int exit, string message)
    {
        Assert.Equal($"emulator: {message}\n", Error);
        Assert.Equal("", Output);
        Assert.Equal(exit, Exit);
    }

    /// <summary>Holds that the modelled execve failed with an honest report.</summary>
    public JsonElement IsModelledFailure(string errno)
    {
        Assert.Equal("", Error);
        Assert.Equal(1, Exit);
        foreach (JsonElement way in Json.GetProperty("ways").EnumerateArray())
        {
            Assert.Equal(errno, way.GetProperty("result").GetString());
            Assert.False(way.TryGetProperty("user", out _));
            Assert.NotEqual("", way.GetProperty("reason").GetString());
        }
        return Json;
    }
}
