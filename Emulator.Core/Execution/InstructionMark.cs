namespace Emulator.Core.Execution;

/// <summary>Where an instruction of a block is.</summary>
/// <param name="Pc">Its address.</param>
/// <param name="FirstOp">Index of its first operation.</param>
internal readonly record struct InstructionMark(ulong Pc, int FirstOp);
