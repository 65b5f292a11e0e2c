using System.Runtime.CompilerServices;
using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;
using static Emulator.Arch.Amd64.Amd64Registers;
using F = Emulator.Arch.Amd64.Amd64X87Functions;

namespace Emulator.Arch.Amd64;

/// <summary>
/// What nearly all x87 instructions of programs come to: the control word is what FNINIT makes it, no exception waits, registers are
/// there, numbers are normal. Each method does it or does nothing, and then <see cref="Amd64X87Functions"/> does it, whatever it is.
/// </summary>
internal static class Amd64X87Plain
{
    // All exceptions masked, 64 bits of precision, to the nearest even.
    private const ulong UsualControl = 0x33f, ControlBits = 0xf3f;
    private const ulong ErrorSummary = 0x80, Busy = 0x8000, C1 = 0x200, TopMask = 7 << 11;
    private const ulong LeadingBit = 1UL << 63;
    private const int FromDoubleBias = 16383 - 1023, Sign = 0x8000, HighestExponent = 0x7fff;

    private static readonly FloatStatus Usual = new()
    {
        Rounding = FloatRounding.NearestEven,
        Precision = FloatPrecision.Extended,
        Modes = FloatModes.TininessAfterRounding | FloatModes.DefaultNanNegative,
        Nans = NanRule.GreaterSignificand,
        Integers = IntegerRule.Indefinite,
    };

    /// <summary>FLD and FILD.</summary>
    public static bool TryLoad(ref EngineState state, ulong x, int number)
    {
        Span<ulong> r = state.All;
        ulong status = r[StatusWord.Number];
        int to = (int)(status >> 11) - 1 & 7;
        if (!IsUsual(r, status) || (r[Tags.Number] >> to & 1) != 0 || !TryRead(r, status, x, number, out ulong significand, out ushort signExponent))
            return false;
        int slot = X87(to).Number;
        (r[slot], r[slot + 1]) = (significand, signExponent);
        r[Tags.Number] |= 1UL << to;
        r[StatusWord.Number] = (status & ~(TopMask | Busy | C1)) | (ulong)to << 11;
        return true;
    }

    /// <summary>FADD and the others.</summary>
    public static bool TryArithmetic(ref EngineState state, ulong x, int number)
    {
        Span<ulong> r = state.All;
        ulong status = r[StatusWord.Number], tags = r[Tags.Number];
        int top = (int)(status >> 11) & 7;
        if (!IsUsual(r, status) || (tags >> top & 1) == 0 || !TryRead(r, status, x, number, out ulong significand, out ushort signExponent))
            return false;
        int slot = X87(top).Number;
        ulong topSignificand = r[slot];
        ushort topSignExponent = (ushort)r[slot + 1];
        if (!IsNormal(topSignificand, topSignExponent) || !IsNormal(significand, signExponent))
            return false;
        bool turned = (number & F.ToOperand) != 0;
        if (turned)
            slot = X87(top + (number >> 8) & 7).Number;
        FloatStatus found = Usual;
        Extended80Bits result;
        switch (number >> 20)
        {
            case F.Add:
                result = Add(topSignificand, topSignExponent, significand, signExponent, ref found);
                break;
            case F.Multiply:
                result = Multiply(topSignificand, topSignExponent, significand, signExponent, ref found);
                break;
            case F.Subtract or F.SubtractReversed:      // the sum with one of them negated: neither is a NaN
                bool negatesTop = turned == (number >> 20 == F.Subtract);
                result = Add(topSignificand, (ushort)(negatesTop ? topSignExponent ^ Sign : topSignExponent), significand, (ushort)(negatesTop ? signExponent : signExponent ^ Sign), ref found);
                break;
            default:
                return false;
        }
        r[slot] = result.Significand;
        r[slot + 1] = result.SignExponent;
        status = (status & ~(Busy | C1)) | (ulong)(found.Flags & FloatFlags.X86) | ((found.Flags & FloatFlags.RoundedUp) != 0 ? C1 : 0);
        Leave(r, status, top, number);
        return true;
    }

    /// <summary>FST of a double that needs no rounding.</summary>
    public static bool TryStore(ref EngineState state, int number, out ulong result)
    {
        result = 0;
        Span<ulong> r = state.All;
        ulong status = r[StatusWord.Number];
        int top = (int)(status >> 11) & 7, slot = X87(top).Number;
        if ((number & 0xf) != F.FromDouble || !IsUsual(r, status) || (r[Tags.Number] >> top & 1) == 0)
            return false;
        ulong significand = r[slot];
        int signExponent = (ushort)r[slot + 1], exponent = (signExponent & HighestExponent) - FromDoubleBias;
        if ((uint)(exponent - 1) >= 2046 || (significand & (LeadingBit | 0x7ff)) != LeadingBit)
        {
            if (significand != 0 || (signExponent & HighestExponent) != 0)
                return false;
            exponent = 0;
        }
        result = (ulong)(signExponent & Sign) << 48 | (ulong)exponent << 52 | (significand & ~LeadingBit) >> 11;
        r[F.Suppressed.Number] = 0;
        Leave(r, status & ~(Busy | C1), top, number);
        return true;
    }

    private static bool IsUsual(Span<ulong> r, ulong status) => ((status & ErrorSummary) | ((r[ControlWord.Number] ^ UsualControl) & ControlBits)) == 0;

    private static bool IsNormal(ulong significand, ushort signExponent) => (long)significand < 0 && (uint)((signExponent & HighestExponent) - 1) < HighestExponent - 1;

    /// <summary>An operand: a register, an integer, a normal number or a zero in memory.</summary>
    private static bool TryRead(Span<ulong> r, ulong status, ulong x, int number, out ulong significand, out ushort signExponent)
    {
        switch (number & 0xf)
        {
            case F.FromRegister:
                int from = (int)(status >> 11) + (number >> 8) & 7, slot = X87(from).Number;
                significand = r[slot];
                signExponent = (ushort)r[slot + 1];
                return (r[Tags.Number] >> from & 1) != 0;
            case F.FromDouble:
                uint exponent = (uint)(x >> 52) & 0x7ff;
                bool normal = exponent - 1 < 2046;
                significand = normal ? LeadingBit | x << 11 : 0;
                signExponent = (ushort)((x >> 48 & Sign) | (normal ? exponent + FromDoubleBias : 0));
                return normal || x << 1 == 0;
            case F.FromInt32 or F.FromInt64:
                Extended80Bits value = Extended80.FromInt64((number & 0xf) == F.FromInt32 ? (int)x : (long)x);
                significand = value.Significand;
                signExponent = value.SignExponent;
                return true;
            default:
                significand = 0;
                signExponent = 0;
                return false;
        }
    }

    // By themselves: in line, their temporaries would be cleared for every instruction.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Extended80Bits Add(ulong significandA, ushort signExponentA, ulong significandB, ushort signExponentB, ref FloatStatus found) =>
        Extended80.Add(new(significandA, signExponentA), new(significandB, signExponentB), ref found);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Extended80Bits Multiply(ulong significandA, ushort signExponentA, ulong significandB, ushort signExponentB, ref FloatStatus found) =>
        Extended80.Multiply(new(significandA, signExponentA), new(significandB, signExponentB), ref found);

    private static void Leave(Span<ulong> r, ulong status, int top, int number)
    {
        if ((number & F.Pops) != 0)
        {
            r[Tags.Number] &= ~(1UL << top);
            status = (status & ~TopMask) | (ulong)(top + 1 & 7) << 11;
        }
        r[StatusWord.Number] = status;
    }
}
