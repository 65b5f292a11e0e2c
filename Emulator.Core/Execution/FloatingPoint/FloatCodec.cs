using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>What unpacking and rounding have in common for all formats.</summary>
internal static class FloatCodec
{
    /// <summary>Completes what is neither normal nor odd: exponent 0, or all ones.</summary>
    /// <param name="exponent">The exponent with its bias.</param>
    /// <param name="fraction">The fraction from bit 62 on, the upper part.</param>
    /// <param name="low">The lower part of the fraction.</param>
    /// <param name="least">The exponent of the least normal number.</param>
    /// <param name="number">Its sign is there already.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // seldom
    public static void UnpackSpecial(int exponent, ulong fraction, ulong low, int least, ref Unpacked number)
    {
        (number.High, number.Low) = (fraction, low);
        if (exponent != 0)
        {
            number.High |= Unpacked.LeadingBit;
            number.Class = (fraction | low) == 0 ? FloatClass.Infinity : (fraction & Unpacked.QuietBit) != 0 ? FloatClass.QuietNan : FloatClass.SignalingNan;
        }
        else if ((fraction | low) == 0)
            number.Class = FloatClass.Zero;
        else
        {
            number.Exponent = least - Wide.Normalize(ref number.High, ref number.Low);
            number.Class = FloatClass.Denormal;
        }
    }

    /// <summary>Whether a significand goes up to the next one.</summary>
    /// <param name="rounding">The direction.</param>
    /// <param name="negative">The sign.</param>
    /// <param name="tail">What is to go: the half at the highest bit, the lowest standing for all that lie below. Not 0.</param>
    /// <param name="odd">Whether the last bit that stays is 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // part of every rounding
    public static bool GoesUp(FloatRounding rounding, bool negative, ulong tail, bool odd)
    {
        // No branches in the common direction: tails are as good as random, and a wrong guess costs as much as the rest of an operation.
        if (rounding == FloatRounding.NearestEven)
            return tail > Unpacked.LeadingBit | (tail == Unpacked.LeadingBit & odd);
        return rounding switch
        {
            FloatRounding.TowardZero => false,
            FloatRounding.Up => !negative,
            FloatRounding.Down => negative,
            _ => tail >= Unpacked.LeadingBit,
        };
    }
}
