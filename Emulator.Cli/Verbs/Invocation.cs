using System.CommandLine;
using System.CommandLine.Parsing;
using Emulator.Cli.Options;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>One command line on its way through a verb.</summary>
internal sealed record Invocation
{
    /// <summary>As parsed.</summary>
    public required ParseResult Parsed { get; init; }

    /// <summary>Values of options.</summary>
    public required OptionValues Values { get; init; }

    /// <summary>Options of every verb.</summary>
    public required CommonOptions Common { get; init; }

    /// <summary>Everything outside.</summary>
    public required Surroundings Around { get; init; }

    /// <summary>The log.</summary>
    public required ILogger Log { get; init; }

    /// <summary>What takes so long.</summary>
    public Progress Progress { get; init; } = Progress.Silent;

    /// <summary>The operands of an argument, in order.</summary>
    /// <exception cref="ProblemException">One of them looks like an option and is not behind <c>--</c>.</exception>
    public IReadOnlyList<string> Operands(Argument argument) => Operands(argument, out _);

    /// <summary>The same.</summary>
    /// <param name="argument">Which.</param>
    /// <param name="beforeDashes">How many of them come before <c>--</c>; all, when there is none.</param>
    public IReadOnlyList<string> Operands(Argument argument, out int beforeDashes)
    {
        beforeDashes = 0;
        if (Parsed.GetResult(argument) is not { } result)
            return [];
        int dashes = IndexOf(token => token.Type == TokenType.DoubleDash);
        foreach (Token token in result.Tokens)
        {
            int index = IndexOf(other => ReferenceEquals(other, token));
            if (dashes >= 0 && index > dashes)
                break;
            beforeDashes++;
            bool isOption = token.Value.Length > 1 && token.Value[0] == '-' && !token.Value.Split('=')[0].Contains(' ');     // a command line in quotes is none
            if (!argument.CaptureRemainingTokens && isOption)
                throw UnknownOption(token.Value);
        }
        return [.. result.Tokens.Select(token => token.Value)];
    }

    private int IndexOf(Func<Token, bool> wanted)
    {
        for (int i = 0; i < Parsed.Tokens.Count; i++)
        {
            if (wanted(Parsed.Tokens[i]))
                return i;
        }
        return -1;
    }

    private ProblemException UnknownOption(string text)
    {
        string verb = Parsed.CommandResult.Command.Name, name = text.Split('=')[0];
        string? near = Words.Nearest(name, Parsed.CommandResult.Command.Options.Select(option => option.Name));
        return ProblemException.Usage($"{verb}: there is no option {name}{(near is null ? $"; see emulator {verb} --help" : $"; did you mean {near}?")}");
    }
}
