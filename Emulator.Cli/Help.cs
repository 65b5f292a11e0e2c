using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Verbs;

namespace Emulator.Cli;

/// <summary><c>--help</c> and <c>--version</c>.</summary>
internal static class Help
{
    private const int Width = 100, LeftColumn = 26;

    /// <summary>The program in one line.</summary>
    public const string Summary = "An emulator of MMUs and of the execve that runs on them, for several architectures and two eras of Linux.";

    /// <summary>Replaces System.CommandLine's own texts.</summary>
    public static void Install(RootCommand root, Dispatcher dispatcher)
    {
        foreach (Option option in root.Options)
        {
            if (option is HelpOption help)
            {
                help.Description = "show help";
                help.Action = new Action(parsed => Write(parsed.InvocationConfiguration.Output, parsed.CommandResult.Command, dispatcher));
            }
            else if (option is VersionOption version)
            {
                version.Action = new Action(parsed => parsed.InvocationConfiguration.Output.WriteLine($"emulator {Version}"));
            }
        }
    }

    private static string Version =>
        typeof(Help).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static void Write(TextWriter output, Command command, Dispatcher dispatcher)
    {
        if (dispatcher.VerbOf(command) is { } verb)
            WriteVerb(output, verb, dispatcher.Common);
        else
            WriteRoot(output, dispatcher);
    }

    private static void WriteRoot(TextWriter output, Dispatcher dispatcher)
    {
        output.WriteLine("usage: emulator VERB [options] [operands]");
        output.WriteLine();
        Wrap(output, Summary);
        output.WriteLine();
        output.WriteLine("verbs:");
        foreach (Verb verb in dispatcher.Verbs)
            Row(output, verb.Name, verb.Summary);
        output.WriteLine();
        output.WriteLine("options:");
        Row(output, "--help", "show help; each verb has its own");
        Row(output, "--version", "show the version");
        output.WriteLine();
        Wrap(output, "Options can also be set in the environment (EMULATOR_KERNEL=6.1, EMULATOR_LOG_LEVEL=debug) and in emulator.json in the current directory ({\"kernel\": \"6.1\"}); the command line wins over the environment, which wins over the file.");
        output.WriteLine();
        Wrap(output, "exit codes: 0 done; 1 the modelled execve failed, or the ways differ; 2 usage; 3 a file cannot be read or is for no known machine; 4 a bug of the emulator.");
        output.WriteLine();
        output.WriteLine("example:");
        output.WriteLine("  emulator demo");
        foreach (Verb verb in dispatcher.Verbs.Take(1))
            output.WriteLine($"  {verb.Examples[0]}");
    }

    private static void WriteVerb(TextWriter output, Verb verb, CommonOptions common)
    {
        output.WriteLine($"usage: emulator {verb.Name} [options] {verb.Operands}".TrimEnd());
        output.WriteLine();
        Wrap(output, $"{verb.Summary}. {verb.Details}");
        output.WriteLine();
        output.WriteLine("options:");
        foreach (CliOption option in verb.Options.Concat(common.All))
            Row(output, option.ValueName is null ? option.Name : option.MayStandAlone ? $"{option.Name}[={option.ValueName}]" : $"{option.Name} {option.ValueName}", option.Description);
        Row(output, "--help", "show this");
        output.WriteLine();
        if (verb.Options.Any(option => option.Name == "--memory"))
        {
            Wrap(output, "Sizes take k, m and g (powers of 1024) and 0x. -- ends the options.");
            output.WriteLine();
        }
        output.WriteLine(verb.Examples.Count == 1 ? "example:" : "examples:");
        foreach (string example in verb.Examples)
            output.WriteLine($"  {example}");
    }

    private static void Row(TextWriter output, string left, string text)
    {
        string start = $"  {left}";
        if (start.Length >= LeftColumn)
        {
            output.WriteLine(start);
            start = "";
        }
        foreach (string line in Wrapping.Lines(text, Width - LeftColumn))
        {
            output.WriteLine(start.PadRight(LeftColumn) + line);
            start = "";
        }
    }

    private static void Wrap(TextWriter output, string text)
    {
        foreach (string line in Wrapping.Lines(text, Width))
            output.WriteLine(line);
    }

    private sealed class Action(Action<ParseResult> write) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            write(parseResult);
            return ExitCode.Done;
        }
    }
}
