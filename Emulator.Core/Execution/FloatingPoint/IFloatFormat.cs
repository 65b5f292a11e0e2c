namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Where a format keeps sign, exponent and significand.</summary>
/// <typeparam name="TBits">Numbers as they lie in registers.</typeparam>
internal interface IFloatFormat<TBits>
    where TBits : unmanaged
{
    /// <summary>Bits of the significand, with the leading one.</summary>
    static abstract int Precision { get; }

    /// <summary>What is added to exponents; also the greatest exponent.</summary>
    static abstract int Bias { get; }

    /// <summary>By how much exponents wrap around when overflow or underflow traps: three quarters of their range.</summary>
    static abstract int Wrap { get; }

    /// <summary>Bits that sums, products, quotients and roots are rounded to; fewer than the format has only where a machine can be told so.</summary>
    static abstract int ArithmeticPrecision(in FloatStatus status);

    /// <summary>Takes a number apart.</summary>
    static abstract void Unpack(TBits bits, out Unpacked number);

    /// <summary>Puts a number together.</summary>
    /// <param name="negative">The sign.</param>
    /// <param name="exponent">The exponent with its bias; 0 for zeros and denormal numbers, all ones for infinities and NaNs.</param>
    /// <param name="high">The upper half of the significand; its highest bit is the leading one, which is 0 in denormal numbers.</param>
    /// <param name="low">The lower half. No bits are set that the format has no place for.</param>
    static abstract TBits Pack(bool negative, int exponent, ulong high, ulong low);
}
