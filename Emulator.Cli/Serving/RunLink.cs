using System.Text;
using Emulator.Cli.Options;
using Microsoft.AspNetCore.WebUtilities;

namespace Emulator.Cli.Serving;

/// <summary>
/// A run as the part of an address behind the question mark, which has everything that the run is made of: whoever opens the
/// address sees the same. Options have their names on the command line; what is empty is not there.
/// </summary>
internal sealed class RunLink
{
    /// <summary>A program that comes along.</summary>
    public const string ProgramKey = "program";

    /// <summary>A file under the server's root.</summary>
    public const string FileKey = "file";

    /// <summary>Arguments, a line each.</summary>
    public const string ArgumentsKey = "args";

    /// <summary>Another run, kept beside this one: its link.</summary>
    public const string KeptKey = "kept";

    private readonly IReadOnlyList<CliOption> _options;
    private readonly Dictionary<CliOption, IReadOnlyList<string>> _values = [];

    private RunLink(IReadOnlyList<CliOption> options) => _options = options;

    /// <summary>The program that comes along; null when none is named.</summary>
    public string? Program { get; private set; }

    /// <summary>The file under the server's root; null when none is named.</summary>
    public string? File { get; private set; }

    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <summary>The run that is kept beside it; null for none.</summary>
    public RunLink? Kept { get; private set; }

    /// <summary>What is wrong with the link itself; null when nothing is.</summary>
    public ProblemException? Problem { get; private set; }

    /// <summary>Whether it names a program.</summary>
    public bool IsRun => Program is not null || File is not null;

    /// <summary>The program, as it is called.</summary>
    public string Name => File ?? Program ?? "";

    /// <summary>Options that a link may have: all but those that tell of the server's own surroundings.</summary>
    public static IReadOnlyList<CliOption> OptionsOf(ExecOptions options) => [.. options.All.Where(option => option != options.EnvironmentFromHost), .. options.Adversity];

    /// <summary>Reads a link. What it makes no sense of is left out, and its first problem kept.</summary>
    /// <param name="query">The part behind the question mark.</param>
    /// <param name="options">The options that it may have.</param>
    /// <param name="usual">Values for options that it does not give, when they are not the command line's.</param>
    public static RunLink Parse(string query, IReadOnlyList<CliOption> options, params IReadOnlyList<(CliOption Option, string Value)> usual) => Parse(query, options, usual, mayKeep: true);

    /// <summary>Values of an option; of a comma list, one by one.</summary>
    public IReadOnlyList<string> Of(CliOption option) => _values.GetValueOrDefault(option) ?? [];

    /// <summary>The options' values as the planner wants them.</summary>
    public OptionValues Values
    {
        get
        {
            FixedValues values = new();
            foreach ((CliOption option, IReadOnlyList<string> given) in Given)
                values.Set(option, option.IsList ? [string.Join(',', given)] : given);
            return values;
        }
    }

    /// <summary>The same run without another one beside it.</summary>
    public RunLink Alone => Kept is null ? this : With(null);

    /// <summary>The same run beside another one.</summary>
    public RunLink With(RunLink? kept)
    {
        RunLink copy = (RunLink)MemberwiseClone();
        copy.Kept = kept;
        return copy;
    }

    /// <summary>The link, always in the same form.</summary>
    public string ToQuery()
    {
        StringBuilder query = new();
        void Add(string key, string value) => query.Append(query.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(key)).Append('=').Append(Uri.EscapeDataString(value));
        if (Program is not null)
            Add(ProgramKey, Program);
        if (File is not null)
            Add(FileKey, File);
        if (Arguments.Count > 0)
            Add(ArgumentsKey, Lines(Arguments));
        foreach ((CliOption option, IReadOnlyList<string> given) in Given)
            Add(option.Key, option.IsList ? string.Join(',', given) : option.Repeats ? Lines(given) : given[^1]);
        if (Kept is not null)
            Add(KeptKey, Kept.ToQuery());
        return query.ToString();
    }

    /// <summary>The command line that makes the same run, word by word, without <c>emulator</c>.</summary>
    public IReadOnlyList<string> ToWords()
    {
        List<string> words = ["compare"];
        foreach ((CliOption option, IReadOnlyList<string> given) in Given)
        {
            foreach (string value in option.IsList ? [string.Join(',', given)] : option.Repeats ? given : given.TakeLast(1))
            {
                if (option.ValueName is null)
                    words.Add(option.Name);
                else if (value.StartsWith('-'))
                    words.Add($"{option.Name}={value}");
                else
                    words.AddRange([option.Name, value]);
            }
        }
        if (Name.StartsWith('-'))
            words.Add("--");
        return [.. words, Name, .. Arguments];
    }

    /// <summary>Options that are given, in the order of the help text.</summary>
    private IEnumerable<(CliOption Option, IReadOnlyList<string> Values)> Given => _options.Where(_values.ContainsKey).Select(option => (option, _values[option]));

    /// <summary>Lines as one text: every line ends, so that an empty last one is not lost.</summary>
    public static string Lines(IReadOnlyList<string> lines) => lines is [] ? "" : lines[^1].Length > 0 ? string.Join('\n', lines) : string.Join('\n', lines) + "\n";

    private static RunLink Parse(string query, IReadOnlyList<CliOption> options, IReadOnlyList<(CliOption Option, string Value)> usual, bool mayKeep)
    {
        RunLink link = new(options);
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query))
        {
            (string key, string value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString().ReplaceLineEndings("\n"));
            if (key != KeptKey || !mayKeep)
                link.Take(key, value);
            else if (Parse(value, options, usual, mayKeep: false) is { IsRun: true } kept)
                link.Kept = kept;
        }
        foreach ((CliOption option, string value) in usual.Where(each => link.IsRun && !link._values.ContainsKey(each.Option)))
            link._values[option] = [value];
        if (link is { Program: not null, File: not null })
            link.Problem ??= ProblemException.Usage($"{ProgramKey} and {FileKey} both say what to run; give one of them");
        return link;
    }

    private void Take(string key, string value)
    {
        if (value.Length == 0)
            return;
        switch (key)
        {
            case ProgramKey:
                Program = value;
                break;
            case FileKey:
                File = value;
                break;
            case ArgumentsKey:
                Arguments = SplitLines(value);
                break;
            default:
                TakeOption(key, value);
                break;
        }
    }

    private void TakeOption(string key, string value)
    {
        if (_options.FirstOrDefault(option => option.Key == key) is not { } known)
        {
            string[] names = [ProgramKey, FileKey, ArgumentsKey, .. _options.Select(option => option.Key)];
            Problem ??= ProblemException.Usage($"there is no option \"{key}\"{(Words.Nearest(key, names) is { } near ? $"; did you mean {near}?" : " for a link")}");
        }
        else if (known.IsList)
        {
            _values[known] = [.. Of(known).Concat(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        }
        else if (known.Repeats)
        {
            _values[known] = [.. Of(known), .. SplitLines(value)];
        }
        else
        {
            _values[known] = [value];
        }
    }

    private static string[] SplitLines(string text) => (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
}
