using Emulator.Core.Kernel;

namespace Emulator.Core.Processes;

/// <summary>What clone() is asked for.</summary>
/// <param name="Flags">Flags.</param>
/// <param name="ExitSignal">Signal to the parent at the end.</param>
/// <param name="StackPointer">The child's; 0 for the parent's.</param>
/// <param name="ParentTid">Where the parent is told the number.</param>
/// <param name="ChildTid">Where the child is told, and cleared at the end.</param>
/// <param name="ThreadPointer">The child's.</param>
internal readonly record struct CloneRequest(CloneFlags Flags, Signal ExitSignal, ulong StackPointer, ulong ParentTid, ulong ChildTid, ulong ThreadPointer);
