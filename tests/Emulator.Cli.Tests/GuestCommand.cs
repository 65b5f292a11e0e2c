using System.Text;
using System.Text.Json;
using Emulator.Guests;
using Emulator.Testing;

namespace Emulator.Cli.Tests;

/// <summary>What <c>emulator run</c> did: a program's exit code and what it wrote, beside what the emulator says.</summary>
/// <param name="Exit">Exit code.</param>
/// <param name="Output">What the program wrote to standard output.</param>
/// <param name="Said">What the emulator wrote to standard error.</param>
internal sealed record GuestCommand(int Exit, string Output, string Said)
{
    /// <summary>Runs a command line in this process.</summary>
    public static GuestCommand Run(params IReadOnlyList<string> args) => Run(CommandLine.In(), args);

    /// <summary>The same, somewhere else.</summary>
    public static GuestCommand Run(Surroundings around, params IReadOnlyList<string> args)
    {
        using MemoryStream output = new();
        CommandLine line = CommandLine.Run(around with { BinaryOutput = () => output, BinaryError = () => Stream.Null }, args);
        return new GuestCommand(line.Exit, Encoding.UTF8.GetString(output.ToArray()) + line.Output, line.Error);
    }

    /// <summary>Runs a program and gives its report.</summary>
    public static JsonElement Report(params IReadOnlyList<string> options)
    {
        using TemporaryDirectory directory = new();
        string file = directory.PathOf("run.json");
        Run(["run", "--json", file, .. options]);
        return JsonDocument.Parse(File.ReadAllText(file)).RootElement;
    }

    /// <summary>A test guest for alpha.</summary>
    public static string Alpha(string program) => GuestBuilder.Test(Userland.Alpha, program);
}
