using System.Runtime.InteropServices;

namespace Emulator.Core.Execution;

/// <summary>An entry of the cache of jump targets: where the code for an address lies, in one epoch.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct JumpTarget
{
    public ulong Pc;
    public ulong Epoch;
    public Block* Block;

    /// <summary>Slot of an address: instructions of 4 bytes and of any length spread alike.</summary>
    public static ulong SlotOf(ulong pc) => (pc ^ pc >> 2) & ((1UL << EngineState.JumpShift) - 1);
}
