using System.Runtime.InteropServices;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>One case for x86.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HostCase
{
    /// <summary>MXCSR, or the x87 control word.</summary>
    public uint Control;

    /// <summary>A number that some operations want.</summary>
    public uint Number;

    public ulong ALow, AHigh, BLow, BHigh, CLow, CHigh;

    public UInt128 A
    {
        readonly get => new(AHigh, ALow);
        set => (AHigh, ALow) = ((ulong)(value >> 64), (ulong)value);
    }

    public UInt128 B
    {
        readonly get => new(BHigh, BLow);
        set => (BHigh, BLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public UInt128 C
    {
        readonly get => new(CHigh, CLow);
        set => (CHigh, CLow) = ((ulong)(value >> 64), (ulong)value);
    }
}
