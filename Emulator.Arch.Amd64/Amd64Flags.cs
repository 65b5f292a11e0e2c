using System.Numerics;
using Emulator.Core.Execution;
using static Emulator.Arch.Amd64.Amd64Registers;

namespace Emulator.Arch.Amd64;

/// <summary>
/// What condition codes are computed from. The first slot holds a kind and, 16 times it, the width (0 to 3 for 8, 16, 32, 64 bits); the
/// others hold x and y. x and y of 8 and 16 bits are sign-extended, so that they compare as wider numbers do. What an instruction leaves
/// alone stays there, and the first slot says that the rest comes from a result in a slot of its own.
/// </summary>
/// <remarks>
/// <code>
/// bit 22   21    20 19        16 15  14 13   12 11         8 7    6 5     4 3      0
///    | OF | width  | rotation   |      | width | INC or DEC |      | width | kind   |
/// </code>
/// Where the manual leaves a flag undefined: AF of logic and shifts is 0, OF of shifts is that of their last step, SF, ZF and PF of
/// multiplications are those of the lower half.
/// </remarks>
internal static class Amd64Flags
{
    /// <summary>Bits of RFLAGS.</summary>
    public const ulong Carry = 1, Parity = 4, Adjust = 0x10, Zero = 0x40, Sign = 0x80, Trap = 0x100, Interrupt = 0x200, Direction = 0x400,
        Overflow = 0x800, NestedTask = 0x4000, AlignmentCheck = 0x4_0000, Identification = 0x20_0000;

    /// <summary>x holds the flags themselves.</summary>
    public const int Explicit = 0;

    /// <summary>x - y.</summary>
    public const int Subtract = 1;

    /// <summary>x - y - 1: <see cref="Subtract"/> + the carry.</summary>
    public const int SubtractBorrow = 2;

    /// <summary>x + y.</summary>
    public const int Add = 3;

    /// <summary>x + y + 1: <see cref="Add"/> + the carry.</summary>
    public const int AddCarry = 4;

    /// <summary>x is the result; no carry and no overflow.</summary>
    public const int Logic = 5;

    /// <summary>The result of INC is in its slot, and carry comes from elsewhere.</summary>
    public const int Increment = 6;

    /// <summary>The same of DEC.</summary>
    public const int Decrement = 7;

    /// <summary>x was shifted by y, which is not 0.</summary>
    public const int ShiftLeft = 8;

    /// <inheritdoc cref="ShiftLeft"/>
    public const int ShiftRight = 9;

    /// <inheritdoc cref="ShiftLeft"/>
    public const int ShiftArithmetic = 10;

    /// <summary>x * y, unsigned; carry and overflow when the upper half counts.</summary>
    public const int MultiplyUnsigned = 11;

    /// <summary>x * y, signed.</summary>
    public const int MultiplySigned = 12;

    /// <summary>The result of ROL is in its slot: CF and OF come from it.</summary>
    public const int RotateLeft = 1;

    /// <summary>The same of ROR.</summary>
    public const int RotateRight = 2;

    /// <summary>Where the first slot tells of INC or DEC, and of a rotation.</summary>
    public const int StepShift = 8, RotationShift = 16;

    /// <summary>In the first slot: a rotation was last to set OF.</summary>
    public const uint RotationOverflow = 0x40_0000;

    /// <summary>Bits of the first slot that stay with INC and DEC, and with a rotation.</summary>
    public const uint StepKeeps = 0x3f_00ff, RotationKeeps = 0xffff;

    /// <summary>Kind and width as one number.</summary>
    public static int How(int kind, int bits) => kind | (BitOperations.Log2((uint)bits) - 3) << 4;

    /// <summary>OF, SF, ZF, AF, PF and CF.</summary>
    public static ulong Status(ref EngineState state) => Status(
        state[Flags.Number], state[Flags.Number + 1], state[Flags.Number + 2], state[StepResult.Number], state[RotationResult.Number]);

    /// <summary>Sets them as they are.</summary>
    public static void SetStatus(ref EngineState state, ulong status)
    {
        state[Flags.Number] = Explicit;
        state[Flags.Number + 1] = status & StatusFlags;
        state[Flags.Number + 2] = 0;
    }

    /// <inheritdoc cref="Status(ref EngineState)"/>
    public static ulong Status(ulong how, ulong x, ulong y, ulong stepped, ulong rotated)
    {
        ulong status = Status(how, x, y);
        if (((uint)how >> StepShift & 15) is not 0 and uint step)
        {
            int bits = 8 << ((int)how >> (StepShift + 4) & 3);
            ulong mask = ulong.MaxValue >> (64 - bits), sign = 1UL << (bits - 1), result = stepped & mask;
            status &= Carry;
            status |= step == Increment
                ? (result == sign ? Overflow : 0) | ((result & 15) == 0 ? Adjust : 0)
                : (result == sign - 1 ? Overflow : 0) | ((result & 15) == 15 ? Adjust : 0);
            status |= OfResult(result, sign);
        }
        if (((uint)how >> RotationShift & 15) is not 0 and uint rotation)
        {
            int top = (8 << ((int)how >> (RotationShift + 4) & 3)) - 1;
            ulong highest = rotated >> top & 1, carry = rotation == RotateLeft ? rotated & 1 : highest;
            status = (status & ~Carry) | carry;
            if ((how & RotationOverflow) != 0)
                status = (status & ~Overflow) | ((highest ^ (rotation == RotateLeft ? carry : rotated >> (top - 1) & 1)) != 0 ? Overflow : 0);
        }
        return status;
    }

