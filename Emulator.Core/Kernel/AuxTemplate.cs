namespace Emulator.Core.Kernel;

/// <summary>An entry of the auxiliary vector that an architecture puts before the generic ones.</summary>
/// <param name="Type">AT_ number.</param>
/// <param name="Value">Its value, or an offset.</param>
/// <param name="FromVdso">Whether <paramref name="Value"/> counts from the address of the vdso.</param>
public readonly record struct AuxTemplate(int Type, ulong Value, bool FromVdso = false);
