using System.ComponentModel;
using System.Diagnostics;
using Emulator.Judges;
using Emulator.Testing;

namespace Emulator.Guests;

/// <summary>Runs programs behind a command of the host, or as they are.</summary>
/// <param name="name">The runner's name in messages.</param>
/// <param name="prefix">
/// From a run to the words before the program, the first of them a program of the host; none to start the program itself.
/// </param>
public sealed class ProgramRunner(string name, Func<GuestRun, IReadOnlyList<string>> prefix) : IGuestRunner
{
    // More than any program here prints; a guest that prints for ever is stopped by it.
    private const int MostOutputBytes = 64 << 20;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>This machine's own processor and kernel, for programs of x86_64 and i386.</summary>
    /// <returns>The runner.</returns>
    public static ProgramRunner Native() => new("this machine", run => run.Root is null ? [] : [.. Interpreter(run.Root)]);

    /// <summary>QEMU's emulation of user programs.</summary>
    /// <param name="userland">Of which userland.</param>
    /// <returns>The runner.</returns>
    public static ProgramRunner QemuUser(Userland userland) => new(userland.QemuUser, run => run.Root is null
        ? [HostTool.Find(userland.QemuUser)]
        : [HostTool.Find(userland.QemuUser), "-L", run.Root]);

    /// <inheritdoc/>
    public GuestOutcome Run(GuestRun run)
    {
        using TemporaryDirectory directory = new();
        // The environment is env's work: it keeps the order, and a Process would sort in what it has itself.
        ProcessStartInfo start = new(HostTool.Find("env"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.Path,
            // .NET ignores SIGPIPE, and its children would.
            ArgumentList = { "-i", "--default-signal" },
        };
        foreach (string word in (IEnumerable<string>)[.. run.Environment, .. prefix(run), run.Program,
            .. run.Arguments.Select(argument => argument.Replace(GuestRun.Directory, directory.Path, StringComparison.Ordinal))])
            start.ArgumentList.Add(word);

        using Process process = Start(start);
        Task<byte[]> output = ReadAll(process, process.StandardOutput.BaseStream), errors = ReadAll(process, process.StandardError.BaseStream);
        Task input = Feed(process, run.Input);
        bool ended = process.WaitForExit(run.Limit);
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        // A child that outlives its parent keeps the pipes open.
        Task.WaitAll([output, errors, input], TimeSpan.FromSeconds(5));
        return new GuestOutcome(
            output.IsCompletedSuccessfully ? output.Result : default, errors.IsCompletedSuccessfully ? errors.Result : default, process.ExitCode, ended);
    }

    /// <summary>
    /// The interpreter under a root, called by name: the path in the program leads to this machine's own, or nowhere.
    /// </summary>
    private static IEnumerable<string> Interpreter(string root)
    {
        string interpreter = Directory.EnumerateFiles(root, "ld-linux*", SearchOption.AllDirectories).Single();
        string library = Directory.EnumerateFiles(root, "libc.so.*", SearchOption.AllDirectories).Single();
        return [interpreter, "--library-path", Path.GetDirectoryName(library)!];
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failed)
        {
            throw new JudgeException($"{start.FileName} cannot be started: {failed.Message}", failed);
        }
    }

    private static async Task<byte[]> ReadAll(Process process, Stream from)
    {
        using MemoryStream all = new();
        byte[] part = new byte[65536];
        for (int got; (got = await from.ReadAsync(part).ConfigureAwait(false)) > 0;)
        {
            all.Write(part, 0, got);
            if (all.Length > MostOutputBytes && !process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return all.ToArray();
    }

    private static async Task Feed(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it had read everything, as it may.
        }
    }
}
