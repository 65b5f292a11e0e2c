namespace Emulator.Arch.Alpha.Tests;

/// <summary>What an instruction finds: in registers 1, 2 and 3 of both files, and in the floating-point control register.</summary>
internal readonly record struct OperandCase(ulong X, ulong Y, ulong Old, ulong Control);
