using System.Runtime.CompilerServices;
using Soft = Emulator.Core.Execution.FloatingPoint.SoftFloat<Emulator.Core.Execution.FloatingPoint.Binary32Format, uint>;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Arithmetic on numbers of the format binary32, given as the bits that lie in registers.</summary>
/// <remarks>As <see cref="Binary64"/>; what rounding left is found in the host's <c>double</c>, whose range is never left.</remarks>
public static class Binary32
{
    private const int FractionBits = 23;

    // Numbers are compared without their signs: shifted left by one.
    private const uint LeastNormal = 1U << (FractionBits + 1);

    // Results that rounding did not bring over the ends of the range.
    private const uint RoomyLeast = 2U << (FractionBits + 1), RoomyGreatest = 254U << (FractionBits + 1);

    /// <summary>a + b.</summary>
    public static uint Add(uint a, uint b, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), sum = x + y;
        uint result = BitConverter.SingleToUInt32Bits(sum);
        return status.Rounding == FloatRounding.NearestEven && IsSumRoomy(result << 1) && IsNotDenormal(a) && IsNotDenormal(b)
            ? NoteSum(x, y, sum, result, ref status)
            : Soft.Add(a, b, subtract: false, ref status);
    }

    /// <summary>a − b.</summary>
    public static uint Subtract(uint a, uint b, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = -BitConverter.UInt32BitsToSingle(b), sum = x + y;
        uint result = BitConverter.SingleToUInt32Bits(sum);
        return status.Rounding == FloatRounding.NearestEven && IsSumRoomy(result << 1) && IsNotDenormal(a) && IsNotDenormal(b)
            ? NoteSum(x, y, sum, result, ref status)
            : Soft.Add(a, b, subtract: true, ref status);
    }

    /// <summary>a × b.</summary>
    public static uint Multiply(uint a, uint b, ref FloatStatus status)
    {
        // Two significands of 24 bits: the double is exact.
        double exact = (double)BitConverter.UInt32BitsToSingle(a) * BitConverter.UInt32BitsToSingle(b);
        float product = (float)exact;
        uint result = BitConverter.SingleToUInt32Bits(product), size = result << 1;
        if (status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b))
        {
            if (size - RoomyLeast < RoomyGreatest - RoomyLeast)
            {
                if ((status.Flags & FloatFlags.Inexact) == 0)
                    NoteRest(exact - product, product, ref status);
                return result;
            }
            // A finite number times zero.
            if (size == 0 && (a << 1 == 0 || b << 1 == 0))
                return result;
        }
        return Soft.Multiply(a, b, ref status);
    }

    /// <summary>a ÷ b.</summary>
    public static uint Divide(uint a, uint b, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), quotient = x / y;
        uint result = BitConverter.SingleToUInt32Bits(quotient);
        if (status.Rounding == FloatRounding.NearestEven && (result << 1) - RoomyLeast < RoomyGreatest - RoomyLeast && IsNotDenormal(a) && IsNotDenormal(b))
        {
            // The rest's sign is that of x − qy: against that of y, it says on which side of the quotient the true one is.
            if ((status.Flags & FloatFlags.Inexact) == 0)
                NoteRest(x - (double)quotient * y, float.IsNegative(y) ? -quotient : quotient, ref status);
            return result;
        }
        return Soft.Divide(a, b, ref status);
    }

    /// <summary>The square root.</summary>
    public static uint SquareRoot(uint a, ref FloatStatus status)
    {
        if (status.Rounding == FloatRounding.NearestEven && a - (LeastNormal >> 1) < (RoomyGreatest - LeastNormal) >> 1)
        {
            float x = BitConverter.UInt32BitsToSingle(a), root = MathF.Sqrt(x);
            if ((status.Flags & FloatFlags.Inexact) == 0)
                NoteRest(x - (double)root * root, root, ref status);
            return BitConverter.SingleToUInt32Bits(root);
        }
        return Soft.SquareRoot(a, ref status);
    }

    /// <summary>a × b + c, rounded once.</summary>
    public static uint MultiplyAdd(uint a, uint b, uint c, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), z = BitConverter.UInt32BitsToSingle(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out float result, ref status)
            ? BitConverter.SingleToUInt32Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: false, ref status);
    }

    /// <summary>a × b − c, rounded once.</summary>
    public static uint MultiplySubtract(uint a, uint b, uint c, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), z = -BitConverter.UInt32BitsToSingle(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out float result, ref status)
            ? BitConverter.SingleToUInt32Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: true, ref status);
    }

    /// <summary>c − a × b, rounded once: x86's negated multiply-add. PowerPC's negates after rounding, and so does its front end.</summary>
    public static uint NegateMultiplyAdd(uint a, uint b, uint c, ref FloatStatus status)
    {
        float x = -BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), z = BitConverter.UInt32BitsToSingle(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out float result, ref status)
            ? BitConverter.SingleToUInt32Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: true, negateAddend: false, ref status);
    }

    /// <summary>−(a × b) − c, rounded once: x86's negated multiply-subtract.</summary>
    public static uint NegateMultiplySubtract(uint a, uint b, uint c, ref FloatStatus status)
    {
        float x = -BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b), z = -BitConverter.UInt32BitsToSingle(c);
        return status.Rounding == FloatRounding.NearestEven && IsNotDenormal(a) && IsNotDenormal(b) && IsNotDenormal(c)
            && TryMultiplyAdd(x, y, z, out float result, ref status)
            ? BitConverter.SingleToUInt32Bits(result)
            : Soft.MultiplyAdd(a, b, c, negateProduct: true, negateAddend: true, ref status);
    }

    /// <summary>a less the nearest whole multiple of b: remainder of IEEE 754-2008, 5.3.1. Exact.</summary>
    public static uint Remainder(uint a, uint b, ref FloatStatus status) => Soft.Remainder(a, b, ref status);

    /// <summary>The number without its fraction, rounded as the status says. A denormal operand is not told.</summary>
    public static uint RoundToIntegral(uint a, ref FloatStatus status) => RoundToIntegral(a, status.Rounding, exact: true, ref status);

    /// <summary>The number without its fraction.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="exact">Whether inexactness is told.</param>
    /// <param name="status">Is told what was found.</param>
    public static uint RoundToIntegral(uint a, FloatRounding rounding, bool exact, ref FloatStatus status) =>
        Soft.RoundToIntegral(a, rounding, exact, ref status);

    /// <summary>Compares; quiet NaNs are unordered and nothing more (ucomiss, fcmpu, C's ==).</summary>
    public static FloatRelation Compare(uint a, uint b, ref FloatStatus status) =>
        TryCompare(a, b, out FloatRelation relation) ? relation : Soft.Compare(a, b, signaling: false, ref status);

    /// <summary>Compares; any NaN is invalid (comiss, fcmpo, C's &lt;).</summary>
    public static FloatRelation CompareSignaling(uint a, uint b, ref FloatStatus status) =>
        TryCompare(a, b, out FloatRelation relation) ? relation : Soft.Compare(a, b, signaling: true, ref status);

    /// <summary>SSE's minimum: b unless a is less; so b when one is a NaN, and when both are zeros. Intel SDM vol. 2, MINSS.</summary>
    public static uint MinimumSse(uint a, uint b, ref FloatStatus status) =>
        ToZero(CompareSignaling(a, b, ref status) == FloatRelation.Less ? a : b, in status);

    /// <summary>SSE's maximum: b unless a is greater. Intel SDM vol. 2, MAXSS.</summary>
    public static uint MaximumSse(uint a, uint b, ref FloatStatus status) =>
        ToZero(CompareSignaling(a, b, ref status) == FloatRelation.Greater ? a : b, in status);

    /// <summary>minNum of IEEE 754-2008, 5.3.1: the number if the other is a quiet NaN. Of two zeros the negative one.</summary>
    public static uint MinimumNumber(uint a, uint b, ref FloatStatus status) => Soft.PickNumber(a, b, FloatRelation.Less, ref status);

    /// <summary>maxNum of IEEE 754-2008, 5.3.1: the number if the other is a quiet NaN. Of two zeros the positive one.</summary>
    public static uint MaximumNumber(uint a, uint b, ref FloatStatus status) => Soft.PickNumber(a, b, FloatRelation.Greater, ref status);

    /// <summary>The kind of number.</summary>
    public static FloatClass Classify(uint a) => Soft.Classify(a);

    /// <summary>The same number in binary64.</summary>
    public static ulong ToBinary64(uint a, ref FloatStatus status)
    {
        if ((a << 1) - LeastNormal < RoomyGreatest - LeastNormal)
            return BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle(a));
        return SoftFloat<Binary64Format, ulong>.From<Binary32Format, uint>(a, ref status);
    }

    /// <summary>The same number in x87's format.</summary>
    public static Extended80Bits ToExtended80(uint a, ref FloatStatus status)
    {
        uint sign = (uint)(a >> 16) & 0x8000, exponent = (uint)(a >> FractionBits) & 0xff;
        if (exponent - 1 < 0xff - 1)
            return new Extended80Bits((ulong)a << 40 | Unpacked.LeadingBit, (ushort)(sign | (exponent + (0x3fff - 127))));
        if (a << 1 == 0)
            return new Extended80Bits(0, (ushort)sign);
        return SoftFloat<Extended80Format, Extended80Bits>.From<Binary32Format, uint>(a, ref status);
    }

    /// <summary>The same number in binary128.</summary>
    public static UInt128 ToBinary128(uint a, ref FloatStatus status) =>
        SoftFloat<Binary128Format, UInt128>.From<Binary32Format, uint>(a, ref status);

    /// <summary>A signed integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static int ToInt32(uint a, FloatRounding rounding, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a);
        if (rounding == FloatRounding.TowardZero && Math.Abs(x) < 2147483648F)
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
    public static long ToInt64(uint a, FloatRounding rounding, ref FloatStatus status)
    {
        float x = BitConverter.UInt32BitsToSingle(a);
        if (rounding == FloatRounding.TowardZero && Math.Abs(x) < 9007199254740992F)
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
    public static uint ToUInt32(uint a, FloatRounding rounding, ref FloatStatus status) => (uint)Soft.ToInteger(a, 32, signed: false, rounding, ref status);

    /// <summary>An unsigned integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static ulong ToUInt64(uint a, FloatRounding rounding, ref FloatStatus status) => Soft.ToInteger(a, 64, signed: false, rounding, ref status);

    /// <summary>An integer, rounded.</summary>
    public static uint FromInt32(int value, ref FloatStatus status) => FromInt64(value, ref status);

    /// <summary>An integer, rounded.</summary>
    public static uint FromInt64(long value, ref FloatStatus status) =>
        Math.Abs(value >> 1) < 1L << 24 >> 1 ? BitConverter.SingleToUInt32Bits((float)value) : Soft.FromInteger(value, ref status);

    /// <summary>An integer, rounded.</summary>
    public static uint FromUInt64(ulong value, ref FloatStatus status) => Soft.FromInteger(value, ref status);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison
    private static bool IsNotDenormal(uint a) => (a << 1) - 1 >= LeastNormal - 1;

    // A finite sum has finite operands. The greatest exponent is left out: 2Sum must not overflow on its way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // two comparisons
    private static bool IsSumRoomy(uint size) => size - LeastNormal < RoomyGreatest - LeastNormal || size == 0;

    private static bool TryCompare(uint a, uint b, out FloatRelation relation)
    {
        float x = BitConverter.UInt32BitsToSingle(a), y = BitConverter.UInt32BitsToSingle(b);
        relation = x < y ? FloatRelation.Less : x > y ? FloatRelation.Greater : FloatRelation.Equal;
        return (x <= y || x >= y) && IsNotDenormal(a) && IsNotDenormal(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // shared by sum and difference, which are what programs do most
    private static uint NoteSum(float x, float y, float sum, uint result, ref FloatStatus status)
    {
        if ((status.Flags & FloatFlags.Inexact) == 0)
        {
            // 2Sum (Knuth).
            float yLike = sum - x, xLike = sum - yLike;
            NoteRest((x - xLike) + (y - yLike), sum, ref status);
        }
        return result;
    }

    /// <summary>Notes inexactness.</summary>
    /// <param name="rest">True result less rounded one, or something of that sign.</param>
    /// <param name="result">The rounded one, or something of its sign.</param>
    /// <param name="status">Is told.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one comparison, seldom more
    private static void NoteRest(double rest, float result, ref FloatStatus status)
    {
        if (rest != 0)
            status.Raise(double.IsNegative(rest) != float.IsNegative(result) ? FloatFlags.Inexact | FloatFlags.RoundedUp : FloatFlags.Inexact);
    }

    private static bool TryMultiplyAdd(float x, float y, float z, out float result, ref FloatStatus status)
    {
        result = MathF.FusedMultiplyAdd(x, y, z);
        if ((BitConverter.SingleToUInt32Bits(result) << 1) - RoomyLeast >= RoomyGreatest - RoomyLeast)
            return false;
        if ((status.Flags & FloatFlags.Inexact) == 0)
        {
            // The product is exact in a double; the sum is the double with what 2Sum left.
            double product = (double)x * y, sum = product + z, zLike = sum - product, productLike = sum - zLike;
            double rest = (product - productLike) + (z - zLike);
            NoteRest((sum - result) + rest, result, ref status);
        }
        return true;
    }

    private static uint ToZero(uint a, in FloatStatus status) =>
        status.Has(FloatModes.DenormalsAreZero) && !IsNotDenormal(a) ? a & 1U << 31 : a;
}
