using System.Runtime.Intrinsics;

namespace Emulator.Core.Execution;

/// <summary>A function of the state and two vectors. A static method, not a lambda.</summary>
/// <param name="state">The state.</param>
/// <param name="x">The first vector; the slot with the lower number is its lower half.</param>
/// <param name="y">The second vector.</param>
/// <param name="number">A number that stands in the instruction.</param>
public delegate Vector128<byte> VectorFunction(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number);
