namespace Emulator.Core.Execution;

/// <summary>What micro-operations cannot say: a function of the state and two numbers. A static method, not a lambda.</summary>
/// <param name="state">The state; the function may read and write slots, and ask for a stop when it is called checked.</param>
/// <param name="x">The first number.</param>
/// <param name="y">The second number.</param>
/// <param name="number">A number that stands in the instruction.</param>
public delegate ulong StateFunction(ref EngineState state, ulong x, ulong y, int number);
