using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>Codes of <see cref="CpuStopKind.SystemCall"/>: the instruction that was used.</summary>
public static class Amd64SystemCalls
{
    /// <summary>syscall, in amd64 programs: RCX holds the next instruction's address and R11 RFLAGS.</summary>
    public const int Syscall = 0;

    /// <summary>int 0x80: the numbers of i386, in both userlands.</summary>
    public const int Int80 = 1;

    /// <summary>sysenter, in i386 programs. The program counter is behind it; Linux goes on in the vdso.</summary>
    public const int Sysenter = 2;
}
