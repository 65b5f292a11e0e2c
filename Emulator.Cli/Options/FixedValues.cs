namespace Emulator.Cli.Options;

/// <summary>Values that a verb sets itself; all other options keep their defaults.</summary>
internal sealed class FixedValues : OptionValues
{
    private readonly Dictionary<CliOption, string> _values = [];

    /// <summary>Sets a value.</summary>
    public string this[CliOption option]
    {
        set => _values[option] = value;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> All(CliOption option, out string origin)
    {
        origin = "";
        return _values.TryGetValue(option, out string? value) ? [value] : [];
    }
}
