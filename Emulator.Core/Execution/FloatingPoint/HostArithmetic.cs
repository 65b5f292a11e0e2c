using System.Runtime.CompilerServices;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// Whether what the host computed of binary64, to the nearest even, is all that an operation comes to: the right bits, and nothing to
/// note but that it may be inexact. Where these say no, <see cref="Binary64"/> says what it comes to.
/// </summary>
/// <remarks>All are a few operations of the host, without a branch that is not foreseen, for code that is run for every instruction.</remarks>
internal static class HostArithmetic
{
    /// <summary>Of x + y, and of x - y with -y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainSum(double x, double y, double sum) =>
        Binary64.IsSumRoomy(Size(sum)) & Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(x)) & Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y));

    /// <summary>Of x × y. A product that is zero is not plain: it may have been too small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainProduct(double x, double y, double product) =>
        Binary64.IsRoomy(Size(product)) & Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(x)) & Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y));

    /// <summary>Of x ÷ y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlainQuotient(double x, double y, double quotient) =>
        Binary64.IsRoomy(Size(quotient)) & Binary64.IsRoomy(Size(x)) & Binary64.IsNotDenormal(BitConverter.DoubleToUInt64Bits(y));

    /// <summary>A plain sum that nothing was rounded off from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactSum(double x, double y, double sum)
    {
        double yLike = sum - x, xLike = sum - yLike;    // 2Sum (Knuth)
        return (x - xLike) + (y - yLike) == 0;
    }

    /// <summary>A plain product that nothing was rounded off from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactProduct(double x, double y, double product) => Math.FusedMultiplyAdd(x, y, -product) == 0;

    /// <summary>A plain quotient that nothing was rounded off from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactQuotient(double x, double y, double quotient) => Math.FusedMultiplyAdd(-quotient, y, x) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Size(double x) => BitConverter.DoubleToUInt64Bits(x) << 1;
}
