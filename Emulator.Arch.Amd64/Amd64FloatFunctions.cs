using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Arch.Amd64;

/// <summary>SSE's floating point as functions of the state. All are called checked: they raise #XM, and then have set flags alone.</summary>
internal static class Amd64FloatFunctions
{
    /// <summary>x op y, of binary64.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong Scalar64<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IFloatOperation
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong result = TOperation.Of64(x, y, number, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>x op y in the lower halves, of binary32; the upper half is that of x.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong Scalar32<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IFloatOperation
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        uint result = TOperation.Of32((uint)x, (uint)y, number, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return (x & 0xffff_ffff_0000_0000) | result;
    }

    /// <summary>The vector in the slots that the number's lower half names, op the one whose halves are x and y; the number's upper half goes to the operation.</summary>
    public static ulong Packed64<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IFloatOperation
    {
        int d = number & 0xffff;
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong low = TOperation.Of64(state[d], x, number >> 16, ref status), high = TOperation.Of64(state[d + 1], y, number >> 16, ref status);
        if (Amd64FloatUnit.End(ref state, in status))
            (state[d], state[d + 1]) = (low, high);
        return 0;
    }

    /// <inheritdoc cref="Packed64{TOperation}"/>
    public static ulong Packed32<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IFloatOperation
    {
        int d = number & 0xffff, more = number >> 16;
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong a = state[d], b = state[d + 1];
        ulong low = TOperation.Of32((uint)a, (uint)x, more, ref status) | (ulong)TOperation.Of32((uint)(a >> 32), (uint)(x >> 32), more, ref status) << 32;
        ulong high = TOperation.Of32((uint)b, (uint)y, more, ref status) | (ulong)TOperation.Of32((uint)(b >> 32), (uint)(y >> 32), more, ref status) << 32;
        if (Amd64FloatUnit.End(ref state, in status))
            (state[d], state[d + 1]) = (low, high);
        return 0;
    }

    /// <summary>COMISD (number 1) and UCOMISD: status flags.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong CompareFlags64(ref EngineState state, ulong x, ulong y, int signaling)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRelation relation = signaling != 0 ? Binary64.CompareSignaling(x, y, ref status) : Binary64.Compare(x, y, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return FlagsOf(relation);
    }

