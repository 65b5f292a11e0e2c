using System.Numerics;
using Emulator.Core.Execution;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>What micro-operations cannot say of integer instructions: functions of the state that blocks call.</summary>
internal static class Amd64Functions
{
    /// <summary>1 when the condition of an opcode holds.</summary>
    public static ulong EvaluateCondition(ref EngineState state, ulong x, ulong y, int number) => Amd64Flags.Holds(Amd64Flags.Status(ref state), number) ? 1UL : 0;

    /// <summary>RFLAGS.</summary>
    public static ulong GetFlags(ref EngineState state, ulong x, ulong y, int number) =>
        Amd64Flags.Status(ref state) | (state[Direction.Number] & Amd64Flags.Direction) | state[OtherFlags.Number] | AlwaysSet;

    /// <summary>POPF of a number of bytes.</summary>
    public static ulong SetFlags(ref EngineState state, ulong x, ulong y, int bytes)
    {
        ulong value = bytes == 2 ? (GetFlags(ref state, 0, 0, 0) & ~0xffffUL) | (x & 0xffff) : x;
        Amd64Flags.SetStatus(ref state, value);
        state[Direction.Number] = (value & Amd64Flags.Direction) != 0 ? ulong.MaxValue : 0;
        state[OtherFlags.Number] = value & Changeable;
        return 0;
    }

    /// <summary>ZF = x; the others stay.</summary>
    public static ulong SetZero(ref EngineState state, ulong x, ulong y, int number)
    {
        Amd64Flags.SetStatus(ref state, (Amd64Flags.Status(ref state) & ~Amd64Flags.Zero) | (x != 0 ? Amd64Flags.Zero : 0));
        return 0;
    }

    /// <summary>CF = the lowest bit of x; the others stay.</summary>
    public static ulong SetCarry(ref EngineState state, ulong x, ulong y, int number)
    {
        Amd64Flags.SetStatus(ref state, (Amd64Flags.Status(ref state) & ~Amd64Flags.Carry) | (x & Amd64Flags.Carry));
        return 0;
    }

    /// <summary>CF is turned over.</summary>
    public static ulong TurnCarry(ref EngineState state, ulong x, ulong y, int number)
    {
        Amd64Flags.SetStatus(ref state, Amd64Flags.Status(ref state) ^ Amd64Flags.Carry);
        return 0;
    }

    /// <summary>SF, ZF, AF, PF and CF = x; OF stays.</summary>
    public static ulong SetLowFlags(ref EngineState state, ulong x, ulong y, int number)
    {
        Amd64Flags.SetStatus(ref state, (Amd64Flags.Status(ref state) & Amd64Flags.Overflow) | (x & (StatusFlags & 0xff)));
        return 0;
    }

    /// <summary>All flags as x has them.</summary>
    public static ulong SetAll(ref EngineState state, ulong x, ulong y, int number)
    {
        Amd64Flags.SetStatus(ref state, x);
        return 0;
    }

    // ---- rotations ------------------------------------------------------------------------------------------------------

    /// <summary>CF and OF after a rotation to the left: x is the result, y the count; the number is the width.</summary>
    public static ulong RotatedLeft(ref EngineState state, ulong x, ulong y, int bits)
    {
        if ((y & Mask(bits)) == 0)
            return 0;
        ulong carry = x & 1, top = x >> (bits - 1) & 1;
        return SetCarryAndOverflow(ref state, carry, carry ^ top);
    }

    /// <inheritdoc cref="RotatedLeft"/>
    public static ulong RotatedRight(ref EngineState state, ulong x, ulong y, int bits)
    {
        if ((y & Mask(bits)) == 0)
            return 0;
        ulong top = x >> (bits - 1) & 1, next = x >> (bits - 2) & 1;
        return SetCarryAndOverflow(ref state, top, top ^ next);
    }

    /// <summary>x of 8 or 16 bits rotated to the left by y.</summary>
    public static ulong RotateNarrow(ref EngineState state, ulong x, ulong y, int bits)
    {
        x &= ulong.MaxValue >> (64 - bits);
        int count = (int)(y & (ulong)(bits - 1));
        return (x << count | x >> (bits - count)) & ulong.MaxValue >> (64 - bits);
    }

