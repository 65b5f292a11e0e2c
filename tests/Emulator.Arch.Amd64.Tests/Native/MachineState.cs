using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Emulator.Arch.Amd64.Tests.Native;

/// <summary>A program's view of the machine, as the native judge reads and writes it (judge.c, struct machine).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MachineState
{
    /// <summary>General-purpose registers by their numbers in instructions.</summary>
    public Sixteen General;

    /// <summary>Address of the next instruction.</summary>
    public ulong Pc;

    /// <summary>RFLAGS.</summary>
    public ulong Flags;

    /// <summary>The image of FXSAVE.</summary>
    public Image Fx;

    /// <summary>Memory from <see cref="NativeJudge.DataAt"/> on.</summary>
    public Image Data;

    /// <summary>Sixteen numbers.</summary>
    [InlineArray(16)]
    public struct Sixteen
    {
        private ulong _first;
    }

    /// <summary>512 bytes.</summary>
    [InlineArray(512)]
    public struct Image
    {
        private byte _first;
    }
}
