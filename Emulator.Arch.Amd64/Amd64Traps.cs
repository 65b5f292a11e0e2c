using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>Codes of <see cref="CpuStopKind.Trap"/>: vectors of exceptions (Intel SDM volume 3, table 6-1), with the error code from bit 5.</summary>
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

    /// <summary>#UD: <see cref="CpuStopKind.IllegalInstruction"/>.</summary>
    public const int InvalidOpcode = 6;

    /// <summary>#SS: an access by the stack that is not canonical, which stops as a page fault.</summary>
    public const int StackFault = 12;

    /// <summary>#GP: what programs may not do, or an operand of SSE that is not aligned. The program counter is at it.</summary>
    public const int GeneralProtection = 13;

    /// <summary>#PF: <see cref="CpuStopKind.PageFault"/>.</summary>
    public const int PageFault = 14;

    /// <summary>#MF: an x87 exception that is not masked waits. The program counter is at the next x87 instruction.</summary>
    public const int FloatingPoint = 16;

    /// <summary>#AC: <see cref="CpuStopKind.Unaligned"/>.</summary>
    public const int AlignmentCheck = 17;

    /// <summary>#XM: an SSE exception that is not masked. The program counter is at it.</summary>
    public const int SimdFloatingPoint = 19;

    /// <summary>The vector in a code.</summary>
    public static int VectorOf(int code) => code & 0x1f;

    /// <summary>The error code in a code: of a selector, or of an entry of the interrupt table; else 0.</summary>
    public static uint ErrorOf(int code) => (uint)code >> 5;

    /// <summary>The code of a vector with an error code.</summary>
    internal static int WithError(int vector, uint error) => vector | (int)error << 5;
}
