namespace Emulator.Core.Reports;

/// <summary>The tables of two trees at the same place: same level, same addresses.</summary>
/// <param name="A">That of the first; null when it has none there.</param>
/// <param name="B">That of the second; null when it has none there. One of the two is there.</param>
/// <param name="Above">How many tables of both trees cover it.</param>
public sealed record TablePair(TableState? A, TableState? B, int Above)
{
    /// <summary>Either of them.</summary>
    public TableState Any => A ?? B!;

    /// <summary>Whether both are there.</summary>
    public bool IsInBoth => A is not null && B is not null;
}
