using System.Numerics;
using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Integers of 128 bits and more, in halves.</summary>
internal static class Wide
{
    /// <summary>Shifts left until the highest bit is set.</summary>
    /// <param name="high">The upper half.</param>
    /// <param name="low">The lower half. Not both are 0.</param>
    /// <returns>By how much.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // subtraction and unpacking call it once each; a call would cost a tenth of them
    public static int Normalize(ref ulong high, ref ulong low)
    {
        int shift = 0;
        if (high == 0)
            (high, low, shift) = (low, 0, 64);
        int zeros = BitOperations.LeadingZeroCount(high);
        if (zeros == 0)
            return shift;
        high = high << zeros | low >> (64 - zeros);
        low <<= zeros;
        return shift + zeros;
    }

    /// <summary>Shifts right; the lowest bit of what remains is set if a bit that went was.</summary>
    /// <param name="high">The upper half.</param>
    /// <param name="low">The lower half.</param>
    /// <param name="count">By how much, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every addition does it
    public static void ShiftRightSticky(ref ulong high, ref ulong low, int count)
    {
        if ((uint)count < 64)
        {
            if (count == 0)
                return;
            ulong lost = low << (64 - count);
            low = high << (64 - count) | low >> count | (lost != 0 ? 1UL : 0);
            high >>= count;
        }
        else if (count < 128)
        {
            int rest = count - 64;
            ulong lost = low | (rest == 0 ? 0 : high << (64 - rest));
            low = high >> rest | (lost != 0 ? 1UL : 0);
            high = 0;
        }
        else
        {
            low = (high | low) != 0 ? 1UL : 0;
            high = 0;
        }
    }

    /// <summary>high.low + otherHigh.otherLow; true if a bit is carried out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // three machine instructions
    public static bool Add(ref ulong high, ref ulong low, ulong otherHigh, ulong otherLow)
    {
        low += otherLow;
        ulong carry = low < otherLow ? 1UL : 0;
        ulong sum = high + otherHigh;
        bool carried = sum < otherHigh;
        high = sum + carry;
        return carried | high < carry;
    }

    /// <summary>high.low − otherHigh.otherLow, modulo 2^128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // three machine instructions
    public static void Subtract(ref ulong high, ref ulong low, ulong otherHigh, ulong otherLow)
    {
        ulong borrow = low < otherLow ? 1UL : 0;
        low -= otherLow;
        high = high - otherHigh - borrow;
    }

    /// <summary>Whether high.low is less than otherHigh.otherLow.</summary>
    public static bool IsLess(ulong high, ulong low, ulong otherHigh, ulong otherLow) =>
        high < otherHigh || (high == otherHigh && low < otherLow);

    /// <summary>The product of two numbers of 128 bits.</summary>
    /// <returns>Its upper half.</returns>
    public static (ulong High, ulong Low) Multiply(ulong aHigh, ulong aLow, ulong bHigh, ulong bLow, out ulong low1, out ulong low0)
    {
        ulong p00High = Math.BigMul(aLow, bLow, out low0);
        ulong p01High = Math.BigMul(aLow, bHigh, out ulong p01);
        ulong p10High = Math.BigMul(aHigh, bLow, out ulong p10);
        ulong p11High = Math.BigMul(aHigh, bHigh, out ulong p11);
        ulong middle = p00High + p01;
        ulong carry = middle < p01 ? 1UL : 0;
        low1 = middle + p10;
        carry += low1 < p10 ? 1UL : 0;
        ulong low = p11;
        ulong high = p11High;
        Add(ref high, ref low, 0, p01High);
        Add(ref high, ref low, 0, p10High);
        Add(ref high, ref low, 0, carry);
        return (high, low);
    }

    /// <summary>Divides 128 bits by 64; the divisor's highest bit is set and it is greater than <paramref name="high"/>.</summary>
    /// <returns>The quotient.</returns>
    public static ulong Divide(ulong high, ulong low, ulong divisor, out ulong remainder)
    {
        // Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D, with digits of 32 bits.
        ulong divisorHigh = divisor >> 32, divisorLow = (uint)divisor;
        ulong first = Digit(high, low >> 32, divisorHigh, divisorLow);
        ulong rest = (high << 32 | low >> 32) - first * divisor;
        ulong second = Digit(rest, (uint)low, divisorHigh, divisorLow);
        remainder = (rest << 32 | (uint)low) - second * divisor;
        return first << 32 | second;

        [MethodImpl(MethodImplOptions.AggressiveInlining)] // twice in one method; the quotient is wanted in registers
        static ulong Digit(ulong upper, ulong next, ulong divisorHigh, ulong divisorLow)
        {
            ulong digit = upper / divisorHigh;
            ulong rest = upper - digit * divisorHigh;
            while (digit >> 32 != 0 || digit * divisorLow > (rest << 32 | next))
            {
                digit--;
                rest += divisorHigh;
                if (rest >> 32 != 0)
                    break;
            }
            return digit;
        }
    }

