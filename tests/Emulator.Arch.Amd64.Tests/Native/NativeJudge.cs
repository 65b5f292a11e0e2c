using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emulator.Judges;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>Runs cases on the processor of this computer, by a small C program that is compiled first.</summary>
internal static class NativeJudge
{
    /// <summary>Where the instruction lies, and the page around it that is full of int3.</summary>
    public const ulong CodePage = 0x2000_0000, CodeAt = CodePage + 0x400;

    /// <summary>Where the two pages of data lie, and 512 bytes about their border that are looked at.</summary>
    public const ulong DataPages = 0x3000_0000, DataAt = DataPages + 0x1000 - 256;

    /// <summary>A page of zeros that cannot be written.</summary>
    public const ulong ReadOnlyPage = 0x3200_0000;

    private static readonly Lazy<string> Program64 = new(() => Compile("gcc", "judge64"));
    private static readonly Lazy<string> Program32 = new(() => Compile("i686-linux-gnu-gcc", "judge32", "-static", "-no-pie"));

    /// <summary>Runs cases; there are as many results.</summary>
    /// <exception cref="MissingToolException">There is no compiler, or this computer is no x86-64.</exception>
    public static NativeResult[] Run(int bits, ReadOnlySpan<NativeCase> cases)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new MissingToolException($"this computer's processor is {RuntimeInformation.ProcessArchitecture}; x86 instructions are judged on an x86-64");
        using Process process = Process.Start(new ProcessStartInfo(bits == 64 ? Program64.Value : Program32.Value)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        byte[] input = MemoryMarshal.AsBytes(cases).ToArray();
        Task feed = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        NativeResult[] results = new NativeResult[cases.Length];
        process.StandardOutput.BaseStream.ReadExactly(MemoryMarshal.AsBytes(results.AsSpan()));
        feed.GetAwaiter().GetResult();
        process.WaitForExit();
        return results;
    }

    private static string Compile(string compiler, string name, params string[] options)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "native");
        Directory.CreateDirectory(folder);
        string program = Path.Combine(folder, name), source = Path.Combine(Path.GetDirectoryName(SourcePath())!, "judge.c");
        ProcessStartInfo start = new(compiler) { RedirectStandardError = true };
        foreach (string argument in (string[])["-O1", "-Wall", "-Wextra", .. options, "-o", program, source])
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? program : throw new InvalidOperationException($"{compiler}: {errors}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new MissingToolException($"{compiler} is not installed; on Debian: apt-get install {(compiler == "gcc" ? "gcc libc6-dev" : "gcc-i686-linux-gnu libc6-dev-i386-cross")}");
        }
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
