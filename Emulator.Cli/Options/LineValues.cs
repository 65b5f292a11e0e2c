using System.CommandLine;
using System.CommandLine.Parsing;

namespace Emulator.Cli.Options;

/// <summary>Values of the command line, else of the environment, else of the settings file.</summary>
internal sealed class LineValues(ParseResult parsed, Settings settings) : OptionValues
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> All(CliOption option, out string origin)
    {
        origin = "";
        if (parsed.GetResult(option) is { Implicit: false } given)
            return option.ValueName is null ? [bool.TrueString] : [.. given.Tokens.Select(token => token.Value)];
        origin = $" (from {Settings.VariableOf(option)} in the environment, or from {Settings.FileName})";
        return settings.All(option.Key);
    }
}
