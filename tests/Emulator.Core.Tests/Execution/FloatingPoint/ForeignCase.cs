namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>One case for foreign.c.</summary>
/// <param name="Control">The machine's control register.</param>
/// <param name="A">An operand.</param>
/// <param name="B">An operand.</param>
/// <param name="C">An operand.</param>
internal readonly record struct ForeignCase(ulong Control, UInt128 A, UInt128 B, UInt128 C);
