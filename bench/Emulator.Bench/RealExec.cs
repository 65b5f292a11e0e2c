using System.Diagnostics;
using System.Globalization;

namespace Emulator.Bench;

/// <summary>The machine's own execve, by a helper that real-exec.c is compiled to: one request a measurement, so that it takes turns.</summary>
internal sealed class RealExec : IDisposable
{
    private readonly Process _helper;

    private RealExec(Process helper) => _helper = helper;

    /// <summary>Starts the helper of a directory that has real-exec and child.</summary>
    /// <returns>Null when they are not there: the machine has no C compiler.</returns>
    public static RealExec? TryStart(string? directory)
    {
        if (directory is null || !File.Exists(Path.Combine(directory, "real-exec")))
            return null;
        ProcessStartInfo start = new(Path.Combine(directory, "real-exec"), [Path.Combine(directory, "child")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new RealExec(Process.Start(start)!);
    }

    /// <summary>vfork, execve with so many bytes of arguments, exit and wait.</summary>
    public Work Work(int argumentBytes, int stringBytes) => new("real execve", () =>
    {
        _helper.StandardInput.WriteLine($"{(argumentBytes < 1 << 20 ? 4 : 1)} {argumentBytes} {stringBytes} {Execs.StackLimitBytes}");
        _helper.StandardInput.Flush();
        string answer = _helper.StandardOutput.ReadLine() ?? "nothing";
        return double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out double nanoseconds)
            ? nanoseconds
            : throw new InvalidOperationException($"the machine's own execve of {argumentBytes} bytes failed: {answer}");
    });

    public void Dispose()
    {
        _helper.StandardInput.Close();
        _helper.WaitForExit();
        _helper.Dispose();
    }
}
