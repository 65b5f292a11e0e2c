namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>What foreign.c found.</summary>
/// <param name="Result">The result.</param>
/// <param name="Control">The machine's control register, with its flags.</param>
/// <param name="Number">The condition code, of comparisons.</param>
internal readonly record struct ForeignOutcome(UInt128 Result, ulong Control, ulong Number);
