using System.CommandLine;

namespace Emulator.Cli.Options;

/// <summary>
/// An option that keeps its text: what the text means is found out later, so that the same goes for the environment and the
/// settings file, and every error is worded here.
/// </summary>
internal sealed class CliOption : Option<string[]>
{
    private readonly Func<string> _describe;
    private readonly Lazy<string[]> _choices;

    /// <summary>Makes an option.</summary>
    /// <param name="name">With its two dashes.</param>
    /// <param name="value">What its value is called in help; null for a switch.</param>
    /// <param name="description">One line.</param>
    /// <param name="choices">Values to offer, for completion and on pages.</param>
    public CliOption(string name, string? value, string description, params string[] choices)
        : this(name, value, () => description, () => choices)
    {
    }

    /// <summary>Makes an option that puts together what it says when somebody asks: most lines ask for no help.</summary>
    /// <param name="name">With its two dashes.</param>
    /// <param name="value">What its value is called in help; null for a switch.</param>
    /// <param name="describe">Makes the one line.</param>
    /// <param name="choose">Makes the values to offer.</param>
    public CliOption(string name, string? value, Func<string> describe, Func<string[]> choose)
        : base(name)
    {
        ValueName = value;
        HelpName = value;
        Arity = value is null ? ArgumentArity.Zero : ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        _describe = describe;
        _choices = new Lazy<string[]>(choose);
        CompletionSources.Add(_ => Choices);
    }

    /// <summary>What it is for: one line.</summary>
    public new string Description => _describe();

    /// <summary>What its value is called; null for a switch.</summary>
    public string? ValueName { get; }

    /// <summary>Values to offer.</summary>
    public string[] Choices => _choices.Value;

    /// <summary>Whether the choices are all that there is.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether a value is a comma list of the choices.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it may stand without a value, which then has to follow an equals sign when there is one; it has the value <c>true</c> without.</summary>
    public bool MayStandAlone { get; init; }

    /// <summary>Whether it may be given several times, each time adding a value.</summary>
    public bool Repeats { get; init; }

    /// <summary>Its name in the settings file: without dashes before it.</summary>
    public string Key => Name[2..];
}