    /// <summary>x rotated to the left through CF by y; the number is the width.</summary>
    public static ulong RotateLeftThroughCarry(ref EngineState state, ulong x, ulong y, int bits) => ThroughCarry(ref state, x, y, bits, left: true, out _);

    /// <inheritdoc cref="RotateLeftThroughCarry"/>
    public static ulong RotateRightThroughCarry(ref EngineState state, ulong x, ulong y, int bits) => ThroughCarry(ref state, x, y, bits, left: false, out _);

    /// <summary>CF and OF of that rotation.</summary>
    public static ulong RotatedLeftThroughCarry(ref EngineState state, ulong x, ulong y, int bits)
    {
        if ((y & Mask(bits)) == 0)
            return 0;
        ulong result = ThroughCarry(ref state, x, y, bits, left: true, out ulong carry);
        return SetCarryAndOverflow(ref state, carry, carry ^ (result >> (bits - 1) & 1));
    }

    /// <inheritdoc cref="RotatedLeftThroughCarry"/>
    public static ulong RotatedRightThroughCarry(ref EngineState state, ulong x, ulong y, int bits)
    {
        if ((y & Mask(bits)) == 0)
            return 0;
        ulong result = ThroughCarry(ref state, x, y, bits, left: false, out ulong carry);
        return SetCarryAndOverflow(ref state, carry, (result >> (bits - 1) ^ result >> (bits - 2)) & 1);
    }

    private static ulong ThroughCarry(ref EngineState state, ulong x, ulong y, int bits, bool left, out ulong carry)
    {
        // One bit wider than the operand: the carry is the bit above it.
        int count = (int)(y & Mask(bits)) % (bits + 1), wide = bits + 1;
        UInt128 mask = (UInt128.One << wide) - 1;
        UInt128 all = ((UInt128)(Amd64Flags.Status(ref state) & Amd64Flags.Carry) << bits) | (x & ulong.MaxValue >> (64 - bits));
        if (count != 0)
            all = (left ? all << count | all >> (wide - count) : all >> count | all << (wide - count)) & mask;
        carry = (ulong)(all >> bits) & 1;
        return (ulong)all & ulong.MaxValue >> (64 - bits);
    }

    private static ulong SetCarryAndOverflow(ref EngineState state, ulong carry, ulong overflow)
    {
        Amd64Flags.SetStatus(ref state, (Amd64Flags.Status(ref state) & ~(Amd64Flags.Carry | Amd64Flags.Overflow)) | carry | overflow << 11);
        return 0;
    }

    private static ulong Mask(int bits) => bits == 64 ? 63UL : 31UL;

    // ---- double shifts --------------------------------------------------------------------------------------------------

    /// <summary>Stands for a count that is in CL.</summary>
    public const int CountInCl = 0x80;

    /// <summary>SHLD: x shifted left, bits of y enter. The number is the width and, above 8 bits, the count.</summary>
    public static ulong ShiftLeftDouble(ref EngineState state, ulong x, ulong y, int number) => DoubleShift(ref state, x, y, number, left: true, out _);

    /// <summary>SHRD.</summary>
    public static ulong ShiftRightDouble(ref EngineState state, ulong x, ulong y, int number) => DoubleShift(ref state, x, y, number, left: false, out _);

    /// <summary>Condition codes of SHLD.</summary>
    public static ulong ShiftedLeftDouble(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong result = DoubleShift(ref state, x, y, number, left: true, out int carry);
        return NoteDoubleShift(ref state, x, result, number, carry);
    }

    /// <summary>Condition codes of SHRD.</summary>
    public static ulong ShiftedRightDouble(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong result = DoubleShift(ref state, x, y, number, left: false, out int carry);
        return NoteDoubleShift(ref state, x, result, number, carry);
    }

    private static ulong DoubleShift(ref EngineState state, ulong x, ulong y, int number, bool left, out int carry)
    {
        int bits = number & 0xff, count = number >> 8;
        if (count == CountInCl)
            count = (int)(state[Rcx.Number] & 0xff);
        count &= (int)Mask(bits);
        ulong mask = ulong.MaxValue >> (64 - bits);
        x &= mask;
        y &= mask;
        carry = -1;
        if (count == 0)
            return x;
        if (count > bits)
        {
            // Of 16 bits, undefined: what was shifted in goes round, as processors do.
            (x, y) = (y, x);
            count -= bits;
        }
        carry = (int)((left ? x >> (bits - count) : x >> (count - 1)) & 1);
        return count == bits ? y : left ? (x << count | y >> (bits - count)) & mask : (x >> count | y << (bits - count)) & mask;
    }

