using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Configuration;

namespace Emulator.Cli.Options;

/// <summary>Values of the command line, else of the environment, else of the settings file.</summary>
internal sealed class LineValues(ParseResult parsed, IConfiguration settings) : OptionValues
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> All(CliOption option, out string origin)
    {
        origin = "";
        if (parsed.GetResult(option) is { Implicit: false } given)
            return option.ValueName is null ? [bool.TrueString] : [.. given.Tokens.Select(token => token.Value)];
        origin = $" (from {Settings.VariableOf(option)} in the environment, or from {Settings.FileName})";
        if (settings[option.Key] is { Length: > 0 } value)
            return [value];
        return [.. settings.GetSection(option.Key).GetChildren().Select(child => child.Value).OfType<string>()];
    }
}
