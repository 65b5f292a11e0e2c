using System.Runtime.InteropServices;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>What x86.c found.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HostOutcome
{
    public ulong Low, High, SecondLow, SecondHigh;

    /// <summary>Flags of MXCSR, or the x87 status word.</summary>
    public uint Flags;

    /// <summary>A number that some operations give.</summary>
    public uint Number;

    public readonly UInt128 Result => new(High, Low);

    public readonly UInt128 Second => new(SecondHigh, SecondLow);
}
