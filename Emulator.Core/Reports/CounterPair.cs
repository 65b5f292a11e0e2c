namespace Emulator.Core.Reports;

/// <summary>A counter of two ledgers.</summary>
/// <param name="Row">Which.</param>
/// <param name="A">Its value in the first.</param>
/// <param name="B">Its value in the second.</param>
public readonly record struct CounterPair(LedgerRow Row, ulong A, ulong B)
{
    /// <summary>Whether they differ.</summary>
    public bool Differs => A != B;
}
