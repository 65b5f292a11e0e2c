using System.Runtime.CompilerServices;
using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;
using static Emulator.Arch.Amd64.Amd64Registers;
using F = Emulator.Arch.Amd64.Amd64X87Functions;

namespace Emulator.Arch.Amd64;

/// <summary>
/// What nearly all x87 instructions of programs come to: the control word is what FNINIT makes it, no exception waits, registers are
/// there, numbers are normal. Each function does it or leaves it to that of <see cref="Amd64X87Functions"/>, which does it whatever it is.
/// </summary>
internal static class Amd64X87Plain
{
    // All exceptions masked, 64 bits of precision, to the nearest even.
    private const ulong UsualControl = 0x33f, ControlBits = 0xf3f;
    private const ulong ErrorSummary = 0x80, Busy = 0x8000, C1 = 0x200, TopMask = 7 << 11;
    private const ulong LeadingBit = 1UL << 63;
    private const uint FromDoubleBias = 16383 - 1023, Sign = 0x8000, HighestExponent = 0x7fff;

    /// <summary>A function for what the number of <see cref="F.Load"/> says, or that one.</summary>
    public static StateFunction Load(int number) => (number & 0xf) switch
    {
        F.FromDouble => LoadDouble,
        F.FromRegister => LoadRegister,
        _ => F.Load,
    };

    /// <summary>A function for what the number of <see cref="F.Arithmetic"/> says, or that one.</summary>
    public static StateFunction Arithmetic(int number) => (number & 0xf, number >> 20) switch
    {
        (F.FromDouble, F.Add or F.Subtract or F.SubtractReversed) => WithDouble<Sum>,
        (F.FromDouble, F.Multiply) => WithDouble<Product>,
        (F.FromRegister, F.Add or F.Subtract or F.SubtractReversed) => WithRegister<Sum>,
        (F.FromRegister, F.Multiply) => WithRegister<Product>,
        _ => F.Arithmetic,
    };

    /// <summary>A function for what the number of <see cref="F.Store"/> says, or that one.</summary>
    public static StateFunction Store(int number) => (number & 0xf) == F.FromDouble ? StoreDouble : F.Store;

    /// <summary>FLD of a double.</summary>
    [X87Slots]
    public static ulong LoadDouble(ref EngineState state, ulong x, ulong y, int number) =>
        TryExtend(x, out ulong significand, out uint signExponent) && TryPush(ref state, significand, signExponent) ? 0 : F.Load(ref state, x, y, number);

    /// <summary>FLD of a register.</summary>
    [X87Slots]
    public static ulong LoadRegister(ref EngineState state, ulong x, ulong y, int number)
    {
        int from = Physical(ref state, number >> 8), slot = X87(from).Number;
        return IsFull(ref state, from) && TryPush(ref state, state[slot], (uint)state[slot + 1]) ? 0 : F.Load(ref state, x, y, number);
    }

    /// <summary>FADD, FSUB, FSUBR or FMUL of a double.</summary>
    /// <typeparam name="TOperation">Which.</typeparam>
    [X87Slots]
    public static ulong WithDouble<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IPlainOperation
    {
        int top = Physical(ref state, 0);
        return TryExtend(x, out ulong significand, out uint signExponent) && TryCalculate<TOperation>(ref state, top, top, significand, signExponent, number)
            ? 0 : F.Arithmetic(ref state, x, y, number);
    }

    /// <summary>FADD, FSUB, FSUBR or FMUL of registers, to either, with a pop or without.</summary>
    /// <typeparam name="TOperation">Which.</typeparam>
    [X87Slots]
    public static ulong WithRegister<TOperation>(ref EngineState state, ulong x, ulong y, int number)
        where TOperation : struct, IPlainOperation
    {
        int top = Physical(ref state, 0), other = Physical(ref state, number >> 8), slot = X87(other).Number;
        return IsFull(ref state, other)
            && TryCalculate<TOperation>(ref state, top, (number & F.ToOperand) != 0 ? other : top, state[slot], (uint)state[slot + 1], number)
            ? 0 : F.Arithmetic(ref state, x, y, number);
    }

    /// <summary>FST and FSTP of a double that needs no rounding.</summary>
    [X87Slots]
    public static ulong StoreDouble(ref EngineState state, ulong x, ulong y, int number)
    {
        int top = Physical(ref state, 0), slot = X87(top).Number;
        ulong significand = state[slot];
        uint signExponent = (uint)state[slot + 1], exponent = (signExponent & HighestExponent) - FromDoubleBias;
        if (exponent - 1 >= 2046 || (significand & (LeadingBit | 0x7ff)) != LeadingBit)
        {
            if (significand != 0 || (signExponent & HighestExponent) != 0)
                return F.Store(ref state, x, y, number);
            exponent = 0;
        }
        if (!IsUsual(ref state) || !IsFull(ref state, top))
            return F.Store(ref state, x, y, number);
        state[F.Suppressed.Number] = 0;
        Leave(ref state, top, FloatFlags.None, number);
        return (ulong)(signExponent & Sign) << 48 | (ulong)exponent << 52 | (significand & ~LeadingBit) >> 11;
    }

