namespace Emulator.Cli.Options;

/// <summary>The values of options, and what they mean.</summary>
internal abstract class OptionValues
{
    /// <summary>All values of an option, in order; a switch that is on has the value <c>true</c>.</summary>
    /// <param name="option">Which.</param>
    /// <param name="origin">Where they come from, for errors; empty for the command line.</param>
    public abstract IReadOnlyList<string> All(CliOption option, out string origin);

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> All(CliOption option) => All(option, out _);

    /// <summary>The text of an option; of several, the last. Null when it is given nowhere.</summary>
    public string? Text(CliOption option) => All(option) is [.., var last] ? last : null;

    /// <summary>Whether a switch is on.</summary>
    public bool IsOn(CliOption option) => Text(option) switch
    {
        null or "0" => false,
        "1" => true,
        var text when bool.TryParse(text, out bool on) => on,
        var text => throw Wrong(option, text, "should be true or false"),
    };

    /// <summary>One of a few words.</summary>
    public string? Choice(CliOption option, string[] allowed)
    {
        string? text = Text(option);
        if (text is null || allowed.Contains(text))
            return text;
        throw Wrong(option, text, $"should be {Words.Or(allowed)}");
    }

    /// <summary>One of those that the option offers.</summary>
    public string? Choice(CliOption option) => Text(option) is null ? null : Choice(option, option.Choices);

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
        All(option, out string origin);
        return ProblemException.Usage($"{option.Name}: \"{text}\" {what}{origin}").About(option);
    }
}
