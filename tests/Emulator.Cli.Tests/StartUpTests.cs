using System.Buffers.Binary;
using System.Diagnostics;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>A program that is run waits for nothing that it does not need.</summary>
public class StartUpTests
{
    /// <summary>What a program's run has no use for: the web server, the log behind a host, settings from files, pages, and other architectures.</summary>
    private static readonly string[] Needless =
    [
        "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Serilog", "Spectre", "Markdig",
        "System.Text.Json", "System.Text.RegularExpressions", "System.Reflection.Emit", "Emulator.Arch.Amd64", "Emulator.Arch.Ppc64", "Emulator.Arch.S390", "Emulator.Arch.Sparc64", "Iced",
    ];

    [Fact]
    public async Task A_run_loads_its_own_architecture_and_nothing_for_other_verbs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a process has mapped is read from /proc");
        string guest = GuestCommand.Alpha("input");
        ProcessStartInfo info = new(Path.Combine(AppContext.BaseDirectory, "emulator"), ["run", guest, "copy"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(info)!;
        await process.StandardInput.WriteAsync("it runs\n");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        char[] said = new char["it runs\n".Length];
        await process.StandardOutput.ReadBlockAsync(said, TestContext.Current.CancellationToken);

        string[] mapped = [.. (await File.ReadAllLinesAsync($"/proc/{process.Id}/maps", TestContext.Current.CancellationToken)).Select(line => line[(line.LastIndexOf('/') + 1)..]).Distinct()];
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("it runs\n", new string(said));
        Assert.Contains("Emulator.Arch.Alpha.dll", mapped);
        Assert.All(Needless, name => Assert.DoesNotContain(mapped, file => file.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_plugin_that_a_program_is_for_is_made()
    {
        List<string> made = [];
        ArchitectureRegistry registry = new();
        foreach (Architecture architecture in Plugins.Registry().Architectures)
        {
            registry.Add(architecture.Name, [.. architecture.Abis.SelectMany(abi => abi.ElfMachines)], () =>
            {
                made.Add(architecture.Name);
                return architecture;
            });
        }

        Assert.Equal("alpha", registry.For(Image(Program("alpha")))?.Architecture.Name);
        Assert.Equal(["alpha"], made);
    }

    [Fact]
    public void Every_plugin_is_found_by_its_name_and_by_all_machines_of_its_userlands()
    {
        const int Machine = 18;     // e_machine
        foreach (Architecture architecture in Plugins.Registry().Architectures)
        {
            Assert.Equal(architecture.GetType(), Plugins.Registry().Find(architecture.Name)?.GetType());
            foreach (UserAbi abi in architecture.Abis)
            {
                byte[] file = Program(abi.Name);
                foreach (ushort machine in abi.ElfMachines)
                {
                    if (abi.Order == ByteOrder.BigEndian)
                        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(Machine), machine);
                    else
                        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Machine), machine);

                    Assert.Equal(abi, Plugins.Registry().For(Image(file))?.Abi);
                }
            }
        }
    }

    private static byte[] Program(string userland) => File.ReadAllBytes(Path.Combine(Repository.Root, CommandLine.Bundled($"{userland}/show")));

    private static ElfImage Image(byte[] file)
    {
        Assert.True(ElfImage.TryRead(file.Length, (offset, into) => file.AsSpan((int)offset, into.Length).TryCopyTo(into), out ElfImage? image, out _));
        return image;
    }
}
