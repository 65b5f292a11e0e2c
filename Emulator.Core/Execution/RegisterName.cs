namespace Emulator.Core.Execution;

/// <summary>A register as people call it.</summary>
/// <param name="Name">The name of the architecture's manual, in lower case.</param>
/// <param name="Slot">First slot.</param>
/// <param name="Bits">Width; above 64 it goes on in the next slots, the lower half first.</param>
public readonly record struct RegisterName(string Name, Slot Slot, int Bits);
