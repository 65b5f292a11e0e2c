namespace Emulator.Cli.Options;

/// <summary>Values of one command line, and those of another for options that the first does not give.</summary>
internal sealed class LayeredValues(OptionValues upper, OptionValues lower) : OptionValues
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> All(CliOption option, out string origin) =>
        upper.All(option, out origin) is { Count: > 0 } values ? values : lower.All(option, out origin);
}
