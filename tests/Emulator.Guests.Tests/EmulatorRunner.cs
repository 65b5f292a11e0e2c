using Emulator.Cli;
using Emulator.Cli.Running;
using Emulator.Testing;

namespace Emulator.Guests.Tests;

/// <summary>
/// <c>emulator run</c> under the rules of Linux 6.1. Programs see a tree of their own: in memory, or, where a run has a root, a copy of it
/// that they may change. <see cref="GuestRun.Directory"/> is /tmp there, and /dev/shm in memory, where the program itself may lie below /tmp.
/// </summary>
/// <param name="options">More options of <c>run</c>.</param>
internal sealed class EmulatorRunner(params IReadOnlyList<string> options) : IGuestRunner
{
    /// <summary>The command line's program.</summary>
    public static readonly string CommandLine = Path.Combine(AppContext.BaseDirectory, "emulator.dll");

    /// <summary>What the emulator itself says on standard error begins with it.</summary>
    public const string OwnLine = "emulator: ";

    /// <summary>As a process of its own; else as a call in this process, which is faster.</summary>
    public bool IsProcess { get; init; }

    /// <summary>Whether programs may be given to the engine that looks at no address (only as a call in this process).</summary>
    public bool TrustsPrograms { get; init; }

    /// <summary>May a program write below its root? Else <see cref="GuestRun.Directory"/> is in memory.</summary>
    public bool IsWritable { get; init; } = true;

    /// <inheritdoc/>
    public string Name => string.Join(' ', ["emulator run", .. options]);

    /// <inheritdoc/>
    public GuestOutcome Run(GuestRun run)
    {
        using TemporaryDirectory tree = new();
        string directory = run.Root is null || !IsWritable ? "/dev/shm" : "/tmp";
        GuestRun inside = run with { Arguments = [.. run.Arguments.Select(argument => argument.Replace(GuestRun.Directory, directory, StringComparison.Ordinal))] };
        List<string> words = ["run", "--kernel", "6.1", .. run.Environment.SelectMany(variable => (string[])["--env", variable]), .. options];
        if (run.Root is { } root)
        {
            inside = inside with { Program = CopyInto(tree, root, run.Program) };
            words.AddRange(["--root", tree.Path, .. IsWritable ? (string[])["--writable"] : []]);
        }
        words.Add("--");
        return IsProcess ? new ProgramRunner(Name, _ => [HostTool.Find("dotnet"), CommandLine, .. words]).Run(inside) : Call(inside, [.. words, inside.Program, .. inside.Arguments]);
    }

    private GuestOutcome Call(GuestRun run, IReadOnlyList<string> words)
    {
        using MemoryStream input = new(run.Input.ToArray()), output = new(), errors = new();
        using StreamWriter lines = new(errors) { NewLine = "\n", AutoFlush = true };
        Surroundings around = new()
        {
            Output = TextWriter.Null,
            Error = lines,
            BinaryInput = () => input,
            BinaryOutput = () => output,
            BinaryError = () => errors,
            Environment = TrustsPrograms ? new Dictionary<string, string> { [RunSettings.TrustVariable] = "1" } : [],
        };
        int exit = Program.Run(words, around);
        return new GuestOutcome(output.ToArray(), errors.ToArray(), exit, EndedInTime: true);
    }

    private static string CopyInto(TemporaryDirectory tree, string root, string program)
    {
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            tree.Write(Path.GetRelativePath(root, file), File.ReadAllBytes(file), TemporaryDirectory.Executable);
        Directory.CreateDirectory(tree.PathOf("tmp"));
        tree.Write(Path.GetFileName(program), File.ReadAllBytes(program), TemporaryDirectory.Executable);
        return "/" + Path.GetFileName(program);
    }
}
