using System.CommandLine;
using System.Text;
using Emulator.Cli.Options;
using Emulator.Core.Machines;
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
        HostLog? log = null;
        IDisposable? host = null;
        try
        {
            Settings settings = Settings.Read(around);
            ArchitectureRegistry registry = Plugins.Registry();
            Dispatcher dispatcher = new(registry, settings);
            CliOption plugin = dispatcher.Common.Plugin;
            settings.Check(dispatcher, plugin);
            ParseResult parsed = dispatcher.Parse(args);
            if (PluginFile.AddTo(registry, plugin, new LineValues(parsed, settings), around))
            {
                dispatcher = new Dispatcher(registry, settings);   // with what they bring in its help and errors
                parsed = dispatcher.Parse(args);
            }
            LineValues values = new(parsed, settings);
            CommonOptions common = dispatcher.Common;
            log = new HostLog(LogSetup.LevelOf(values, common), () =>
            {
                IHost made = MakeHost(LogSetup.Create(values, common, around));
                host = made;
                return made.Services.GetRequiredService<ILogger<Dispatcher>>();
            });
            if (values.Text(common.LogFile) is not null)
                log.Open();     // it is there, or refused, whatever is written
            int exit = dispatcher.Run(parsed, around, log);
            around.Output.Flush();
            return exit;
        }
        catch (ProblemException problem)
        {
            around.Error.WriteLine($"emulator: {problem.Message}");
            return problem.ExitCode;
        }
        catch (IOException problem) when (PluginContext.Behind(problem) is null && Logged(log, problem))
        {
            // Files are opened where that can be told better; this is a disk that failed, or a reader that has gone.
            around.Error.WriteLine($"emulator: input or output failed: {Words.OneLine(problem.Message)}");
            return ExitCode.Input;
        }
        catch (Exception bug) when (Logged(log, bug))
        {
            around.Error.WriteLine($"emulator: {Describe(bug)}");
            return ExitCode.Bug;
        }
        finally
        {
            host?.Dispose();
        }
    }

    /// <summary>What is said of a bug of the emulator itself, or of a plugin.</summary>
    public static string Describe(Exception bug)
    {
        string whose = PluginContext.Behind(bug) is { } plugin ? $"a bug of the plugin {plugin.File}" : "a bug of its own";
        return $"{whose}: {bug.GetType().Name}: {Words.OneLine(bug.Message)}; please report it with this command line, the program file and the log that --log-level debug --log-file FILE writes";
    }

    /// <summary>Logs an exception while the log still lives: as a filter, before the host is disposed.</summary>
    private static bool Logged(HostLog? log, Exception problem)
    {
        log?.LogDebug(problem, "the command failed");
        return true;
    }

    private static IHost MakeHost(Serilog.Core.Logger logger)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSerilog(logger, dispose: true);
        return builder.Build();
    }

    private static int Main(string[] args)
    {
        // Neither is disposed: Run has flushed, or there is nobody left to read.
        UTF8Encoding encoding = new(encoderShouldEmitUTF8Identifier: false);
        StreamWriter output = new(Console.OpenStandardOutput(), encoding, bufferSize: 1 << 16) { NewLine = "\n" };
        StreamWriter error = new(Console.OpenStandardError(), encoding) { NewLine = "\n", AutoFlush = true };
        return Run(args, Surroundings.OfProcess(output, error));
    }
}
