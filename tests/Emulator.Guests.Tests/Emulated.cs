using System.Diagnostics;

namespace Emulator.Guests.Tests;

/// <summary>A program in <c>emulator run</c> as a user has it: a process, to be talked to while it runs.</summary>
internal sealed class Emulated : IDisposable
{
    // Generous: other tests may take all the time that there is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Emulated(IReadOnlyList<string> words)
    {
        ProcessStartInfo start = new(HostTool.Find("env"), ["-i", "--default-signal", HostTool.Find("dotnet"), EmulatorRunner.CommandLine, "run", .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts <c>emulator run</c>.</summary>
    public static Emulated Run(params IReadOnlyList<string> words) => new(words);

    /// <summary>Whether it still runs.</summary>
    public bool Runs => !_process.HasExited;

    /// <summary>Types something.</summary>
    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line.</summary>
    public string? Line() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult();

    /// <summary>Sends a signal to the emulator.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start(HostTool.Find("kill"), [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; nothing more is typed.</summary>
    /// <returns>Exit code, what is left of standard output, standard error.</returns>
    public (int Exit, string Output, string Errors) End()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        if (!_process.WaitForExit(Patience))
            throw new TimeoutException("the emulator does not end");
        return (_process.ExitCode, output.WaitAsync(Patience).GetAwaiter().GetResult(), _errors.WaitAsync(Patience).GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
