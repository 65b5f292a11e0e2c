namespace Emulator.Core.Tests.Processes;

/// <summary>Operations of the toy; those from <see cref="Set"/> on have a number behind them.</summary>
internal enum ToyOperation : byte
{
    Illegal,
    Add,
    Subtract,
    System,
    Divide,
    JumpTo,
    Set = 32,
    AddNumber,
    Load,
    Store,
    Jump,
    Call,
    BranchEqual,
    BranchUnequal,
}
