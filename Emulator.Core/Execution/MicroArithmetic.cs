using System.Buffers.Binary;
using System.Numerics;

namespace Emulator.Core.Execution;

/// <summary>Micro-operations on numbers that are known when a block is made.</summary>
internal static class MicroArithmetic
{
    /// <summary>An operation of two operands that is worth folding.</summary>
    public static bool TryCompute(MicroCode code, ulong x, ulong y, out ulong result)
    {
        ulong? folded = code switch
        {
            MicroCode.Add => x + y,
            MicroCode.Sub => x - y,
            MicroCode.Mul => x * y,
            MicroCode.And => x & y,
            MicroCode.Or => x | y,
            MicroCode.Xor => x ^ y,
            MicroCode.AndNot => x & ~y,
            MicroCode.OrNot => x | ~y,
            MicroCode.XorNot => x ^ ~y,
            MicroCode.Shl => x << (int)y,
            MicroCode.Shr => x >> (int)y,
            MicroCode.Sar => (ulong)((long)x >> (int)y),
            MicroCode.Add32 => (uint)x + (uint)y,
            MicroCode.Sub32 => (uint)x - (uint)y,
            MicroCode.And32 => (uint)x & (uint)y,
            MicroCode.Or32 => (uint)x | (uint)y,
            MicroCode.Xor32 => (uint)x ^ (uint)y,
            MicroCode.Shl32 => (uint)x << (int)y,
            MicroCode.Shr32 => (uint)x >> (int)y,
            MicroCode.Add32S => (ulong)(int)(x + y),
            MicroCode.Sub32S => (ulong)(int)(x - y),
            MicroCode.SetEq => x == y ? 1UL : 0,
            MicroCode.SetNe => x != y ? 1UL : 0,
            MicroCode.SetLtS => (long)x < (long)y ? 1UL : 0,
            MicroCode.SetLeS => (long)x <= (long)y ? 1UL : 0,
            MicroCode.SetGtS => (long)x > (long)y ? 1UL : 0,
            MicroCode.SetGeS => (long)x >= (long)y ? 1UL : 0,
            MicroCode.SetLtU => x < y ? 1UL : 0,
            MicroCode.SetLeU => x <= y ? 1UL : 0,
            MicroCode.SetGtU => x > y ? 1UL : 0,
            MicroCode.SetGeU => x >= y ? 1UL : 0,
            _ => null,
        };
        result = folded.GetValueOrDefault();
        return folded.HasValue;
    }

    /// <summary>An operation of one operand.</summary>
    public static bool TryCompute(MicroCode code, ulong x, out ulong result)
    {
        ulong? folded = code switch
        {
            MicroCode.SignExtend8 => (ulong)(sbyte)x,
            MicroCode.SignExtend16 => (ulong)(short)x,
            MicroCode.SignExtend32 => (ulong)(int)x,
            MicroCode.ZeroExtend8 => (byte)x,
            MicroCode.ZeroExtend16 => (ushort)x,
            MicroCode.ZeroExtend32 => (uint)x,
            MicroCode.ByteSwap16 => BinaryPrimitives.ReverseEndianness((ushort)x),
            MicroCode.ByteSwap32 => BinaryPrimitives.ReverseEndianness((uint)x),
            MicroCode.ByteSwap64 => BinaryPrimitives.ReverseEndianness(x),
            MicroCode.LeadingZeros => (ulong)BitOperations.LeadingZeroCount(x),
            MicroCode.TrailingZeros => (ulong)BitOperations.TrailingZeroCount(x),
            MicroCode.PopulationCount => (ulong)BitOperations.PopCount(x),
            _ => null,
        };
        result = folded.GetValueOrDefault();
        return folded.HasValue;
    }

    /// <summary>Whether x stays x with this y.</summary>
    public static bool IsIdentity(MicroCode code, ulong y) => code switch
    {
        MicroCode.Add or MicroCode.Sub or MicroCode.Or or MicroCode.Xor or MicroCode.AndNot => y == 0,
        MicroCode.Shl or MicroCode.Shr or MicroCode.Sar or MicroCode.Rotl => (y & 63) == 0,
        MicroCode.Mul => y == 1,
        MicroCode.And => y == ulong.MaxValue,
        _ => false,
    };

    /// <summary>What <see cref="MicroCode.DivideS"/> computes.</summary>
    public static long DivideSigned(long x, long y) => y switch
    {
        0 => long.MinValue,
        -1 => unchecked(-x),
        _ => x / y,
    };
}
