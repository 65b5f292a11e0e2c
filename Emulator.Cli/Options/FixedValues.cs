namespace Emulator.Cli.Options;

/// <summary>Values that are given one by one; all other options keep their defaults.</summary>
internal sealed class FixedValues : OptionValues
{
    private readonly Dictionary<CliOption, IReadOnlyList<string>> _values = [];

    /// <summary>Sets a value.</summary>
    public string this[CliOption option]
    {
        set => _values[option] = [value];
    }

    /// <summary>Sets all values of an option.</summary>
    public void Set(CliOption option, IReadOnlyList<string> values) => _values[option] = values;

    /// <inheritdoc/>
    public override IReadOnlyList<string> All(CliOption option, out string origin)
    {
        origin = "";
        return _values.GetValueOrDefault(option) ?? [];
    }
}
