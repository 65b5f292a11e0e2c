using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// Whether what the host computed of binary64, to the nearest even, is all that an operation comes to: the right bits, and nothing to
/// note but that it may be inexact. Where these say no, <see cref="Binary64"/> says what it comes to.
/// </summary>
/// <remarks>All are a few operations of the host, for code that is run for every instruction; the branches are those of usual numbers.</remarks>
internal static class HostArithmetic
{
    /// <summary>Of x + y, and of x - y with -y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainSum(double x, double y, double sum) =>
        Binary64.IsSumRoomy(BitConverter.DoubleToUInt64Bits(sum)) && Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(x)) && Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y));

    /// <summary>Of x × y. A product that is zero is not plain: it may have been too small. One of 4 or more has no denormal factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainProduct(double x, double y, double product) =>
        Binary64.IsGreat(BitConverter.DoubleToUInt64Bits(product))
        || (Binary64.IsRoomy(BitConverter.DoubleToUInt64Bits(product)) && Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(x)) && Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y)));

    /// <summary>Of x ÷ y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainQuotient(double x, double y, double quotient) =>
        Binary64.IsRoomy(BitConverter.DoubleToUInt64Bits(quotient)) && Binary64.IsRoomy(BitConverter.DoubleToUInt64Bits(x)) && Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y));

    /// <summary>Of x + y, of which nothing was rounded off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactSum(double x, double y, double sum) => IsPlainSum(x, y, sum) && HasNoRestOfSum(x, y, sum);

    /// <summary>Of x × y, of which nothing was rounded off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactProduct(double x, double y, double product) => IsPlainProduct(x, y, product) && IsZero(Math.FusedMultiplyAdd(x, y, -product));

    /// <summary>Of x ÷ y, of which nothing was rounded off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactQuotient(double x, double y, double quotient) => IsPlainQuotient(x, y, quotient) && IsZero(Math.FusedMultiplyAdd(-quotient, y, x));

    /// <summary>Of x + y, not small, so that a denormal number would have been rounded off; and not zero, whose sign depends on rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSurelyExactSum(double x, double y, double sum) => Binary64.IsRoomy(BitConverter.DoubleToUInt64Bits(sum)) && HasNoRestOfSum(x, y, sum);

    /// <summary>Of x × y, 4 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSurelyExactProduct(double x, double y, double product) =>
        Binary64.IsGreat(BitConverter.DoubleToUInt64Bits(product)) && IsZero(Math.FusedMultiplyAdd(x, y, -product));

    /// <summary>Of x ÷ y: a plain one is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSurelyExactQuotient(double x, double y, double quotient) => IsExactQuotient(x, y, quotient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasNoRestOfSum(double x, double y, double sum)
    {
        double yLike = sum - x, xLike = sum - yLike;    // 2Sum (Knuth)
        return IsZero((x - xLike) + (y - yLike));
    }

    // As a number of bits: comparing numbers asks for those that are none, too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsZero(double x) => BitConverter.DoubleToUInt64Bits(x) << 1 == 0;
}
