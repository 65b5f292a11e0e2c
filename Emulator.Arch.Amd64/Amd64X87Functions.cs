using Emulator.Core.Execution;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>x87 as functions of the state.</summary>
internal static class Amd64X87Functions
{
    private const ulong ErrorSummary = 0x80, TopMask = 7 << 11;

    /// <summary>What every MMX instruction does first: a waiting exception traps; TOP is 0, no register is empty.</summary>
    public static ulong EnterMmx(ref EngineState state, ulong x, ulong y, int number)
    {
        if ((state[StatusWord.Number] & ErrorSummary) != 0)
            return Amd64Functions.Raise(ref state, Amd64Traps.FloatingPoint);
        state[StatusWord.Number] &= ~TopMask;
        state[Tags.Number] = 0xff;
        return 0;
    }
}
