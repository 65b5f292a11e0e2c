using System.Diagnostics;
using Emulator.Core.Elf;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Programs that somebody else's tools made: static glibc programs fresh from cross compilers, and the host's own /bin/true.</summary>
public class RealProgramTests
{
    private const string Source = """
        #include <stdio.h>
        #include <stdlib.h>
        static char big[100000];
        int main(int argc, char **argv) { big[argc] = 1; printf("%d %s\n", argc, argv[0]); return EXIT_SUCCESS; }
        """;

    public static TheoryData<string, string, string, string> Compilers => new()
    {
        { "gcc", "gcc, libc6-dev", "amd64", "x86_64" },
        { "i686-linux-gnu-gcc", "gcc-i686-linux-gnu, libc6-dev-i386-cross", "amd64", "i386" },
        { "s390x-linux-gnu-gcc", "gcc-s390x-linux-gnu, libc6-dev-s390x-cross", "s390", "s390x" },
    };

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Static_glibc_program_starts_alike_in_every_way(string compiler, string packages, string architecture, string abi)
    {
        Assert.SkipUnless(IsInstalled(compiler), $"{compiler} is not installed (Debian: {packages})");
        using TemporaryDirectory directory = new();
        string source = Path.Combine(directory.Path, "program.c"), program = Path.Combine(directory.Path, "program");
        File.WriteAllText(source, Source);
        Run(compiler, "-O2", "-static", "-o", program, source);
        ElfImage image = ReadHeaders(program);

        foreach (string kernel in Recorded.Registry.Find(architecture)!.Kernels)
        {
            (ExecResult inPlace, ExecResult staged, ExecResult @fixed) = ExecuteAll(architecture, kernel, program, ["one", "two"]);

            Assert.All([inPlace, staged, @fixed], result => Assert.True(result.Succeeded, $"{kernel} {result.Way}: {result.Error} {result.Reason}"));
            Assert.Equal(abi, inPlace.Abi!.Name);
            Assert.Equal(image.Entry, inPlace.User!.ProgramCounter);
            Assert.Equal(3, inPlace.User.ArgumentCount);
            Assert.Equal(inPlace.User.MemorySha256, staged.User!.MemorySha256);
            Assert.Equal(inPlace.User.MemorySha256, @fixed.User!.MemorySha256);
            Assert.Equal(inPlace.User.Maps, staged.User.Maps);
            AssertSegmentsAreMapped(image, inPlace.User.Maps);
        }
    }

    [Fact]
    public void The_hosts_own_true_starts_in_its_interpreter()
    {
        const string program = "/bin/true";
        Assert.SkipUnless(File.Exists(program) && OperatingSystem.IsLinux(), "this host has no /bin/true");
        ElfImage image = ReadHeaders(program);
        Assert.SkipUnless(image is { Machine: 62, Class: 64 }, "this host's /bin/true is not an amd64 program");
        Assert.Contains(image.Segments, segment => segment.Type == ElfSegment.Interpreter);

        foreach (string kernel in Recorded.Registry.Find("amd64")!.Kernels)
        {
            (ExecResult inPlace, ExecResult staged, _) = ExecuteAll("amd64", kernel, program, []);

            Assert.True(inPlace.Succeeded, $"{inPlace.Error} {inPlace.Reason}");
            UserView user = inPlace.User!;
            ulong baseOfInterpreter = user.Auxv.Single(entry => entry.Name == "AT_BASE").Value, entry = user.Auxv.Single(found => found.Name == "AT_ENTRY").Value;
            Assert.NotEqual(0ul, baseOfInterpreter);
            Assert.True(user.ProgramCounter > baseOfInterpreter && user.ProgramCounter != entry, "the interpreter runs first");
            Assert.Equal(image.Entry & 0xfff, entry & 0xfff);
            Assert.Contains(user.Maps, line => line.EndsWith(program, StringComparison.Ordinal));
            Assert.Contains(user.Maps, line => line.Contains("ld-linux", StringComparison.Ordinal));
            Assert.Equal(user.MemorySha256, staged.User!.MemorySha256);
            Assert.Equal(user.Maps, staged.User.Maps);
        }
    }

    private static (ExecResult InPlace, ExecResult Staged, ExecResult Fixed) ExecuteAll(string architecture, string kernel, string program, string[] arguments)
    {
        ExecResult Execute(string way)
        {
            using Machine machine = Recorded.Registry.Find(architecture)!.CreateMachine(new MachineOptions { Kernel = kernel }, null);
            using MemoryFile file = new(program, File.ReadAllBytes(program));
            return machine.Execute(new ExecRequest
            {
                Program = file,
                FileName = program,
                Arguments = [.. arguments.Prepend(program).Select(System.Text.Encoding.UTF8.GetBytes)],
                Environment = ["LANG=C"u8.ToArray()],
                Files = new HostFiles(),
            }, way);
        }
        return (Execute("in-place"), Execute("staged"), Execute("fixed"));
    }

    private static void AssertSegmentsAreMapped(ElfImage image, IEnumerable<string> maps)
    {
        (ulong Start, ulong End, string Rights)[] areas = [.. maps.Select(line => line.Split('-', ' ')).Select(parts =>
            (Convert.ToUInt64(parts[0], 16), Convert.ToUInt64(parts[1], 16), parts[2] + parts[3]))];
        foreach (ElfSegment segment in image.Segments.Where(segment => segment.Type == ElfSegment.Load && segment.MemoryBytes > 0))
        {
            ulong last = segment.VirtualAddress + segment.MemoryBytes - 1;
            Assert.Contains(areas, area => area.Start <= segment.VirtualAddress && segment.VirtualAddress < area.End && area.Rights.Contains('w') == segment.Writable);
            Assert.Contains(areas, area => area.Start <= last && last < area.End);
        }
    }

    private static ElfImage ReadHeaders(string path)
    {
        using MemoryFile file = new(path, File.ReadAllBytes(path));
        Assert.True(ElfImage.TryRead(file.Length, file.TryReadExactly, out ElfImage? image, out ElfFormatError? error), error?.Message);
        return image!;
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(directory => File.Exists(Path.Combine(directory, program)));

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
