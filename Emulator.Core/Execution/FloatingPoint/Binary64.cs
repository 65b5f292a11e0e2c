using System.Runtime.CompilerServices;
using Soft = Emulator.Core.Execution.FloatingPoint.SoftFloat<Emulator.Core.Execution.FloatingPoint.Binary64Format, ulong>;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Arithmetic on numbers of the format binary64, given as the bits that lie in registers.</summary>
/// <remarks>
/// <para>To the nearest even, and away from the ends of the format's range, the host computes: .NET's <c>double</c> is rounded that way, and
/// what it rounded off is itself a <c>double</c> (Muller et al., Handbook of Floating-Point Arithmetic, chapter 4: 2Sum, products and
/// quotients with a fused multiply-add), so that inexactness is known without more than a few operations. It is not looked for when
/// <see cref="FloatFlags.Inexact"/> is set already. Everything else goes the soft way; both give the same bits and flags.</para>
/// <para>All methods are static and can be called by their addresses.</para>
/// </remarks>
public static class Binary64
{
    private const int FractionBits = 52;

    // Numbers are compared without their signs: shifted left by one.
    private const ulong LeastNormal = 1UL << (FractionBits + 1);

    // From 2^-914 to 2^1022, products and quotients and what rounding them left are normal numbers.
    private const uint LeastExponent = 109, GreatestExponent = 2045;
    private const ulong RoomyLeast = (ulong)LeastExponent << (FractionBits + 1), RoomyGreatest = (ulong)GreatestExponent << (FractionBits + 1);

