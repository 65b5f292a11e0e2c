using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>The double extended-precision format of x87. Intel SDM vol. 1, 4.2.2 and, for what it no longer supports, 8.2.2.</summary>
internal readonly struct Extended80Format : IFloatFormat<Extended80Bits>
{
    private const int ExponentMask = 0x7fff;

    public static int Precision => 64;

    public static int Bias => ExponentMask / 2;

    public static int Wrap => 24576;

    // Intel SDM vol. 1, 8.1.5.2.
    public static int ArithmeticPrecision(in FloatStatus status) => status.Precision switch
    {
        FloatPrecision.Extended => 64,
        FloatPrecision.Double => 53,
        _ => 24,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // half of what a soft operation does
    public static void Unpack(Extended80Bits bits, out Unpacked number)
    {
        int exponent = bits.SignExponent & ExponentMask;
        number.Negative = (short)bits.SignExponent < 0;
        number.Low = 0;
        number.Exponent = exponent - Bias;
        number.High = bits.Significand;
        number.Class = FloatClass.Normal;
        if ((uint)(exponent - 1) >= ExponentMask - 1 || (long)bits.Significand >= 0)
            UnpackSpecial(exponent, ref number);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // two machine instructions
    public static Extended80Bits Pack(bool negative, int exponent, ulong high, ulong low) =>
        new(high, (ushort)((negative ? 0x8000 : 0) | exponent));

    private static void UnpackSpecial(int exponent, ref Unpacked number)
    {
        // SDM vol. 1, table 8-3. The leading bit counts: without it, only zeros and denormal numbers are numbers.
        if (exponent != 0 && (long)number.High >= 0)
            number.Class = FloatClass.Unsupported;
        // A pseudo-denormal has exponent 0 and its leading bit set; it means what exponent 1 would, and is denormal all the same.
        else if (exponent == 0 && (long)number.High < 0)
            (number.Exponent, number.Class) = (1 - Bias, FloatClass.Denormal);
        else
            FloatCodec.UnpackSpecial(exponent, number.High & ~Unpacked.LeadingBit, 0, 1 - Bias, ref number);
    }
}