    /// <summary>COMISS and UCOMISS.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong CompareFlags32(ref EngineState state, ulong x, ulong y, int signaling)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRelation relation = signaling != 0 ? Binary32.CompareSignaling((uint)x, (uint)y, ref status) : Binary32.Compare((uint)x, (uint)y, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return FlagsOf(relation);
    }

    /// <summary>ZF, PF and CF of a comparison.</summary>
    public static ulong FlagsOf(FloatRelation relation) => relation switch
    {
        FloatRelation.Less => Amd64Flags.Carry,
        FloatRelation.Equal => Amd64Flags.Zero,
        FloatRelation.Greater => 0,
        _ => Amd64Flags.Zero | Amd64Flags.Parity | Amd64Flags.Carry,
    };

    // ---- conversions ----------------------------------------------------------------------------------------------------

    /// <summary>CVTSI2SD of a number of bits.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong FromInteger64(ref EngineState state, ulong x, ulong y, int bits)
    {
        if (bits == 32)
            return Binary64.FromInt32((int)x);
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong result = Binary64.FromInt64((long)x, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTSI2SS of a number of bits; the upper half is that of y.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong FromInteger32(ref EngineState state, ulong x, ulong y, int bits)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        uint result = Binary32.FromInt64(bits == 32 ? (int)x : (long)x, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return (y & 0xffff_ffff_0000_0000) | result;
    }

    /// <summary>CVTSD2SI to a number of bits, zero-extended; above 8 bits, whether it truncates.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong ToInteger64(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = number >> 8 != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong result = (number & 0xff) == 32 ? (uint)Binary64.ToInt32(x, rounding, ref status) : (ulong)Binary64.ToInt64(x, rounding, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTSS2SI.</summary>
    /// <inheritdoc cref="ToInteger64"/>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong ToInteger32(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = number >> 8 != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong result = (number & 0xff) == 32 ? (uint)Binary32.ToInt32((uint)x, rounding, ref status) : (ulong)Binary32.ToInt64((uint)x, rounding, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTSD2SS; the upper half is that of y.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong Narrow(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        uint result = Binary64.ToBinary32(x, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return (y & 0xffff_ffff_0000_0000) | result;
    }

    /// <summary>CVTSS2SD.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong Widen(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong result = Binary32.ToBinary64((uint)x, ref status);
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTPD2PS into the slots from the number on.</summary>
    public static ulong NarrowPacked(ref EngineState state, ulong x, ulong y, int d)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong low = Binary64.ToBinary32(x, ref status), high = Binary64.ToBinary32(y, ref status);
        return SetBoth(ref state, in status, d, low | high << 32, 0);
    }

    /// <summary>CVTPS2PD.</summary>
    public static ulong WidenPacked(ref EngineState state, ulong x, ulong y, int d)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong low = Binary32.ToBinary64((uint)x, ref status), high = Binary32.ToBinary64((uint)(x >> 32), ref status);
        return SetBoth(ref state, in status, d, low, high);
    }

    /// <summary>CVTDQ2PD.</summary>
    public static ulong IntegersToPacked64(ref EngineState state, ulong x, ulong y, int d)
    {
        (state[d], state[d + 1]) = (Binary64.FromInt32((int)x), Binary64.FromInt32((int)(x >> 32)));
        return 0;
    }

    /// <summary>CVTPI2PS: two integers.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong IntegersToSingles(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong result = Binary32.FromInt64((int)x, ref status) | (ulong)Binary32.FromInt64((int)(x >> 32), ref status) << 32;
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTPS2PI, and CVTTPS2PI with a number.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong SinglesToIntegers(ref EngineState state, ulong x, ulong y, int truncates)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = truncates != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong result = (uint)Binary32.ToInt32((uint)x, rounding, ref status) | (ulong)(uint)Binary32.ToInt32((uint)(x >> 32), rounding, ref status) << 32;
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTPD2PI, and CVTTPD2PI with a number.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong DoublesToIntegers(ref EngineState state, ulong x, ulong y, int truncates)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = truncates != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong result = (uint)Binary64.ToInt32(x, rounding, ref status) | (ulong)(uint)Binary64.ToInt32(y, rounding, ref status) << 32;
        Amd64FloatUnit.End(ref state, in status);
        return result;
    }

    /// <summary>CVTDQ2PS.</summary>
    public static ulong IntegersToPacked32(ref EngineState state, ulong x, ulong y, int d)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        ulong low = Binary32.FromInt64((int)x, ref status) | (ulong)Binary32.FromInt64((int)(x >> 32), ref status) << 32;
        ulong high = Binary32.FromInt64((int)y, ref status) | (ulong)Binary32.FromInt64((int)(y >> 32), ref status) << 32;
        return SetBoth(ref state, in status, d, low, high);
    }

    /// <summary>CVTPS2DQ, and CVTTPS2DQ with a one above the slot's 16 bits.</summary>
    public static ulong Packed32ToIntegers(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = number >> 16 != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong low = (uint)Binary32.ToInt32((uint)x, rounding, ref status) | (ulong)(uint)Binary32.ToInt32((uint)(x >> 32), rounding, ref status) << 32;
        ulong high = (uint)Binary32.ToInt32((uint)y, rounding, ref status) | (ulong)(uint)Binary32.ToInt32((uint)(y >> 32), rounding, ref status) << 32;
        return SetBoth(ref state, in status, number & 0xffff, low, high);
    }

    /// <summary>CVTPD2DQ and CVTTPD2DQ.</summary>
    public static ulong Packed64ToIntegers(ref EngineState state, ulong x, ulong y, int number)
    {
        FloatStatus status = Amd64FloatUnit.Begin(ref state);
        FloatRounding rounding = number >> 16 != 0 ? FloatRounding.TowardZero : status.Rounding;
        ulong low = (uint)Binary64.ToInt32(x, rounding, ref status) | (ulong)(uint)Binary64.ToInt32(y, rounding, ref status) << 32;
        return SetBoth(ref state, in status, number & 0xffff, low, 0);
    }

    private static ulong SetBoth(ref EngineState state, in FloatStatus status, int d, ulong low, ulong high)
    {
        if (Amd64FloatUnit.End(ref state, in status))
            (state[d], state[d + 1]) = (low, high);
        return 0;
    }

    // ---- control --------------------------------------------------------------------------------------------------------

    /// <summary>LDMXCSR: #GP for bits that are not there.</summary>
    [Slots(Amd64FloatUnit.MxcsrSlot)]
    public static ulong LoadControl(ref EngineState state, ulong x, ulong y, int number)
    {
        if ((x & 0xffff_ffff & ~(ulong)Amd64FloatState.MxcsrMask) != 0)
            return Amd64Functions.Raise(ref state, Amd64Traps.GeneralProtection);
        state[Amd64FloatUnit.MxcsrSlot] = x & Amd64FloatState.MxcsrMask;
        return 0;
    }
}
