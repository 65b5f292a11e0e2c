using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>Codes of <see cref="CpuStopKind.Trap"/>: the vectors of exceptions (Intel SDM volume 3, table 6-1).</summary>
public static class Amd64Traps
{
    /// <summary>#DE: a division by 0, or its quotient does not fit. The program counter is at it.</summary>
    public const int DivideError = 0;

    /// <summary>#DB: int1. The program counter is behind it.</summary>
    public const int Debug = 1;

    /// <summary>#BP: int3. The program counter is behind it.</summary>
    public const int Breakpoint = 3;

    /// <summary>#OF: into. The program counter is behind it.</summary>
    public const int Overflow = 4;

    /// <summary>#BR: bound. The program counter is at it.</summary>
    public const int BoundRange = 5;

    /// <summary>#GP: what programs may not do, or an operand of SSE that is not aligned. The program counter is at it.</summary>
    public const int GeneralProtection = 13;

    /// <summary>#MF: an x87 exception that is not masked waits. The program counter is at the next x87 instruction.</summary>
    public const int FloatingPoint = 16;

    /// <summary>#XM: an SSE exception that is not masked. The program counter is at it.</summary>
    public const int SimdFloatingPoint = 19;
}
