using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>binary32 of IEEE 754-2008, 3.6.</summary>
internal readonly struct Binary32Format : IFloatFormat<uint>
{
    private const int FractionBits = 23, ExponentMask = 0xff;
    private const uint FractionMask = (1U << FractionBits) - 1;

    public static int Precision => FractionBits + 1;

    public static int Bias => ExponentMask / 2;

    public static int Wrap => 192;

    public static int ArithmeticPrecision(in FloatStatus status) => Precision;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // half of what a soft operation does
    public static void Unpack(uint bits, out Unpacked number)
    {
        int exponent = (int)(bits >> FractionBits) & ExponentMask;
        ulong fraction = (ulong)(bits & FractionMask) << (63 - FractionBits);
        number.Negative = (int)bits < 0;
        number.Low = 0;
        number.Exponent = exponent - Bias;
        number.High = fraction | Unpacked.LeadingBit;
        number.Class = FloatClass.Normal;
        if ((uint)(exponent - 1) >= ExponentMask - 1)
            FloatCodec.UnpackSpecial(exponent, fraction, 0, 1 - Bias, ref number);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // four machine instructions
    public static uint Pack(bool negative, int exponent, ulong high, ulong low) =>
        (uint)(negative ? 1 : 0) << 31 | (uint)exponent << FractionBits | (uint)(high << 1 >> (64 - FractionBits));
}