    /// <summary>a + b.</summary>
    public static ulong Add(ulong a, ulong b, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), sum = x + y;
        ulong result = BitConverter.DoubleToUInt64Bits(sum);
        return status.Rounding == FloatRounding.NearestEven && IsSumRoomy(result) && IsNotDenormal(a) && IsNotDenormal(b)
            ? NoteSum(x, y, sum, result, ref status)
            : Soft.Add(a, b, subtract: false, ref status);
    }

    /// <summary>a − b.</summary>
    public static ulong Subtract(ulong a, ulong b, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = -BitConverter.UInt64BitsToDouble(b), sum = x + y;
        ulong result = BitConverter.DoubleToUInt64Bits(sum);
        return status.Rounding == FloatRounding.NearestEven && IsSumRoomy(result) && IsNotDenormal(a) && IsNotDenormal(b)
            ? NoteSum(x, y, sum, result, ref status)
            : Soft.Add(a, b, subtract: true, ref status);
    }

    /// <summary>a × b.</summary>
    public static ulong Multiply(ulong a, ulong b, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), product = x * y;
        ulong result = BitConverter.DoubleToUInt64Bits(product), size = result << 1;
        if (status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b))
        {
            if (size - RoomyLeast < RoomyGreatest - RoomyLeast)
            {
                if ((status.Flags & FloatFlags.Inexact) == 0)
                    NoteRest(Math.FusedMultiplyAdd(x, y, -product), product, ref status);
                return result;
            }
            // A finite number times zero.
            if (size == 0 && (a << 1 == 0 || b << 1 == 0))
                return result;
        }
        return Soft.Multiply(a, b, ref status);
    }

    /// <summary>a ÷ b.</summary>
    public static ulong Divide(ulong a, ulong b, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), quotient = x / y;
        ulong result = BitConverter.DoubleToUInt64Bits(quotient);
        if (status.Rounding == FloatRounding.NearestEven && (result << 1) - RoomyLeast < RoomyGreatest - RoomyLeast && (a << 1) >= RoomyLeast && IsNotDenormal(b))
        {
            // The rest's sign is that of x − qy: against that of y, it says on which side of the quotient the true one is.
            if ((status.Flags & FloatFlags.Inexact) == 0)
                NoteRest(Math.FusedMultiplyAdd(-quotient, y, x), double.IsNegative(y) ? -quotient : quotient, ref status);
            return result;
        }
        return Soft.Divide(a, b, ref status);
    }

    /// <summary>The square root.</summary>
    public static ulong SquareRoot(ulong a, ref FloatStatus status)
    {
        if (status.Rounding == FloatRounding.NearestEven && a - (RoomyLeast >> 1) < (RoomyGreatest - RoomyLeast) >> 1)
        {
            double x = BitConverter.UInt64BitsToDouble(a), root = Math.Sqrt(x);
            if ((status.Flags & FloatFlags.Inexact) == 0)
                NoteRest(Math.FusedMultiplyAdd(-root, root, x), root, ref status);
            return BitConverter.DoubleToUInt64Bits(root);
        }
        return Soft.SquareRoot(a, ref status);
    }

    /// <summary>a × b + c, rounded once.</summary>
    public static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), z = BitConverter.UInt64BitsToDouble(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out double result, ref status)
            ? BitConverter.DoubleToUInt64Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: false, ref status);
    }

    /// <summary>a × b − c, rounded once.</summary>
    public static ulong MultiplySubtract(ulong a, ulong b, ulong c, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), z = -BitConverter.UInt64BitsToDouble(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out double result, ref status)
            ? BitConverter.DoubleToUInt64Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: true, ref status);
    }

    /// <summary>c − a × b, rounded once: x86's negated multiply-add. PowerPC's negates after rounding, and so does its front end.</summary>
    public static ulong NegateMultiplyAdd(ulong a, ulong b, ulong c, ref FloatStatus status)
    {
        double x = -BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), z = BitConverter.UInt64BitsToDouble(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out double result, ref status)
            ? BitConverter.DoubleToUInt64Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: true, negateAddend: false, ref status);
    }

    /// <summary>−(a × b) − c, rounded once: x86's negated multiply-subtract.</summary>
    public static ulong NegateMultiplySubtract(ulong a, ulong b, ulong c, ref FloatStatus status)
    {
        double x = -BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b), z = -BitConverter.UInt64BitsToDouble(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out double result, ref status)
            ? BitConverter.DoubleToUInt64Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: true, negateAddend: true, ref status);
    }

    /// <summary>a + b, rounded once, to binary32: PowerPC's fadds, whose operands may be any.</summary>
    public static uint AddToBinary32(ulong a, ulong b, ref FloatStatus status) => Soft.AddTo<Binary32Format, uint>(a, b, subtract: false, ref status);

    /// <summary>a − b, rounded once, to binary32.</summary>
    public static uint SubtractToBinary32(ulong a, ulong b, ref FloatStatus status) => Soft.AddTo<Binary32Format, uint>(a, b, subtract: true, ref status);

    /// <summary>a × b, rounded once, to binary32.</summary>
    public static uint MultiplyToBinary32(ulong a, ulong b, ref FloatStatus status) => Soft.MultiplyTo<Binary32Format, uint>(a, b, ref status);

    /// <summary>a ÷ b, rounded once, to binary32.</summary>
    public static uint DivideToBinary32(ulong a, ulong b, ref FloatStatus status) => Soft.DivideTo<Binary32Format, uint>(a, b, ref status);

    /// <summary>The square root, rounded once, to binary32.</summary>
    public static uint SquareRootToBinary32(ulong a, ref FloatStatus status) => Soft.SquareRootTo<Binary32Format, uint>(a, ref status);

    /// <summary>a × b + c, rounded once, to binary32.</summary>
    public static uint MultiplyAddToBinary32(ulong a, ulong b, ulong c, ref FloatStatus status) =>
        Soft.MultiplyAddTo<Binary32Format, uint>(a, b, c, negateAddend: false, ref status);

    /// <summary>a × b − c, rounded once, to binary32.</summary>
    public static uint MultiplySubtractToBinary32(ulong a, ulong b, ulong c, ref FloatStatus status) =>
        Soft.MultiplyAddTo<Binary32Format, uint>(a, b, c, negateAddend: true, ref status);

    /// <summary>a less the nearest whole multiple of b: remainder of IEEE 754-2008, 5.3.1. Exact.</summary>
    public static ulong Remainder(ulong a, ulong b, ref FloatStatus status) => Soft.Remainder(a, b, ref status);

    /// <summary>The number without its fraction, rounded as the status says. A denormal operand is not told.</summary>
    public static ulong RoundToIntegral(ulong a, ref FloatStatus status) => RoundToIntegral(a, status.Rounding, exact: true, ref status);

    /// <summary>The number without its fraction.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="exact">Whether inexactness is told.</param>
    /// <param name="status">Is told what was found.</param>
    public static ulong RoundToIntegral(ulong a, FloatRounding rounding, bool exact, ref FloatStatus status) =>
        Soft.RoundToIntegral(a, rounding, exact, ref status);

    /// <summary>Compares; quiet NaNs are unordered and nothing more (ucomisd, fcmpu, C's ==).</summary>
    public static FloatRelation Compare(ulong a, ulong b, ref FloatStatus status) =>
        TryCompare(a, b, out FloatRelation relation) ? relation : Soft.Compare(a, b, signaling: false, ref status);

    /// <summary>Compares; any NaN is invalid (comisd, fcmpo, C's &lt;).</summary>
    public static FloatRelation CompareSignaling(ulong a, ulong b, ref FloatStatus status) =>
        TryCompare(a, b, out FloatRelation relation) ? relation : Soft.Compare(a, b, signaling: true, ref status);

    /// <summary>SSE's minimum: b unless a is less; so b when one is a NaN, and when both are zeros. Intel SDM vol. 2, MINSD.</summary>
    public static ulong MinimumSse(ulong a, ulong b, ref FloatStatus status) =>
        ToZero(CompareSignaling(a, b, ref status) == FloatRelation.Less ? a : b, in status);

    /// <summary>SSE's maximum: b unless a is greater. Intel SDM vol. 2, MAXSD.</summary>
    public static ulong MaximumSse(ulong a, ulong b, ref FloatStatus status) =>
        ToZero(CompareSignaling(a, b, ref status) == FloatRelation.Greater ? a : b, in status);

    /// <summary>minNum of IEEE 754-2008, 5.3.1: the number if the other is a quiet NaN. Of two zeros the negative one.</summary>
    public static ulong MinimumNumber(ulong a, ulong b, ref FloatStatus status) => Soft.PickNumber(a, b, FloatRelation.Less, ref status);

    /// <summary>maxNum of IEEE 754-2008, 5.3.1: the number if the other is a quiet NaN. Of two zeros the positive one.</summary>
    public static ulong MaximumNumber(ulong a, ulong b, ref FloatStatus status) => Soft.PickNumber(a, b, FloatRelation.Greater, ref status);

    /// <summary>The kind of number.</summary>
    public static FloatClass Classify(ulong a) => Soft.Classify(a);

    /// <summary>Rounds to binary32.</summary>
    public static uint ToBinary32(ulong a, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a);
        float nearest = (float)x;
        uint result = BitConverter.SingleToUInt32Bits(nearest);
        if (status.Rounding == FloatRounding.NearestEven && (result << 1) - (2U << 24) < (252U << 24))
        {
            if ((status.Flags & FloatFlags.Inexact) == 0)
                NoteRest(x - nearest, nearest, ref status);
            return result;
        }
        return SoftFloat<Binary32Format, uint>.From<Binary64Format, ulong>(a, ref status);
    }

    /// <summary>The same number in x87's format.</summary>
    public static Extended80Bits ToExtended80(ulong a, ref FloatStatus status)
    {
        uint sign = (uint)(a >> 48) & 0x8000, exponent = (uint)(a >> FractionBits) & 0x7ff;
        if (exponent - 1 < 0x7ff - 1)
            return new Extended80Bits((ulong)a << 11 | Unpacked.LeadingBit, (ushort)(sign | (exponent + (0x3fff - 1023))));
        if (a << 1 == 0)
            return new Extended80Bits(0, (ushort)sign);
        return SoftFloat<Extended80Format, Extended80Bits>.From<Binary64Format, ulong>(a, ref status);
    }

    /// <summary>The same number in binary128.</summary>
    public static UInt128 ToBinary128(ulong a, ref FloatStatus status) =>
        SoftFloat<Binary128Format, UInt128>.From<Binary64Format, ulong>(a, ref status);

    /// <summary>A signed integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static int ToInt32(ulong a, FloatRounding rounding, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a);
        if (rounding == FloatRounding.TowardZero && Math.Abs(x) < 2147483648.0)
        {
            int whole = (int)x;
            if (whole != x && (a << 1 >= LeastNormal || !status.Has(FloatModes.DenormalsAreZero)))
                status.Raise(FloatFlags.Inexact);
            return whole;
        }
        return (int)Soft.ToInteger(a, 32, signed: true, rounding, ref status);
    }

    /// <summary>A signed integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static long ToInt64(ulong a, FloatRounding rounding, ref FloatStatus status)
    {
        double x = BitConverter.UInt64BitsToDouble(a);
        if (rounding == FloatRounding.TowardZero && Math.Abs(x) < 9007199254740992.0)
        {
            long whole = (long)x;
            if (whole != x && (a << 1 >= LeastNormal || !status.Has(FloatModes.DenormalsAreZero)))
                status.Raise(FloatFlags.Inexact);
            return whole;
        }
        return (long)Soft.ToInteger(a, 64, signed: true, rounding, ref status);
    }

    /// <summary>An unsigned integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static uint ToUInt32(ulong a, FloatRounding rounding, ref FloatStatus status) => (uint)Soft.ToInteger(a, 32, signed: false, rounding, ref status);

    /// <summary>An unsigned integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static ulong ToUInt64(ulong a, FloatRounding rounding, ref FloatStatus status) => Soft.ToInteger(a, 64, signed: false, rounding, ref status);

    /// <summary>An integer, exactly.</summary>
    public static ulong FromInt32(int value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>An integer, rounded.</summary>
    public static ulong FromInt64(long value, ref FloatStatus status) =>
        Math.Abs(value >> 1) < 1L << 53 >> 1 ? BitConverter.DoubleToUInt64Bits((double)value) : Soft.FromInteger(value, ref status);

    /// <summary>An integer, rounded.</summary>
    public static ulong FromUInt64(ulong value, ref FloatStatus status) => Soft.FromInteger(value, ref status);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison
    internal static bool IsNotDenormal(ulong a) => (a << 1) - 1 >= LeastNormal - 1;

    // A finite sum has finite operands. The greatest exponent is left out: 2Sum must not overflow on its way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // two comparisons
    internal static bool IsSumRoomy(ulong a) => ExponentOf(a) - 1 < GreatestExponent - 1 || a << 1 == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison
    internal static bool IsRoomy(ulong a) => ExponentOf(a) - LeastExponent < GreatestExponent - LeastExponent;

    // 4 and more, finite: no product of a denormal number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison
    internal static bool IsGreat(ulong a) => ExponentOf(a) - 1025 < GreatestExponent - 1025;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a shift and a mask, of 32 bits
    private static uint ExponentOf(ulong a) => (uint)(a >> FractionBits) & 0x7ff;

    private static bool TryCompare(ulong a, ulong b, out FloatRelation relation)
    {
        double x = BitConverter.UInt64BitsToDouble(a), y = BitConverter.UInt64BitsToDouble(b);
        relation = x < y ? FloatRelation.Less : x > y ? FloatRelation.Greater : FloatRelation.Equal;
        return (x <= y || x >= y) && IsNotDenormal(a) && IsNotDenormal(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // shared by sum and difference, which are what programs do most
    private static ulong NoteSum(double x, double y, double sum, ulong result, ref FloatStatus status)
    {
        if ((status.Flags & FloatFlags.Inexact) == 0)
        {
            // 2Sum (Knuth).
            double yLike = sum - x, xLike = sum - yLike;
            NoteRest((x - xLike) + (y - yLike), sum, ref status);
        }
        return result;
    }

    /// <summary>Notes inexactness.</summary>
    /// <param name="rest">True result less rounded one, or something of that sign.</param>
    /// <param name="result">The rounded one, or something of its sign.</param>
    /// <param name="status">Is told.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison, seldom more
    private static void NoteRest(double rest, double result, ref FloatStatus status)
    {
        if (rest != 0)
            status.Raise(double.IsNegative(rest) != double.IsNegative(result) ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact);
    }

    private static bool TryMultiplyAdd(double x, double y, double z, out double result, ref FloatStatus status)
    {
        result = Math.FusedMultiplyAdd(x, y, z);
        ulong size = BitConverter.DoubleToUInt64Bits(result) << 1;
        if (size - RoomyLeast >= RoomyGreatest - RoomyLeast)
            return false;
        if ((status.Flags & FloatFlags.Inexact) != 0)
            return true;
        // ErrFma (Boldo and Muller, "Exact and Approximated Error of the FMA", 2011): result + rest is the true value. All of it is exact
        // while the product is far from the ends of the range; an addend far below the product may be anything.
        double product = x * y;
        if ((BitConverter.DoubleToUInt64Bits(product) << 1) - RoomyLeast >= RoomyGreatest - RoomyLeast || Math.Abs(z) > 8.9884656743115795e307)
            return false;
        double productRest = Math.FusedMultiplyAdd(x, y, -product);
        TwoSum(z, productRest, out double low, out double lowRest);
        TwoSum(product, low, out double high, out double highRest);
        double rest = (high - result) + highRest;
        NoteRest(rest + lowRest, result, ref status);
        return true;
    }

    private static void TwoSum(double x, double y, out double sum, out double rest)
    {
        sum = x + y;
        double yLike = sum - x, xLike = sum - yLike;
        rest = (x - xLike) + (y - yLike);
    }

    private static ulong ToZero(ulong a, in FloatStatus status) =>
        status.Has(FloatModes.DenormalsAreZero) && !IsNotDenormal(a) ? a & 1UL << 63 : a;
}
