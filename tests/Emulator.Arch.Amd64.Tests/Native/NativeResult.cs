using System.Runtime.InteropServices;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>What became of a case (judge.c, struct result).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NativeResult
{
    /// <summary>The signal that ended it: SIGTRAP when the instruction was done.</summary>
    public uint Signal;

    /// <summary>The vector of the exception.</summary>
    public uint Trap;

    /// <summary>Its error code.</summary>
    public uint Error;

    private readonly uint _reserved;

    /// <summary>The address of a page fault.</summary>
    public ulong Address;

    /// <summary>The state afterwards.</summary>
    public MachineState After;
}