    // Below, AggressiveInlining because a call costs as much as what these do, and the operands would go through memory.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Physical(ref EngineState state, int number) => ((int)(state[StatusWord.Number] >> 11) + number) & 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFull(ref EngineState state, int physical) => (state[Tags.Number] >> physical & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsUsual(ref EngineState state) => ((state[StatusWord.Number] & ErrorSummary) | ((state[ControlWord.Number] ^ UsualControl) & ControlBits)) == 0;

    /// <summary>A normal double or a zero as an extended number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryExtend(ulong x, out ulong significand, out uint signExponent)
    {
        uint sign = (uint)(x >> 48) & Sign, exponent = (uint)(x >> 52) & 0x7ff;
        significand = LeadingBit | x << 11;
        signExponent = sign | exponent + FromDoubleBias;
        if (exponent - 1 < 2046)
            return true;
        significand = 0;
        signExponent = sign;
        return x << 1 == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPush(ref EngineState state, ulong significand, uint signExponent)
    {
        int to = Physical(ref state, -1), slot = X87(to).Number;
        if (!IsUsual(ref state) || IsFull(ref state, to))
            return false;
        state[slot] = significand;
        state[slot + 1] = signExponent;
        state[Tags.Number] |= 1UL << to;
        state[StatusWord.Number] = (state[StatusWord.Number] & ~(TopMask | Busy | C1)) | (ulong)(uint)to << 11;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCalculate<TOperation>(ref EngineState state, int top, int to, ulong significand, uint signExponent, int number)
        where TOperation : struct, IPlainOperation
    {
        int slot = X87(top).Number;
        ulong topSignificand = state[slot];
        uint topSignExponent = (uint)state[slot + 1];
        if (!IsUsual(ref state) || !IsFull(ref state, top) || !Extended80.IsNormal(topSignificand, topSignExponent) || !Extended80.IsNormal(significand, signExponent)
            || !TOperation.TryDo(topSignificand, topSignExponent, significand, signExponent, number, out ulong result, out uint resultSignExponent, out FloatFlags found))
            return false;
        slot = X87(to).Number;
        state[slot] = result;
        state[slot + 1] = resultSignExponent;
        Leave(ref state, top, found, number);
        return true;
    }

    /// <summary>Notes what was found, and pops if the number says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Leave(ref EngineState state, int top, FloatFlags found, int number)
    {
        ulong status = (state[StatusWord.Number] & ~(Busy | C1)) | (ulong)(found & FloatFlags.Inexact) | (ulong)(found & FloatFlags.RoundedUp) << 3;
        if ((number & F.Pops) != 0)
        {
            state[Tags.Number] &= ~(1UL << top);
            status = (status & ~TopMask) | (ulong)(uint)(top + 1 & 7) << 11;
        }
        state[StatusWord.Number] = status;
    }

    /// <summary>An operation on normal numbers, in parts: the top of the stack, and what the instruction names.</summary>
    internal interface IPlainOperation
    {
        static abstract bool TryDo(
            ulong topSignificand, uint topSignExponent, ulong significand, uint signExponent, int number, out ulong result, out uint resultSignExponent, out FloatFlags found);
    }

    /// <summary>FADD, FSUB and FSUBR: the sum with one of them negated, for neither is a NaN.</summary>
    internal readonly struct Sum : IPlainOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryDo(
            ulong topSignificand, uint topSignExponent, ulong significand, uint signExponent, int number, out ulong result, out uint resultSignExponent, out FloatFlags found)
        {
            if (number >> 20 != F.Add)
            {
                if ((number & F.ToOperand) != 0 == (number >> 20 == F.Subtract))
                    topSignExponent ^= Sign;
                else
                    signExponent ^= Sign;
            }
            return Extended80.TryAddNearest(topSignificand, topSignExponent, significand, signExponent, out result, out resultSignExponent, out found);
        }
    }

    /// <summary>FMUL.</summary>
    internal readonly struct Product : IPlainOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryDo(
            ulong topSignificand, uint topSignExponent, ulong significand, uint signExponent, int number, out ulong result, out uint resultSignExponent, out FloatFlags found) =>
            Extended80.TryMultiplyNearest(topSignificand, topSignExponent, significand, signExponent, out result, out resultSignExponent, out found);
    }
}
