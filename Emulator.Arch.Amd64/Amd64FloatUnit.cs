using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>MXCSR as operations need it, and back.</summary>
/// <remarks>Intel SDM volume 1, 10.2.3 and 11.5: what traps sets flags and nothing else; exceptions of operands come before those of results.</remarks>
internal static class Amd64FloatUnit
{
    private const ulong Exceptions = 0x3f, DenormalsAreZero = 0x40, FlushToZero = 0x8000;
    private const FloatFlags OfOperands = FloatFlags.Invalid | FloatFlags.Denormal | FloatFlags.DivideByZero;

    /// <summary>Slot of MXCSR, for <see cref="SlotsAttribute"/>.</summary>
    public const int MxcsrSlot = 86;

    /// <summary>When the host may compute: to the nearest even, and inexactness has been noted already and is masked, or there is none.</summary>
    public static HostFloatRule HostRule => HostFloatRule.When(Mxcsr, shift: 13, nearest: 0, quiet: 1 << 5 | 1 << 12);

    /// <summary>How to compute now. With all exceptions masked the flags of before are there: who finds them set need not look again.</summary>
    public static FloatStatus Begin(ref EngineState state)
    {
        ulong mxcsr = state[MxcsrSlot];
        FloatFlags traps = (FloatFlags)(~mxcsr >> 7 & Exceptions);
        return new FloatStatus
        {
            Flags = traps == 0 ? (FloatFlags)(mxcsr & Exceptions) : FloatFlags.None,
            Traps = traps,
            Rounding = (FloatRounding)(4 - (mxcsr >> 13 & 3) & 3),
            Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative | FloatModes.InvalidProductYieldsToNan
                | ((mxcsr & DenormalsAreZero) != 0 ? FloatModes.DenormalsAreZero : 0) | ((mxcsr & FlushToZero) != 0 ? FloatModes.FlushToZero : 0),
            Nans = NanRule.First,
            Integers = IntegerRule.Indefinite,
        };
    }

    /// <summary>Notes what was found. False when it traps: then there is no result.</summary>
    public static bool End(ref EngineState state, in FloatStatus status)
    {
        FloatFlags found = status.Flags & FloatFlags.X86;
        if ((found & status.Traps) == 0)
        {
            state[MxcsrSlot] |= (ulong)found;
            return true;
        }
        if ((found & status.Traps & OfOperands) != 0)
            found &= OfOperands;
        state[MxcsrSlot] |= (ulong)found;
        Amd64Functions.Raise(ref state, Amd64Traps.SimdFloatingPoint);
        return false;
    }
}
