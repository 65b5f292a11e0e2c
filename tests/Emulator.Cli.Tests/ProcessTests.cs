using System.Diagnostics;
using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>The program as a process of its own.</summary>
public class ProcessTests
{
    [Fact]
    public async Task A_report_goes_to_standard_output_and_the_exit_code_to_the_shell()
    {
        (int exit, string output, string error) = await Start(["compare", "--json", "-", CommandLine.Bundled("s390/show"), "ä"]);

        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(CommandLine.Run("compare", "--json", "-", CommandLine.Bundled("s390/show"), "ä").Output, output);
    }

    [Fact]
    public async Task Errors_go_to_standard_error()
    {
        Assert.Equal((3, "", "emulator: no/such/file: no such file\n"), await Start(["maps", "no/such/file"]));
    }

    [Fact]
    public async Task A_batch_answers_before_it_is_asked_again()
    {
        using Process process = Process.Start(Info(["batch", "-"]))!;
        for (int i = 0; i < 3; i++)
        {
            string request = JsonSerializer.Serialize(new { id = i, args = new[] { "compare", CommandLine.Bundled("i386/tiny") } });
            await process.StandardInput.WriteLineAsync(request.AsMemory(), TestContext.Current.CancellationToken);
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            string? answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(i, JsonDocument.Parse(answer!).RootElement.GetProperty("id").GetInt32());
        }
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Memory_of_a_batch_stays_flat()
    {
        using Process process = Process.Start(Info(["batch", "-"]))!;
        long before = await AskFor(150);

        long after = await AskFor(450);

        // 450 machines of 2 MiB or more would show.
        Assert.InRange(after - before, long.MinValue, 150L << 20);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);

        async Task<long> AskFor(int times)
        {
            string request = JsonSerializer.Serialize(new { id = 0, args = new[] { "compare", "--arg-bytes", "400k", CommandLine.Bundled("x86_64/show") } });
            for (int i = 0; i < times; i++)
            {
                await process.StandardInput.WriteLineAsync(request.AsMemory(), TestContext.Current.CancellationToken);
                await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
                Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            }
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_no_bug()
    {
        using Process process = Process.Start(Info(["compare", "--way", "all", CommandLine.Bundled("x86_64/show")]))!;
        process.StandardOutput.Close();

        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_memory_stays_within_guest_memory_and_a_fixed_overhead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak of a process's memory is read from /proc");
        const long Guest = 192 << 20, Overhead = 160 << 20;     // some 60 MiB are .NET and the tables of one machine
        // 160 MiB of strings, in one way after the other.
        using Process process = Process.Start(Info(["compare", "--memory", "192m", "--arg-cap", "none", "--stack-limit", "unlimited", "--arg-pages", "40960", "--json", "-", CommandLine.Bundled("x86_64/show")]))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        long peak = 0;
        while (!process.WaitForExit(10))
            peak = Math.Max(peak, PeakOf(process));

        Assert.Equal((0, ""), (process.ExitCode, await error));
        Assert.NotEmpty(await output);
        Assert.InRange(peak, 160L << 20, Guest + Overhead);
    }

    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;       // it has just ended
        }
    }

    private static ProcessStartInfo Info(IEnumerable<string> args)
    {
        ProcessStartInfo info = new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "emulator.exe" : "emulator"), args)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new System.Text.UTF8Encoding(false),
        };
        foreach (string name in info.Environment.Keys.Where(name => name.StartsWith("EMULATOR_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        return info;
    }

    private static async Task<(int Exit, string Output, string Error)> Start(IEnumerable<string> args)
    {
        using Process process = Process.Start(Info(args))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}
