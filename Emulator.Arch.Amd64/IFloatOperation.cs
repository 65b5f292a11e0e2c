using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Arch.Amd64;

/// <summary>An operation on two floating-point numbers of either width, for scalars and vectors alike. Those of one operand take the second.</summary>
internal interface IFloatOperation
{
    /// <summary>The host's own operation of binary64; <see cref="MicroCode.Undefined"/> when it has no such.</summary>
    static abstract MicroCode Host64 { get; }

    /// <summary>Of binary32.</summary>
    static abstract uint Of32(uint x, uint y, int number, ref FloatStatus status);

    /// <summary>Of binary64.</summary>
    static abstract ulong Of64(ulong x, ulong y, int number, ref FloatStatus status);
}