    private static ulong NoteDoubleShift(ref EngineState state, ulong x, ulong result, int number, int carry)
    {
        if (carry < 0)
            return 0;
        ulong sign = 1UL << ((number & 0xff) - 1);
        Amd64Flags.SetStatus(ref state, Amd64Flags.OfResult(result, sign) | (uint)carry | (((x ^ result) & sign) != 0 ? Amd64Flags.Overflow : 0));
        return 0;
    }

    // ---- division -------------------------------------------------------------------------------------------------------

    /// <summary>DIV of a width by x: raises #DE, or sets both registers.</summary>
    public static ulong DivideUnsigned(ref EngineState state, ulong x, ulong y, int bits)
    {
        ulong mask = ulong.MaxValue >> (64 - bits), divisor = x & mask;
        if (divisor == 0)
            return Raise(ref state, Amd64Traps.DivideError);
        UInt128 dividend = bits == 8 ? state[Rax.Number] & 0xffff : (UInt128)(state[Rdx.Number] & mask) << bits | (state[Rax.Number] & mask);
        UInt128 quotient;
        ulong remainder;
        if (dividend >> 64 == 0)
        {
            (ulong simple, remainder) = Math.DivRem((ulong)dividend, divisor);
            quotient = simple;
        }
        else
        {
            (quotient, UInt128 left) = UInt128.DivRem(dividend, divisor);
            remainder = (ulong)left;
        }
        if (quotient > mask)
            return Raise(ref state, Amd64Traps.DivideError);
        return SetQuotient(ref state, (ulong)quotient, remainder, bits);
    }

    /// <summary>IDIV of a width by x.</summary>
    public static ulong DivideSigned(ref EngineState state, ulong x, ulong y, int bits)
    {
        ulong mask = ulong.MaxValue >> (64 - bits);
        long divisor = Amd64Flags.SignExtend(x, bits);
        if (divisor == 0)
            return Raise(ref state, Amd64Traps.DivideError);
        Int128 dividend = bits == 8
            ? Amd64Flags.SignExtend(state[Rax.Number], 16)
            : (Int128)((UInt128)(ulong)Amd64Flags.SignExtend(state[Rdx.Number], bits) << bits | (state[Rax.Number] & mask));
        if (bits is 16 or 32)
            dividend = (long)dividend << (64 - 2 * bits) >> (64 - 2 * bits);
        Int128 quotient, remainder;
        if (dividend == (long)dividend && !((long)dividend == long.MinValue && divisor == -1))
            (quotient, remainder) = ((long)dividend / divisor, (long)dividend % divisor);
        else if (divisor == -1)
            (quotient, remainder) = (0 - dividend, 0);
        else
            (quotient, remainder) = (dividend / divisor, dividend % divisor);
        if (quotient != Amd64Flags.SignExtend((ulong)quotient, bits))
            return Raise(ref state, Amd64Traps.DivideError);
        return SetQuotient(ref state, (ulong)quotient & mask, (ulong)remainder & mask, bits);
    }

    private static ulong SetQuotient(ref EngineState state, ulong quotient, ulong remainder, int bits)
    {
        switch (bits)
        {
            case 8:
                state[Rax.Number] = (state[Rax.Number] & ~0xffffUL) | remainder << 8 | quotient;
                break;
            case 16:
                state[Rax.Number] = (state[Rax.Number] & ~0xffffUL) | quotient;
                state[Rdx.Number] = (state[Rdx.Number] & ~0xffffUL) | remainder;
                break;
            default:
                state[Rax.Number] = quotient;
                state[Rdx.Number] = remainder;
                break;
        }
        return 0;
    }

    // ---- decimal --------------------------------------------------------------------------------------------------------

