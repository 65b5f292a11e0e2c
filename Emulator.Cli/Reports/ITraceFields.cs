namespace Emulator.Cli.Reports;

/// <summary>Takes what one event of a trace tells, key by key.</summary>
internal interface ITraceFields
{
    /// <summary>A word.</summary>
    void Text(string key, string value);

    /// <summary>An address, a register or an entry.</summary>
    void Address(string key, ulong value);

    /// <summary>A count.</summary>
    void Number(string key, ulong value);

    /// <summary>Whether something holds.</summary>
    void Flag(string key, bool value);
}
