using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>binary128 of IEEE 754-2008, 3.6: quadruple of sparc, extended of s390, X_floating of alpha.</summary>
internal readonly struct Binary128Format : IFloatFormat<UInt128>
{
    private const int UpperFractionBits = 48, ExponentMask = 0x7fff;

    public static int Precision => 113;

    public static int Bias => ExponentMask / 2;

    public static int Wrap => 24576;

    public static int ArithmeticPrecision(in FloatStatus status) => Precision;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // half of what a soft operation does
    public static void Unpack(UInt128 bits, out Unpacked number)
    {
        ulong upper = (ulong)(bits >> 64), lower = (ulong)bits;
        int exponent = (int)(upper >> UpperFractionBits) & ExponentMask;
        ulong fraction = upper << (64 - UpperFractionBits) >> 1 | lower >> (1 + UpperFractionBits);
        number.Negative = (long)upper < 0;
        number.Low = lower << (63 - UpperFractionBits);
        number.Exponent = exponent - Bias;
        number.High = fraction | Unpacked.LeadingBit;
        number.Class = FloatClass.Normal;
        if ((uint)(exponent - 1) >= ExponentMask - 1)
            FloatCodec.UnpackSpecial(exponent, fraction, number.Low, 1 - Bias, ref number);
    }

    public static UInt128 Pack(bool negative, int exponent, ulong high, ulong low)
    {
        ulong upper = (negative ? 1UL << 63 : 0) | (ulong)exponent << UpperFractionBits | high << 1 >> (64 - UpperFractionBits);
        return new UInt128(upper, high << (1 + UpperFractionBits) | low >> (63 - UpperFractionBits));
    }
}
