using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Arch.Alpha;

/// <summary>
/// IEEE arithmetic of programs: the instruction together with the software that completes it. Instructions with /S end with what
/// IEEE 754 wants, as Linux' trap handler gives it, and note exceptions in the control register; those without trap. What a program
/// has asked to be told of traps as well, with the result beside the registers (<see cref="AlphaRegisters.Completed"/>).
/// </summary>
/// <remarks>
/// Sources: Alpha Architecture Handbook, 4.7 and B.2; 21264 Hardware Reference Manual, table "Floating-point control register";
/// arch/alpha/kernel/traps.c and arch/alpha/math-emu/math.c, v2.6.32. The number that functions are given is the function field.
/// </remarks>
internal static class AlphaFloat
{
    /// <summary>A comparison that holds: 2.0.</summary>
    public const ulong True = 0x4000_0000_0000_0000;

    // The function field: trapping mode and rounding mode.
    private const int Underflows = 0x100, Inexacts = 0x200, Software = 0x400;

    // The control register.
    private const ulong Summary = 1UL << 63, UnderflowDisable = 1UL << 61, UnderflowToZero = 1UL << 60, DenormalToZero = 1UL << 48;
    private const ulong Highest = 0x7ff;        // exponent of infinities and NaNs
    private const int FirstStatus = 52, DynamicRounding = 58;

    // The exception summary that a trap tells: software completion, then the exceptions in the order of the control register.
    private const int Swc = AlphaTraps.SoftwareCompletion, Invalid = 1 << 1, DivideByZero = 1 << 2, Overflow = 1 << 3, Underflow = 1 << 4, Inexact = 1 << 5;

    /// <summary>When the host may do an operation of binary64: inexactness is of no interest without /I; null when it never may.</summary>
    public static HostFloatRule? HostRule(int number) => (number & Inexacts) != 0 ? null : (number >> 6 & 3) switch
    {
        2 => HostFloatRule.Always,
        3 => HostFloatRule.When(AlphaRegisters.Fpcr, DynamicRounding, 2),
        _ => null,
    };

