using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>On functions that look at x87's registers and control registers and at nothing else.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class X87SlotsAttribute() : SlotsAttribute([.. Enumerable.Range(Amd64Registers.X87(0).Number, Amd64X87Functions.Suppressed.Number - Amd64Registers.X87(0).Number + 1)]);
