using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Emulator.Cli.Files;

namespace Emulator.Cli;

/// <summary>Everything outside that the command line looks at, so that a test can hand in its own.</summary>
internal sealed record Surroundings
{
    private const int UsualWidth = 100;

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard output for what is no text; opened only when asked for.</summary>
    public Func<Stream> BinaryOutput { get; init; } = () => Stream.Null;

    /// <summary>Standard input for what is no text; opened only by the verb that reads it.</summary>
    public Func<Stream> BinaryInput { get; init; } = () => Stream.Null;

    /// <summary>Waits so many milliseconds at most until a read from <see cref="BinaryInput"/> would return at once, and says whether it would.</summary>
    public Func<int, bool> AwaitInput { get; init; } = _ => true;

    /// <summary>Whether standard input is a terminal.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Columns and rows of the terminal.</summary>
    public Func<(int Columns, int Rows)> Window { get; init; } = () => default;

    /// <summary>Whether signals of this process are meant for the program that it runs.</summary>
    public bool TakesSignals { get; init; }

    /// <summary>Standard error for what is no text; opened only when asked for.</summary>
    public Func<Stream> BinaryError { get; init; } = () => Stream.Null;

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input; opened only by the verb that reads it.</summary>
    public Func<TextReader> Input { get; init; } = () => TextReader.Null;

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Directory that <c>emulator.json</c> and relative paths are looked up in.</summary>
    public string Directory { get; init; } = System.Environment.CurrentDirectory;

    /// <summary>The directory that program files have to lie in; null when any will do.</summary>
    public FileRoot? Root { get; init; }

    /// <summary>Asks to be told, rather than ended, when the process is interrupted; until disposed.</summary>
    public Func<Action, IDisposable> OnInterrupt { get; init; } = _ => Nobody;

    /// <summary>Whether output goes to a terminal that takes colours.</summary>
    public bool OutputIsRich { get; init; }

    /// <summary>Whether standard output is a terminal, whatever it takes.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal, so that progress may be shown there.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether somebody reads the output and can answer it.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Waits for a key; null when nobody sits there.</summary>
    public Func<ConsoleKeyInfo>? ReadKey { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = UsualWidth;

    /// <summary>Those of the running process.</summary>
    public static Surroundings OfProcess(TextWriter output, TextWriter error)
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        bool terminal = !Console.IsOutputRedirected && environment.GetValueOrDefault("TERM") != "dumb";
        return new Surroundings
        {
            Output = output,
            Error = error,
            BinaryOutput = () => DescriptorStream.Open(1),
            BinaryInput = () => DescriptorStream.Open(0),
            BinaryError = () => DescriptorStream.Open(2),
            AwaitInput = DescriptorStream.AwaitInput,
            InputIsTerminal = !Console.IsInputRedirected,
            Window = DescriptorStream.WindowSize,
            TakesSignals = true,
            Input = () => new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)),
            Environment = environment,
            OutputIsRich = terminal && environment.GetValueOrDefault("NO_COLOR") is null or "",
            IsInteractive = terminal && !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OnInterrupt = interrupted => new Interrupts(interrupted),
            ReadKey = terminal && !Console.IsInputRedirected ? () => Console.ReadKey(intercept: true) : null,
            Width = terminal && DescriptorStream.WindowSize().Columns is > 0 and var columns ? Math.Max(columns, 40) : UsualWidth,
        };
    }

    /// <summary>A path as the user typed it, made absolute.</summary>
    /// <exception cref="ProblemException">It has a NUL inside, which no host allows.</exception>
    public string FullPath(string path) => path.Contains('\0')
        ? throw ProblemException.Usage("a path with a NUL inside cannot be opened")
        : Path.GetFullPath(path, Directory);

    /// <summary>A program file's path as the user or another program wrote it, made absolute.</summary>
    /// <exception cref="ProblemException">It lies outside <see cref="Root"/>.</exception>
    public string ProgramPath(string path)
    {
        string full = FullPath(path);
        return Root is null ? full : Root.Find(full) ?? throw ProblemException.Input($"{path}: lies outside {Root.Path}, where this server may open files");
    }

    private static IDisposable Nobody { get; } = new StringReader("");

    /// <summary>Signals that would end the process.</summary>
    private sealed class Interrupts : IDisposable
    {
        private readonly PosixSignalRegistration[] _signals;

        public Interrupts(Action interrupted)
        {
            void Tell(PosixSignalContext signal)
            {
                signal.Cancel = true;
                interrupted();
            }
            _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Tell), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Tell)];
        }

        public void Dispose()
        {
            foreach (PosixSignalRegistration signal in _signals)
                signal.Dispose();
        }
    }
}
