using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Emulator.Cli.Batches;
using Emulator.Cli.Lessons;
using Emulator.Cli.Options;
using Emulator.Cli.Verbs;
using Emulator.Core.Machines;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli;

/// <summary>Knows the verbs: parses a command line and hands it to one of them.</summary>
internal sealed class Dispatcher
{
    private static readonly ParserConfiguration Rules = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly Settings _settings;
    private readonly RootCommand _root;
    private readonly Dictionary<Command, Verb> _verbs = [];

    /// <summary>Makes the verbs for some architectures.</summary>
    /// <param name="registry">The architectures.</param>
    /// <param name="settings">Options from environment and file.</param>
    public Dispatcher(ArchitectureRegistry registry, Settings settings)
    {
        _settings = settings;
        ExecOptions exec = new(registry);
        ExecPlanner planner = new(exec, registry);
        _root = new RootCommand(Help.Summary);
        foreach (Verb verb in new Verb[]
        {
            new CompareVerb(exec, planner, registry), new RunVerb(exec, planner), new WalkVerb(exec, planner), new TablesVerb(exec, planner), new MapsVerb(exec, planner), new ArchVerb(registry),
            new LessonVerb(invocation => new LessonCommands(new Dispatcher(registry, Settings.None), invocation.Around, invocation.Log)),
            new BatchVerb(invocation => new BatchWorker(new Dispatcher(registry, settings), invocation.Around with { Input = () => throw ProblemException.Usage("standard input is the batch's; give a file") }, invocation.Log)),
            new DiffVerb(exec, this),
            new ServeVerb(exec, planner, registry), new DemoVerb(exec, planner, registry),
        })
        {
            Command command = new(verb.Name, verb.Summary);
            _root.Add(command);
            _verbs.Add(command, verb);
        }
        Help.Install(_root, this);
    }

    /// <summary>Options of every verb.</summary>
    public CommonOptions Common { get; } = new();

    /// <summary>The verbs.</summary>
    public IEnumerable<Verb> Verbs => _verbs.Values;

    /// <summary>Names of all options, without their dashes.</summary>
    public IReadOnlyCollection<string> OptionKeys => [.. Verbs.SelectMany(verb => verb.Options).Concat(Common.All).Select(option => option.Key).Distinct()];

    /// <summary>Parses a command line.</summary>
    /// <remarks>A verb's options are put together when a line names it: there are some hundreds of all verbs, and a line asks for one.</remarks>
    public ParseResult Parse(IReadOnlyList<string> args)
    {
        bool all = args is [['[', ..], ..];     // a directive: completion
        foreach ((Command command, Verb verb) in _verbs)
        {
            if (command.Arguments.Count + command.Options.Count == 0 && (all || args.Contains(verb.Name)))
                verb.AddTo(command, Common);
        }
        return _root.Parse(WithValues(args), Rules);
    }

    /// <summary>Gives options that stand alone their value; what is behind the first operand is not ours.</summary>
    private IReadOnlyList<string> WithValues(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || _verbs.Values.FirstOrDefault(verb => verb.Name == args[0]) is not { } verb)
            return args;
        CliOption[] alone = [.. verb.Options.Where(option => option.MayStandAlone)];
        if (!args.Any(word => alone.Any(option => option.Name == word)))
            return args;
        CliOption[] known = [.. verb.Options, .. Common.All];
        string[] words = [.. args];
        for (int i = 1; i < words.Length && words[i] is ['-', _, ..] and not "--"; i++)
        {
            if (known.FirstOrDefault(option => option.Name == words[i]) is not { } option)
                continue;
            if (option.MayStandAlone)
                words[i] += $"={bool.TrueString}";
            else if (option.ValueName is not null)
                i++;
        }
        return words;
    }

    /// <summary>The verb of a command; null for the root.</summary>
    public Verb? VerbOf(Command command) => _verbs.GetValueOrDefault(command);

    /// <summary>Whether a line asks for help, the version or completion; it may have errors then.</summary>
    public static bool IsAside(ParseResult parsed) => parsed.Action is not (null or ParseErrorAction);

    /// <summary>Runs what was parsed: a verb, or help, version, completion.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ParseResult parsed, Surroundings around, ILogger log)
    {
        if (IsAside(parsed))
            return parsed.Invoke(new InvocationConfiguration { Output = around.Output, Error = around.Error, EnableDefaultExceptionHandler = false });
        return Find(parsed).Run(Prepare(parsed, around, log));
    }

    /// <summary>The verb that a line asks for.</summary>
    /// <exception cref="ProblemException">The line makes no sense.</exception>
    public Verb Find(ParseResult parsed)
    {
        if (VerbOf(parsed.CommandResult.Command) is not { } verb)
        {
            string[] names = [.. Verbs.Select(known => known.Name)];
            if (parsed.UnmatchedTokens is not [var word, ..])
                throw ProblemException.Usage($"a verb is missing: {Words.Or(names)}; see emulator --help");
            string hint = Words.Nearest(word, names) is { } near ? $"did you mean {near}?" : $"use {Words.Or(names)}";
            throw ProblemException.Usage($"there is no verb \"{word}\"; {hint}");
        }
        foreach (ParseError error in parsed.Errors)
        {
            throw ProblemException.Usage(error.SymbolResult switch
            {
                OptionResult { Option: CliOption { ValueName: { } value } option } => $"{option.Name}: its {value} is missing",
                ArgumentResult { Argument: { } argument } when argument.Arity.MinimumNumberOfValues > 0 => $"{verb.Name}: {argument.Name} is missing; see emulator {verb.Name} --help",
                _ when parsed.UnmatchedTokens is [var extra, ..] => $"{verb.Name}: \"{extra}\" is one operand too many; see emulator {verb.Name} --help",
                _ => $"{verb.Name}: {error.Message}",
            });
        }
        return verb;
    }

    /// <summary>Everything that a verb needs.</summary>
    public Invocation Prepare(ParseResult parsed, Surroundings around, ILogger log) => new()
    {
        Parsed = parsed,
        Values = new LineValues(parsed, _settings),
        Common = Common,
        Around = around,
        Log = log,
    };
}
