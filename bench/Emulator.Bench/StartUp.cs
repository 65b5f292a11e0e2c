using System.Diagnostics;

namespace Emulator.Bench;

/// <summary>A whole process, from starting it to its first byte of output and to its end.</summary>
internal static class StartUp
{
    /// <summary>Milliseconds of one run; null when it fails.</summary>
    public static (double First, double Whole)? Run(string file, IReadOnlyList<string> arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        byte[] block = new byte[65536];
        int read = process.StandardOutput.BaseStream.Read(block);
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        bool spoke = read > 0;
        while (read > 0)
            read = process.StandardOutput.BaseStream.Read(block);
        process.WaitForExit();
        return spoke && process.ExitCode == 0 ? (first, Stopwatch.GetElapsedTime(start).TotalMilliseconds) : null;
    }
}
