namespace Emulator.Core.Execution;

/// <summary>A place among the operations of one instruction, to branch to.</summary>
/// <param name="Number">Its number in the builder.</param>
public readonly record struct Label(int Number);
