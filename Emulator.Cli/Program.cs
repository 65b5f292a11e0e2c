using System.CommandLine;
using System.Text;
using Emulator.Cli.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;

namespace Emulator.Cli;

/// <summary>Composes the host, runs one command line, and turns whatever went wrong into one line and an exit code.</summary>
internal static class Program
{
    /// <summary>Runs a command line.</summary>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, Surroundings around)
    {
        ILogger<Dispatcher>? log = null;
        try
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            Settings.AddTo(builder.Configuration, around);
            Dispatcher dispatcher = new(Plugins.Registry(), builder.Configuration);
            Settings.Check(around, dispatcher.OptionKeys);
            ParseResult parsed = dispatcher.Parse(args);
            builder.Services.AddSerilog(LogSetup.Create(new LineValues(parsed, builder.Configuration), dispatcher.Common, around), dispose: true);
            using IHost host = builder.Build();
            log = host.Services.GetRequiredService<ILogger<Dispatcher>>();
            return dispatcher.Run(parsed, around, log);
        }
        catch (ProblemException problem)
        {
            around.Error.WriteLine($"emulator: {problem.Message}");
            return problem.ExitCode;
        }
        catch (Exception bug)
        {
            log?.LogDebug(bug, "the emulator failed");
            around.Error.WriteLine($"emulator: {Describe(bug)}");
            return ExitCode.Bug;
        }
    }

    /// <summary>What is said of a bug of the emulator itself.</summary>
    public static string Describe(Exception bug) =>
        $"a bug of its own: {bug.GetType().Name}: {Words.OneLine(bug.Message)}; please report it with this command line, the program file and the log that --log-level debug --log-file FILE writes";

    private static int Main(string[] args)
    {
        UTF8Encoding encoding = new(encoderShouldEmitUTF8Identifier: false);
        using StreamWriter output = new(Console.OpenStandardOutput(), encoding, bufferSize: 1 << 16) { NewLine = "\n" };
        using StreamWriter error = new(Console.OpenStandardError(), encoding) { NewLine = "\n", AutoFlush = true };
        return Run(args, Surroundings.OfProcess(output, error));
    }
}
