using Soft = Emulator.Core.Execution.FloatingPoint.SoftFloat<Emulator.Core.Execution.FloatingPoint.Binary128Format, System.UInt128>;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Arithmetic on numbers of the format binary128.</summary>
/// <remarks>All methods are static and can be called by their addresses.</remarks>
public static class Binary128
{
    /// <summary>a + b.</summary>
    public static UInt128 Add(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Add(a, b, subtract: false, ref status);

    /// <summary>a − b.</summary>
    public static UInt128 Subtract(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Add(a, b, subtract: true, ref status);

    /// <summary>a × b.</summary>
    public static UInt128 Multiply(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Multiply(a, b, ref status);

    /// <summary>a ÷ b.</summary>
    public static UInt128 Divide(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Divide(a, b, ref status);

    /// <summary>The square root.</summary>
    public static UInt128 SquareRoot(UInt128 a, ref FloatStatus status) => Soft.SquareRoot(a, ref status);

    /// <summary>a × b + c, rounded once.</summary>
    public static UInt128 MultiplyAdd(UInt128 a, UInt128 b, UInt128 c, ref FloatStatus status) =>
        Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: false, ref status);

    /// <summary>a × b − c, rounded once.</summary>
    public static UInt128 MultiplySubtract(UInt128 a, UInt128 b, UInt128 c, ref FloatStatus status) =>
        Soft.MultiplyAdd(a, b, c, negateProduct: false, negateAddend: true, ref status);

    /// <summary>a less the nearest whole multiple of b: remainder of IEEE 754-2008, 5.3.1. Exact.</summary>
    public static UInt128 Remainder(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Remainder(a, b, ref status);

    /// <summary>The number without its fraction.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="exact">Whether inexactness is told.</param>
    /// <param name="status">Is told what was found.</param>
    public static UInt128 RoundToIntegral(UInt128 a, FloatRounding rounding, bool exact, ref FloatStatus status) =>
        Soft.RoundToIntegral(a, rounding, exact, ref status);

    /// <summary>Compares; quiet NaNs are unordered and nothing more.</summary>
    public static FloatRelation Compare(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Compare(a, b, signaling: false, ref status);

    /// <summary>Compares; any NaN is invalid.</summary>
    public static FloatRelation CompareSignaling(UInt128 a, UInt128 b, ref FloatStatus status) => Soft.Compare(a, b, signaling: true, ref status);

    /// <summary>The kind of number.</summary>
    public static FloatClass Classify(UInt128 a) => Soft.Classify(a);

    /// <summary>Rounds to binary32.</summary>
    public static uint ToBinary32(UInt128 a, ref FloatStatus status) => SoftFloat<Binary32Format, uint>.From<Binary128Format, UInt128>(a, ref status);

    /// <summary>Rounds to binary64.</summary>
    public static ulong ToBinary64(UInt128 a, ref FloatStatus status) => SoftFloat<Binary64Format, ulong>.From<Binary128Format, UInt128>(a, ref status);

    /// <summary>Rounds to x87's format.</summary>
    public static Extended80Bits ToExtended80(UInt128 a, ref FloatStatus status) =>
        SoftFloat<Extended80Format, Extended80Bits>.From<Binary128Format, UInt128>(a, ref status);

    /// <summary>A signed integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static int ToInt32(UInt128 a, FloatRounding rounding, ref FloatStatus status) => (int)Soft.ToInteger(a, 32, signed: true, rounding, ref status);

    /// <summary>A signed integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static long ToInt64(UInt128 a, FloatRounding rounding, ref FloatStatus status) => (long)Soft.ToInteger(a, 64, signed: true, rounding, ref status);

    /// <summary>An unsigned integer of 32 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static uint ToUInt32(UInt128 a, FloatRounding rounding, ref FloatStatus status) => (uint)Soft.ToInteger(a, 32, signed: false, rounding, ref status);

    /// <summary>An unsigned integer of 64 bits.</summary>
    /// <param name="a">The number.</param>
    /// <param name="rounding">The direction; that of the status is not used.</param>
    /// <param name="status">Says what comes of too great numbers, and is told what was found.</param>
    public static ulong ToUInt64(UInt128 a, FloatRounding rounding, ref FloatStatus status) => Soft.ToInteger(a, 64, signed: false, rounding, ref status);

    /// <summary>An integer, exactly.</summary>
    public static UInt128 FromInt64(long value)
    {
        FloatStatus status = default;
        return Soft.FromInteger(value, ref status);
    }

    /// <summary>An integer, exactly.</summary>
    public static UInt128 FromUInt64(ulong value)
    {
        FloatStatus status = default;
        return Soft.FromInteger(value, ref status);
    }
}
