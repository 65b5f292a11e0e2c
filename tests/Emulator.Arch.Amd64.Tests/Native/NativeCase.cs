using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>One instruction and the state that it begins in (judge.c, struct test).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NativeCase
{
    /// <summary>The instruction, int3 behind it.</summary>
    public Bytes Code;

    /// <summary>The state; the program counter is not looked at.</summary>
    public MachineState Before;

    /// <summary>32 bytes.</summary>
    [InlineArray(32)]
    public struct Bytes
    {
        private byte _first;
    }
}
