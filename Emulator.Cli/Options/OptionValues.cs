using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Configuration;

namespace Emulator.Cli.Options;

/// <summary>The values of options: of the command line, else of the environment, else of the settings file.</summary>
internal sealed class OptionValues(ParseResult parsed, IConfiguration settings)
{
    /// <summary>The text of an option; of several, the last. Null when it is given nowhere.</summary>
    public string? Text(CliOption option) => All(option) is [.., var last] ? last : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> All(CliOption option)
    {
        if (parsed.GetResult(option) is { Implicit: false } given)
            return [.. given.Tokens.Select(token => token.Value)];
        if (settings[option.Key] is { Length: > 0 } value)
            return [value];
        return [.. settings.GetSection(option.Key).GetChildren().Select(child => child.Value).OfType<string>()];
    }

    /// <summary>Whether a switch is on.</summary>
    public bool IsOn(CliOption option)
    {
        if (parsed.GetResult(option) is { Implicit: false })
            return true;
        return settings[option.Key] switch
        {
            null or "" or "0" => false,
            "1" => true,
            var text when bool.TryParse(text, out bool on) => on,
            var text => throw Wrong(option, text, "should be true or false"),
        };
    }

    /// <summary>One of a few words.</summary>
    public string? Choice(CliOption option, params ReadOnlySpan<string> allowed)
    {
        string? text = Text(option);
        if (text is null || allowed.Contains(text))
            return text;
        throw Wrong(option, text, $"should be {Words.Or(allowed)}");
    }

    /// <summary>A size in bytes.</summary>
    public ulong? Size(CliOption option)
    {
        if (Text(option) is not { } text)
            return null;
        return Numbers.TrySize(text, out ulong bytes)
            ? bytes
            : throw Wrong(option, text, "is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x");
    }

    /// <summary>A size in bytes, or <c>unlimited</c>: <see cref="ulong.MaxValue"/>.</summary>
    public ulong? Limit(CliOption option)
    {
        if (Text(option) is not { } text)
            return null;
        if (text == "unlimited")
            return ulong.MaxValue;
        return Numbers.TrySize(text, out ulong bytes)
            ? bytes
            : throw Wrong(option, text, "is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x, or unlimited");
    }

    /// <summary>A number up to <paramref name="most"/>.</summary>
    public ulong? Number(CliOption option, ulong most = ulong.MaxValue)
    {
        if (Text(option) is not { } text)
            return null;
        if (!Numbers.TryNumber(text, out ulong number))
            throw Wrong(option, text, "is no number; write decimal digits, or 0x and hexadecimal digits");
        return number <= most ? number : throw Wrong(option, text, $"should be at most {most}");
    }

    /// <summary>The problem with a value, in words.</summary>
    public ProblemException Wrong(CliOption option, string text, string what)
    {
        bool typed = parsed.GetResult(option) is { Implicit: false };
        return ProblemException.Usage($"{option.Name}: \"{text}\" {what}{(typed ? "" : " (it comes from the environment or emulator.json)")}");
    }
}
