using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>The floating-point units of the machine that the tests run on, and gcc's arithmetic: x86.c, compiled when first needed.</summary>
internal static class HostUnit
{
    private static readonly TemporaryDirectory Folder = new();
    private static readonly Lazy<(string? Program, string Missing)> Built = new(Build);
    private static readonly Lazy<bool> Fma = new(() => RunProgram("has-fma", [], out _) == 0);

    static HostUnit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();

    /// <summary>Executes an operation on many cases.</summary>
    public static HostOutcome[] Run(string operation, HostCase[] cases)
    {
        SkipUnlessThere();
        int code = RunProgram(operation, MemoryMarshal.AsBytes(cases.AsSpan()).ToArray(), out byte[] output);
        Assert.True(code == 0, $"x86 {operation} ended with {code}");
        HostOutcome[] outcomes = MemoryMarshal.Cast<byte, HostOutcome>(output).ToArray();
        Assert.Equal(cases.Length, outcomes.Length);
        return outcomes;
    }

    /// <summary>Skips the present test if this machine cannot judge it.</summary>
    public static void SkipUnlessThere(bool fma = false)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Skip("only an x86-64 processor can judge this");
        if (Built.Value.Program is null)
            Assert.Skip(Built.Value.Missing);
        if (fma && !Fma.Value)
            Assert.Skip("this processor has no fused multiply-add to compare with");
    }

    private static (string? Program, string Missing) Build()
    {
        string program = Folder.PathOf("x86");
        try
        {
            using Process gcc = Process.Start("gcc", ["-O1", "-o", program, Path.Combine(Path.GetDirectoryName(Here())!, "x86.c"), "-lm"]);
            gcc.WaitForExit();
            Assert.True(gcc.ExitCode == 0, "gcc did not compile x86.c");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, "gcc is not installed; on Debian: apt-get install gcc libc6-dev");
        }
        return (program, "");
    }

    private static int RunProgram(string operation, byte[] input, out byte[] output)
    {
        ProcessStartInfo start = new(Built.Value.Program!, [operation]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using MemoryStream read = new();
        Task reading = Task.Run(() => process.StandardOutput.BaseStream.CopyTo(read));
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        output = read.ToArray();
        return process.ExitCode;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
