using Emulator.Cli.Options;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Emulator.Cli;

/// <summary>Where logs go: standard error or a file, never standard output.</summary>
internal static class LogSetup
{
    private static readonly string[] Levels = ["verbose", "debug", "information", "warning", "error", "fatal"];

    /// <summary>Names of the levels, for help and completion.</summary>
    public static string[] LevelNames => [.. Levels];

    /// <summary>What the options want to be written.</summary>
    public static LogLevel LevelOf(OptionValues values, CommonOptions options) => (LogLevel)NumberOf(values, options);

    /// <summary>Makes the logger that the options ask for.</summary>
    public static Logger Create(OptionValues values, CommonOptions options, Surroundings around)
    {
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.Is((LogEventLevel)NumberOf(values, options));
        if (values.Text(options.LogFile) is not { } file)
            return configuration.WriteTo.Sink(new WriterSink(around.Error)).CreateLogger();
        string path = around.FullPath(file);
        try
        {
            File.Open(path, FileMode.Append).Dispose();
        }
        catch (IOException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
        return configuration.WriteTo.File(path).CreateLogger();
    }

    /// <summary>Serilog's levels and those of Microsoft.Extensions.Logging are the same six.</summary>
    private static int NumberOf(OptionValues values, CommonOptions options) => Array.IndexOf(Levels, values.Choice(options.LogLevel, Levels) ?? "warning");

    /// <summary>Writes to standard error, without a clock: the same command says the same.</summary>
    private sealed class WriterSink(TextWriter writer) : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _format = new("emulator: {Level:w}: {Message:lj}{NewLine}{Exception}");

        public void Emit(LogEvent logEvent)
        {
            lock (writer)
                _format.Format(logEvent, writer);
        }
    }
}