    /// <summary>DAA and DAS (number 1); Intel SDM volume 2.</summary>
    public static ulong DecimalAdjust(ref EngineState state, ulong x, ulong y, int subtract)
    {
        ulong status = Amd64Flags.Status(ref state), old = state[Rax.Number] & 0xff, al = old, flags = 0;
        bool carry = (status & Amd64Flags.Carry) != 0;
        if ((al & 15) > 9 || (status & Amd64Flags.Adjust) != 0)
        {
            ulong next = subtract != 0 ? al - 6 : al + 6;
            flags |= Amd64Flags.Adjust | (carry || next > 0xff ? Amd64Flags.Carry : 0);
            al = next & 0xff;
        }
        if (old > 0x99 || carry)
        {
            al = (subtract != 0 ? al - 0x60 : al + 0x60) & 0xff;
            flags |= Amd64Flags.Carry;
        }
        else if (subtract == 0)
        {
            flags &= ~Amd64Flags.Carry;
        }
        state[Rax.Number] = (state[Rax.Number] & ~0xffUL) | al;
        Amd64Flags.SetStatus(ref state, flags | Amd64Flags.OfResult(al, 0x80) | (status & Amd64Flags.Overflow));
        return 0;
    }

    /// <summary>AAA and AAS (number 1).</summary>
    public static ulong AsciiAdjust(ref EngineState state, ulong x, ulong y, int subtract)
    {
        ulong status = Amd64Flags.Status(ref state), ax = state[Rax.Number] & 0xffff;
        bool adjust = (ax & 15) > 9 || (status & Amd64Flags.Adjust) != 0;
        if (adjust)
            ax = subtract != 0 ? ax - 0x106 : ax + 0x106;
        ax &= 0xff0f;
        state[Rax.Number] = (state[Rax.Number] & ~0xffffUL) | ax;
        Amd64Flags.SetStatus(ref state, (adjust ? Amd64Flags.Adjust | Amd64Flags.Carry : 0) | Amd64Flags.OfResult(ax & 0xff, 0x80));
        return 0;
    }

    /// <summary>AAM by a number that is not 0.</summary>
    public static ulong AsciiAfterMultiply(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong al = state[Rax.Number] & 0xff, high = al / (ulong)number, low = al % (ulong)number;
        state[Rax.Number] = (state[Rax.Number] & ~0xffffUL) | high << 8 | low;
        Amd64Flags.SetStatus(ref state, Amd64Flags.OfResult(low, 0x80));
        return 0;
    }

    /// <summary>AAD by a number.</summary>
    public static ulong AsciiBeforeDivide(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong ax = state[Rax.Number], al = ((ax & 0xff) + (ax >> 8 & 0xff) * (ulong)number) & 0xff;
        state[Rax.Number] = (ax & ~0xffffUL) | al;
        Amd64Flags.SetStatus(ref state, Amd64Flags.OfResult(al, 0x80));
        return 0;
    }

    // ---- traps ----------------------------------------------------------------------------------------------------------

    /// <summary>Raises #GP when x is no address of 48 bits, sign-extended.</summary>
    public static ulong RequireCanonical(ref EngineState state, ulong x, ulong y, int number) =>
        (long)x << 16 >> 16 == (long)x ? 0 : Raise(ref state, Amd64Traps.GeneralProtection);

    /// <summary>Raises #GP when x is not a multiple of y + 1.</summary>
    public static ulong RequireAligned(ref EngineState state, ulong x, ulong y, int number) => (x & y) == 0 ? 0 : Raise(ref state, Amd64Traps.GeneralProtection);

    /// <summary>Asks for a trap before the present instruction.</summary>
    public static ulong Raise(ref EngineState state, int trap)
    {
        state.Raised = CpuStopKind.Trap;
        state.RaisedCode = trap;
        return 0;
    }

    /// <summary>CRC32: x accumulated with a number of bits of y.</summary>
    public static ulong Crc32(ref EngineState state, ulong x, ulong y, int bits)
    {
        uint crc = (uint)x;
        return bits switch
        {
            8 => BitOperations.Crc32C(crc, (byte)y),
            16 => BitOperations.Crc32C(crc, (ushort)y),
            32 => BitOperations.Crc32C(crc, (uint)y),
            _ => BitOperations.Crc32C(crc, y),
        };
    }
}