    private static ulong Status(ulong how, ulong x, ulong y)
    {
        int kind = (int)how & 15, bits = 8 << ((int)how >> 4 & 3);
        if (kind == Explicit)
            return x & StatusFlags;
        ulong mask = ulong.MaxValue >> (64 - bits), sign = 1UL << (bits - 1);
        if (kind != ShiftArithmetic && kind != MultiplySigned)
            (x, y) = (x & mask, y & mask);
        ulong result, flags;
        switch (kind)
        {
            case Subtract:
                result = (x - y) & mask;
                flags = (x < y ? Carry : 0) | (((x ^ y) & (x ^ result) & sign) != 0 ? Overflow : 0) | ((x ^ y ^ result) & Adjust);
                break;
            case SubtractBorrow:
                result = (x - y - 1) & mask;
                flags = (x <= y ? Carry : 0) | (((x ^ y) & (x ^ result) & sign) != 0 ? Overflow : 0) | ((x ^ y ^ result) & Adjust);
                break;
            case Add:
                result = (x + y) & mask;
                flags = (result < x ? Carry : 0) | ((~(x ^ y) & (x ^ result) & sign) != 0 ? Overflow : 0) | ((x ^ y ^ result) & Adjust);
                break;
            case AddCarry:
                result = (x + y + 1) & mask;
                flags = (result <= x ? Carry : 0) | ((~(x ^ y) & (x ^ result) & sign) != 0 ? Overflow : 0) | ((x ^ y ^ result) & Adjust);
                break;
            case Logic:
                result = x;
                flags = 0;
                break;
            case ShiftLeft:
                {
                    // One step less, so that the last bit out is the sign of it.
                    ulong before = y > 64 ? 0 : x << (int)(y - 1);
                    result = before << 1 & mask;
                    flags = ((before & sign) != 0 ? Carry : 0) | (((before ^ result) & sign) != 0 ? Overflow : 0);
                    break;
                }
            case ShiftRight:
                {
                    ulong before = x >> (int)(y - 1);
                    result = before >> 1;
                    flags = (before & Carry) | (((before ^ result) & sign) != 0 ? Overflow : 0);
                    break;
                }
            case ShiftArithmetic:
                {
                    long before = SignExtend(x, bits) >> (int)((y & mask) - 1);
                    result = (ulong)(before >> 1) & mask;
                    flags = (ulong)before & Carry;
                    break;
                }
            case MultiplyUnsigned:
                {
                    ulong high = Math.BigMul(x, y, out ulong low);
                    result = low & mask;
                    flags = (bits == 64 ? high : low >> bits) != 0 ? Carry | Overflow : 0;
                    break;
                }
            default:
                {
                    long high = Math.BigMul(SignExtend(x, bits), SignExtend(y, bits), out long low);
                    result = (ulong)low & mask;
                    long whole = SignExtend(result, bits);
                    flags = low != whole || high != whole >> 63 ? Carry | Overflow : 0;
                    break;
                }
        }
        return flags | OfResult(result, sign);
    }

    /// <summary>SF, ZF and PF of a result.</summary>
    public static ulong OfResult(ulong result, ulong sign) =>
        (result == 0 ? Zero : 0) | ((result & sign) != 0 ? Sign : 0) | ((BitOperations.PopCount((byte)result) & 1) == 0 ? Parity : 0);

    /// <summary>The lower bits of a number, sign-extended.</summary>
    public static long SignExtend(ulong x, int bits) => (long)(x << (64 - bits)) >> (64 - bits);

    /// <summary>Whether one of the sixteen conditions of Jcc holds: the number is that of the opcode.</summary>
    public static bool Holds(ulong status, int condition)
    {
        bool holds = (condition >> 1) switch
        {
            0 => (status & Overflow) != 0,
            1 => (status & Carry) != 0,
            2 => (status & Zero) != 0,
            3 => (status & (Carry | Zero)) != 0,
            4 => (status & Sign) != 0,
            5 => (status & Parity) != 0,
            6 => ((status >> 7 ^ status >> 11) & 1) != 0,
            _ => (status & Zero) != 0 || ((status >> 7 ^ status >> 11) & 1) != 0,
        };
        return holds != ((condition & 1) != 0);
    }
}