    [Slots(64, 68)]
    public static ulong AddT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return End(ref state, Binary64.Add(x, y, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong SubtractT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return End(ref state, Binary64.Subtract(x, y, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong MultiplyT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return End(ref state, Binary64.Multiply(x, y, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong DivideT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return End(ref state, Binary64.Divide(x, y, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong SquareRootT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, 0, number);
        return End(ref state, Binary64.SquareRoot(x, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong AddS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return EndS(ref state, Binary32.Add(Single(x), Single(y), ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong SubtractS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return EndS(ref state, Binary32.Subtract(Single(x), Single(y), ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong MultiplyS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return EndS(ref state, Binary32.Multiply(Single(x), Single(y), ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong DivideS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        return EndS(ref state, Binary32.Divide(Single(x), Single(y), ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong SquareRootS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, 0, number);
        return EndS(ref state, Binary32.SquareRoot(Single(x), ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong CompareUnordered(ref EngineState state, ulong x, ulong y, int number) => Compare(ref state, x, y, number, relation => relation == FloatRelation.Unordered, signaling: false);

    [Slots(64, 68)]
    public static ulong CompareEqual(ref EngineState state, ulong x, ulong y, int number) => Compare(ref state, x, y, number, relation => relation == FloatRelation.Equal, signaling: false);

    [Slots(64, 68)]
    public static ulong CompareLess(ref EngineState state, ulong x, ulong y, int number) => Compare(ref state, x, y, number, relation => relation == FloatRelation.Less, signaling: true);

    [Slots(64, 68)]
    public static ulong CompareLessOrEqual(ref EngineState state, ulong x, ulong y, int number) =>
        Compare(ref state, x, y, number, relation => relation is FloatRelation.Less or FloatRelation.Equal, signaling: true);

    [Slots(64, 68)]
    public static ulong ConvertTToS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, 0, number);
        return EndS(ref state, Binary64.ToBinary32(x, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong ConvertSToT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, 0, number);
        return End(ref state, Binary32.ToBinary64(Single(x), ref status), status.Flags, number);
    }

    /// <summary>CVTTQ: the lower bits of an integer that is too great, which only /V tells of.</summary>
    [Slots(64, 68)]
    public static ulong ConvertTToQ(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, x, 0, number);
        ulong result = (ulong)Binary64.ToInt64(x, status.Rounding, ref status);
        bool tooGreat = (status.Flags & FloatFlags.Invalid) != 0 && Exponent(x) != Highest;
        FloatFlags flags = tooGreat ? (status.Flags & ~FloatFlags.Invalid) | FloatFlags.Inexact : status.Flags;
        int overflow = tooGreat && (number & Underflows) != 0 ? AlphaTraps.IntegerOverflow : 0;      // /V stands where /U does
        return End(ref state, result, flags & ~FloatFlags.Underflow, number, overflow);
    }

    [Slots(64, 68)]
    public static ulong ConvertQToT(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, 0, 0, number);
        return End(ref state, Binary64.FromInt64((long)x, ref status), status.Flags, number);
    }

    [Slots(64, 68)]
    public static ulong ConvertQToS(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Begin(ref state, 0, 0, number);
        return EndS(ref state, Binary32.FromInt64((long)x, ref status), status.Flags, number);
    }

    /// <summary>CVTQL/V: traps when the number is no longword; a trap handler gets its lower bits all the same.</summary>
    [Slots(64, 68)]
    public static ulong CheckLongword(ref EngineState state, ulong x, ulong y, int number) =>
        End(ref state, (x & 0xc000_0000) << 32 | (x & 0x3fff_ffff) << 29, FloatFlags.None, number, (long)x == (int)x ? 0 : AlphaTraps.IntegerOverflow);

    /// <summary>MT_FPCR: the summary is the sum of the exceptions.</summary>
    public static ulong Control(ulong value) => (value >> FirstStatus & 0x3f) != 0 ? value | Summary : value & ~Summary;

    /// <inheritdoc cref="Control(ulong)"/>
    [Slots]
    public static ulong Control(ref EngineState state, ulong x, ulong y, int number) => Control(x);

    private static uint Single(ulong bits) => (uint)AlphaFunctions.StoreS(bits);

    private static ulong Compare(ref EngineState state, ulong x, ulong y, int number, Func<FloatRelation, bool> holds, bool signaling)
    {
        FloatStatus status = Begin(ref state, x, y, number);
        FloatRelation relation = signaling ? Binary64.CompareSignaling(x, y, ref status) : Binary64.Compare(x, y, ref status);
        return End(ref state, holds(relation) ? True : 0, status.Flags, number);
    }

    /// <summary>How to round, and what to do with tiny numbers; without /S, operands that hardware leaves to software trap.</summary>
    private static FloatStatus Begin(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong control = state[AlphaRegisters.Fpcr.Number];
        FloatStatus status = new()
        {
            Rounding = (number >> 6 & 3) switch
            {
                0 => FloatRounding.TowardZero,
                1 => FloatRounding.Down,
                2 => FloatRounding.NearestEven,
                _ => (control >> DynamicRounding & 3) switch
                {
                    0 => FloatRounding.TowardZero,
                    1 => FloatRounding.Down,
                    2 => FloatRounding.NearestEven,
                    _ => FloatRounding.Up,
                },
            },
            Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative,
            Nans = NanRule.Second,
            Integers = IntegerRule.LowBits,
            // What nobody asks about need not be found out.
            Flags = (number & Inexacts) == 0 ? FloatFlags.Inexact : FloatFlags.None,
        };
        if ((number & Underflows) == 0 || (control & (UnderflowDisable | UnderflowToZero)) == (UnderflowDisable | UnderflowToZero))
            status.Modes |= FloatModes.FlushToZero;
        if ((control & DenormalToZero) != 0)
            status.Modes |= FloatModes.DenormalsAreZero;
        if ((number & Software) == 0 && (NeedsSoftware(x, control) || NeedsSoftware(y, control)))
        {
            if (Exponent(x) == Highest || Exponent(y) == Highest)
                state[AlphaRegisters.Fpcr.Number] = control | Summary | (ulong)(Invalid >> 1) << FirstStatus;
            Raise(ref state, Invalid);
        }
        return status;
    }

    /// <summary>Infinities, NaNs and denormal numbers.</summary>
    private static bool NeedsSoftware(ulong bits, ulong control)
    {
        ulong exponent = Exponent(bits);
        return exponent == Highest || (exponent == 0 && bits << 1 != 0 && (control & DenormalToZero) == 0);
    }

    private static ulong Exponent(ulong bits) => bits >> 52 & Highest;

    private static ulong EndS(ref EngineState state, uint result, FloatFlags flags, int number) => End(ref state, AlphaFunctions.LoadS(result), flags, number);

    private static ulong End(ref EngineState state, ulong result, FloatFlags flags, int number, int found = 0)
    {
        if ((flags & FloatFlags.Invalid) != 0)
            found |= Invalid;
        if ((flags & FloatFlags.DivideByZero) != 0)
            found |= DivideByZero;
        if ((flags & FloatFlags.Overflow) != 0)
            found |= Overflow;
        if ((flags & FloatFlags.Underflow) != 0 && (number & Underflows) != 0)
            found |= Underflow;
        if ((flags & FloatFlags.Inexact) != 0 && (number & Inexacts) != 0)
            found |= Inexact;
        if (found == 0)
            return result;
        ulong control = state[AlphaRegisters.Fpcr.Number] | Summary | (ulong)(found >> 1) << FirstStatus;
        state[AlphaRegisters.Fpcr.Number] = control;
        if ((number & Software) == 0)
        {
            Raise(ref state, found);
            return result;
        }
        int enabled = 0;
        if ((control >> 49 & 1) == 0)
            enabled |= found & (Invalid | AlphaTraps.IntegerOverflow);
        if ((control >> 50 & 1) == 0)
            enabled |= found & DivideByZero;
        if ((control >> 51 & 1) == 0)
            enabled |= found & Overflow;
        if ((control & UnderflowDisable) == 0)
            enabled |= found & Underflow;
        if ((control >> 62 & 1) == 0)
            enabled |= found & Inexact;
        if (enabled != 0)
        {
            state[AlphaRegisters.Completed.Number] = result;
            Raise(ref state, enabled | Swc);
        }
        return result;
    }

    private static void Raise(ref EngineState state, int summary)
    {
        state.Raised = CpuStopKind.Trap;
        state.RaisedCode = AlphaTraps.Arithmetic | summary;
    }
}