    /// <summary>Divides 192 bits by 128; the divisor's highest bit is set and it is greater than the upper 128 bits.</summary>
    /// <param name="high">The upper 64 bits; then of the remainder.</param>
    /// <param name="middle">The middle ones; then the lower half of the remainder.</param>
    /// <param name="low">The lower ones.</param>
    /// <param name="divisorHigh">The upper half of the divisor.</param>
    /// <param name="divisorLow">The lower half.</param>
    /// <returns>The quotient.</returns>
    public static ulong Divide(ref ulong high, ref ulong middle, ulong low, ulong divisorHigh, ulong divisorLow)
    {
        // Estimates from the upper digits; the estimate is at most two too great.
        ulong quotient, rest;
        bool restIsWide = false;
        if (high >= divisorHigh)
        {
            quotient = ulong.MaxValue;
            rest = middle + divisorHigh;
            restIsWide = rest < divisorHigh;
        }
        else
            quotient = Divide(high, middle, divisorHigh, out rest);
        ulong productHigh = Math.BigMul(quotient, divisorLow, out ulong productLow);
        while (!restIsWide && IsLess(rest, low, productHigh, productLow))
        {
            quotient--;
            Subtract(ref productHigh, ref productLow, 0, divisorLow);
            rest += divisorHigh;
            restIsWide = rest < divisorHigh;
        }
        ulong restLow = low;
        Subtract(ref rest, ref restLow, productHigh, productLow);
        (high, middle) = (rest, restLow);
        return quotient;
    }

    /// <summary>The root of 128 bits, of which one of the upper two is set.</summary>
    /// <param name="high">The upper half.</param>
    /// <param name="low">The lower half.</param>
    /// <param name="remainder">The number less the root's square, at most twice the root; its bit 64 is in <paramref name="remainderIsWide"/>.</param>
    /// <param name="remainderIsWide">See there.</param>
    /// <returns>The root; its highest bit is set.</returns>
    public static ulong SquareRoot(ulong high, ulong low, out ulong remainder, out bool remainderIsWide)
    {
        // The host's root of the upper half is right to 2^-51 or so; one step of Newton's makes that 2^-101, cut to 64 bits.
        double estimate = Math.Sqrt((double)high) * 4294967296.0;
        ulong root = estimate >= 18446744073709549568.0 ? ulong.MaxValue : (ulong)estimate;
        ulong quotient = high >= root ? ulong.MaxValue : Divide(high, low, root, out _);
        root = (root >> 1) + (quotient >> 1) + (root & quotient & 1);
        for (; ; )
        {
            ulong squareHigh = Math.BigMul(root, root, out ulong squareLow);
            if (IsLess(high, low, squareHigh, squareLow))
            {
                root--;
                continue;
            }
            (ulong restHigh, ulong restLow) = (high, low);
            Subtract(ref restHigh, ref restLow, squareHigh, squareLow);
            // n - root^2 > 2 root: the next root is good, too. Bit 64 of 2 root is set.
            if (IsLess(1, root << 1, restHigh, restLow))
            {
                root++;
                continue;
            }
            (remainder, remainderIsWide) = (restLow, restHigh != 0);
            return root;
        }
    }

    /// <summary>The next 64 bits of a root, the lowest standing for all that follow it.</summary>
    /// <param name="root">The upper 64 bits of the root.</param>
    /// <param name="remainder">What <see cref="SquareRoot"/> left.</param>
    /// <param name="remainderIsWide">Its bit 64.</param>
    /// <param name="next">The next 64 bits of the number; zeros follow.</param>
    public static ulong SquareRootDigit(ulong root, ulong remainder, bool remainderIsWide, ulong next)
    {
        // Zimmermann, "Karatsuba Square Root", INRIA RR-3805: the digit is rest:next / 2 root, or one less.
        ulong half = (remainderIsWide ? Unpacked.LeadingBit : 0) | remainder >> 1;
        ulong digit, rest;
        bool restIsWide;
        if (half >= root)
            (digit, rest, restIsWide) = (ulong.MaxValue, 0, true);
        else
        {
            digit = Divide(half, remainder << 63 | next >> 1, root, out ulong halfRest);
            (rest, restIsWide) = (halfRest << 1 | next & 1, halfRest >> 63 != 0);
        }
        ulong squareHigh = Math.BigMul(digit, digit, out ulong squareLow);
        if (!restIsWide && IsLess(rest, 0, squareHigh, squareLow))
        {
            digit--;
            restIsWide = true;
        }
        return digit | (restIsWide || rest != squareHigh || squareLow != 0 ? 1UL : 0);
    }

    /// <summary>Shifts 256 bits right; the lowest bit of what remains is set if a bit that went was.</summary>
    /// <param name="high">Bits 255 to 192.</param>
    /// <param name="low">Bits 191 to 128.</param>
    /// <param name="low1">Bits 127 to 64.</param>
    /// <param name="low0">Bits 63 to 0.</param>
    /// <param name="count">By how much, 0 or more.</param>
    public static void ShiftRightSticky(ref ulong high, ref ulong low, ref ulong low1, ref ulong low0, int count)
    {
        ulong lost = 0;
        if (count >= 256)
        {
            low0 = (high | low | low1 | low0) != 0 ? 1UL : 0;
            high = low = low1 = 0;
            return;
        }
        for (; count >= 64; count -= 64)
        {
            lost |= low0;
            (high, low, low1, low0) = (0, high, low, low1);
        }
        if (count != 0)
        {
            lost |= low0 << (64 - count);
            low0 = low0 >> count | low1 << (64 - count);
            low1 = low1 >> count | low << (64 - count);
            low = low >> count | high << (64 - count);
            high >>= count;
        }
        low0 |= lost != 0 ? 1UL : 0;
    }
}
