namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>All operations, for all formats, in all modes: unpack, operate, round and pack.</summary>
internal static class SoftFloat<TFormat, TBits>
    where TFormat : struct, IFloatFormat<TBits>
    where TBits : unmanaged
{
    public static TBits Add(TBits a, TBits b, bool subtract, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Add(in x, in y, subtract, ref status, out Unpacked sum);
        return FloatCodec<TFormat, TBits>.RoundArithmetic(in sum, ref status);
    }

    public static TBits Multiply(TBits a, TBits b, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Multiply(in x, in y, ref status, out Unpacked product);
        return FloatCodec<TFormat, TBits>.RoundArithmetic(in product, ref status);
    }

    public static TBits Divide(TBits a, TBits b, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Divide(in x, in y, TFormat.Precision > 64, ref status, out Unpacked quotient);
        return FloatCodec<TFormat, TBits>.RoundArithmetic(in quotient, ref status);
    }

    public static TBits SquareRoot(TBits a, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatArithmetic.SquareRoot(in x, TFormat.Precision > 64, ref status, out Unpacked root);
        return FloatCodec<TFormat, TBits>.RoundArithmetic(in root, ref status);
    }

    public static TBits MultiplyAdd(TBits a, TBits b, TBits c, bool negateProduct, bool negateAddend, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatCodec<TFormat, TBits>.Load(c, in status, out Unpacked z);
        FloatArithmetic.MultiplyAdd(in x, in y, in z, negateProduct, negateAddend, ref status, out Unpacked result);
        return FloatCodec<TFormat, TBits>.RoundArithmetic(in result, ref status);
    }

    /// <summary>The sum, rounded once, to another format.</summary>
    public static TResultBits AddTo<TResult, TResultBits>(TBits a, TBits b, bool subtract, ref FloatStatus status)
        where TResult : struct, IFloatFormat<TResultBits>
        where TResultBits : unmanaged
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Add(in x, in y, subtract, ref status, out Unpacked sum);
        return FloatCodec<TResult, TResultBits>.Round(in sum, ref status);
    }

    /// <summary>The product, rounded once, to another format.</summary>
    public static TResultBits MultiplyTo<TResult, TResultBits>(TBits a, TBits b, ref FloatStatus status)
        where TResult : struct, IFloatFormat<TResultBits>
        where TResultBits : unmanaged
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Multiply(in x, in y, ref status, out Unpacked product);
        return FloatCodec<TResult, TResultBits>.Round(in product, ref status);
    }

    /// <summary>The quotient, rounded once, to another format.</summary>
    public static TResultBits DivideTo<TResult, TResultBits>(TBits a, TBits b, ref FloatStatus status)
        where TResult : struct, IFloatFormat<TResultBits>
        where TResultBits : unmanaged
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Divide(in x, in y, TResult.Precision > 64, ref status, out Unpacked quotient);
        return FloatCodec<TResult, TResultBits>.Round(in quotient, ref status);
    }

    /// <summary>The square root, rounded once, to another format.</summary>
    public static TResultBits SquareRootTo<TResult, TResultBits>(TBits a, ref FloatStatus status)
        where TResult : struct, IFloatFormat<TResultBits>
        where TResultBits : unmanaged
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatArithmetic.SquareRoot(in x, TResult.Precision > 64, ref status, out Unpacked root);
        return FloatCodec<TResult, TResultBits>.Round(in root, ref status);
    }

    /// <summary>a × b + c, rounded once, to another format.</summary>
    public static TResultBits MultiplyAddTo<TResult, TResultBits>(TBits a, TBits b, TBits c, bool negateAddend, ref FloatStatus status)
        where TResult : struct, IFloatFormat<TResultBits>
        where TResultBits : unmanaged
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatCodec<TFormat, TBits>.Load(c, in status, out Unpacked z);
        FloatArithmetic.MultiplyAdd(in x, in y, in z, negateProduct: false, negateAddend, ref status, out Unpacked result);
        return FloatCodec<TResult, TResultBits>.Round(in result, ref status);
    }

    public static TBits Remainder(TBits a, TBits b, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatArithmetic.Remainder(in x, in y, nearest: true, int.MaxValue, ref status, out Unpacked remainder, out _);
        return FloatCodec<TFormat, TBits>.Round(in remainder, ref status);
    }

    public static TBits RoundToIntegral(TBits a, FloatRounding rounding, bool exact, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked number);
        FloatArithmetic.RoundToIntegral(in number, rounding, exact, ref status, out Unpacked result);
        return FloatCodec<TFormat, TBits>.Round(in result, ref status);
    }

    public static FloatRelation Compare(TBits a, TBits b, bool signaling, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        return FloatArithmetic.Compare(in x, in y, signaling, ref status);
    }

    /// <summary>minNum and maxNum of IEEE 754-2008, 5.3.1.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    /// <param name="wanted">Less or greater.</param>
    /// <param name="status">Is told what was found.</param>
    public static TBits PickNumber(TBits a, TBits b, FloatRelation wanted, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked x);
        FloatCodec<TFormat, TBits>.Load(b, in status, out Unpacked y);
        FloatRelation relation = FloatArithmetic.Compare(in x, in y, signaling: false, ref status);
        if (relation == FloatRelation.Unordered && (x.IsSignaling || y.IsSignaling || (x.IsNan && y.IsNan)))
        {
            Unpacked nan = FloatArithmetic.PropagateNan(in x, in y, ref status);
            return FloatCodec<TFormat, TBits>.PackSpecial(in nan);
        }
        bool first = relation switch
        {
            FloatRelation.Unordered => y.IsNan,
            FloatRelation.Equal => x.Negative == (wanted == FloatRelation.Less),
            _ => relation == wanted,
        };
        Unpacked picked = first ? x : y;
        return FloatCodec<TFormat, TBits>.Round(in picked, ref status);
    }

    public static FloatClass Classify(TBits a)
    {
        TFormat.Unpack(a, out Unpacked number);
        return number.Class;
    }

    public static ulong ToInteger(TBits a, int bits, bool signed, FloatRounding rounding, ref FloatStatus status)
    {
        FloatCodec<TFormat, TBits>.Load(a, in status, out Unpacked number);
        return FloatArithmetic.ToInteger(in number, bits, signed, rounding, ref status);
    }

    public static TBits FromInteger(long value, ref FloatStatus status)
    {
        Unpacked number = FloatArithmetic.FromInteger(value < 0 ? 0 - (ulong)value : (ulong)value, value < 0);
        return FloatCodec<TFormat, TBits>.Round(in number, ref status);
    }

    public static TBits FromInteger(ulong value, ref FloatStatus status)
    {
        Unpacked number = FloatArithmetic.FromInteger(value, negative: false);
        return FloatCodec<TFormat, TBits>.Round(in number, ref status);
    }

    /// <summary>A number of another format.</summary>
    public static TBits From<TOther, TOtherBits>(TOtherBits a, ref FloatStatus status)
        where TOther : struct, IFloatFormat<TOtherBits>
        where TOtherBits : unmanaged
    {
        FloatCodec<TOther, TOtherBits>.Load(a, in status, out Unpacked number);
        FloatArithmetic.Convert(in number, ref status, out Unpacked result);
        return FloatCodec<TFormat, TBits>.Round(in result, ref status);
    }
}
