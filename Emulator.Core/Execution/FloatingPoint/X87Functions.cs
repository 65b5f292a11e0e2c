using Codec = Emulator.Core.Execution.FloatingPoint.FloatCodec<Emulator.Core.Execution.FloatingPoint.Extended80Format, Emulator.Core.Execution.FloatingPoint.Extended80Bits>;

namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>
/// The transcendental functions and constants of x87. Values are computed to some 120 bits and rounded once, so that results are the
/// correctly rounded ones but for odds of one in 2^50; processors promise an error below one unit in the last place (Intel SDM vol. 1,
/// 8.3.10), so that theirs may be one unit away.
/// </summary>
/// <remarks>
/// Arguments of sine, cosine and tangent are reduced with the π of 66 bits that the processors use (Intel SDM vol. 1, 8.3.8): far from
/// zero, or near a multiple of π/2, results are those of this π, not of the true one.
/// </remarks>
public static class X87Functions
{
    private static readonly Unpacked One = Number(0, 0x8000_0000_0000_0000, 0);
    private static readonly Unpacked Pi = Number(1, 0xc90f_daa2_2168_c234, 0xc4c6_628b_80dc_1cd1);
    private static readonly Unpacked Ln2 = Number(-1, 0xb172_17f7_d1cf_79ab, 0xc9e3_b398_03f2_f6af);
    private static readonly Unpacked TwiceLog2OfE = Number(1, 0xb8aa_3b29_5c17_f0bb, 0xbe87_fed0_691d_3e89);

    // π/2 as the processors have it for reducing arguments: 66 bits.
    private static readonly Unpacked HalfPi66 = Number(0, 0xc90f_daa2_2168_c234, 0xc000_0000_0000_0000);

    /// <summary>atan k/8.</summary>
    private static readonly Unpacked[] ArcTangents =
    [
        Unpacked.Zero(negative: false),
        Number(-4, 0xfead_d4d5_617b_6e32, 0xc897_989f_3e88_8ef8),
        Number(-3, 0xfadb_afc9_6406_eb15, 0x6dc7_9ef5_f7a2_17e6),
        Number(-2, 0xb7b0_ca0f_26f7_8473, 0x8aa3_2122_dcfe_4483),
        Number(-2, 0xed63_382b_0dda_7b45, 0x6fe4_45ec_bc3a_8d03),
        Number(-1, 0x8f00_5d5e_f7f5_9f9b, 0x5c83_5e16_65c4_3748),
        Number(-1, 0xa4bc_7d19_34f7_0924, 0x19a8_7f2a_457d_ac9f),
        Number(-1, 0xb805_3e2b_c231_9e73, 0xcb2d_a552_10a4_443d),
        Number(-1, 0xc90f_daa2_2168_c234, 0xc4c6_628b_80dc_1cd1),
    ];

    /// <summary>A constant, rounded as the status says; that it is inexact is not told (Intel SDM vol. 2, FLD1).</summary>
    public static Extended80Bits Constant(X87Constant constant, FloatRounding rounding)
    {
        Unpacked number = constant switch
        {
            X87Constant.One => One,
            X87Constant.Log2Of10 => Number(1, 0xd49a_784b_cd1b_8afe, 0x492b_f6ff_4daf_db4d),
            X87Constant.Log2OfE => Number(0, 0xb8aa_3b29_5c17_f0bb, 0xbe87_fed0_691d_3e89),
            X87Constant.Pi => Pi,
            X87Constant.Log10Of2 => Number(-2, 0x9a20_9a84_fbcf_f798, 0x8f89_59ac_0b7c_9178),
            X87Constant.LnOf2 => Ln2,
            _ => Unpacked.Zero(negative: false),
        };
        FloatStatus status = new() { Rounding = rounding };
        return Codec.Round(in number, ref status);
    }

    /// <summary>F2XM1: 2^a − 1 for a from −1 to 1. Beyond, where processors promise nothing, a itself, and −1 for −∞.</summary>
    public static Extended80Bits PowerOf2Minus1(Extended80Bits a, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        if (x.IsNan)
            return Rounded(FloatArithmetic.PropagateNan(in x, ref status), ref status);
        if (x.Class == FloatClass.Infinity)
            return Rounded(x.Negative ? One with { Negative = true } : x, ref status);
        NoteDenormal(in x, ref status);
        if (x.Class == FloatClass.Zero || x.Exponent > 0 || (x.Exponent == 0 && x.High != Unpacked.LeadingBit))
            return Rounded(in x, ref status);
        if (x.Exponent == 0)
            return RoundedExact(x.Negative ? One with { Exponent = -1, Negative = true } : One, ref status);

        Unpacked y = Times(x with { Negative = false }, in Ln2);
        Unpacked power = Times(in y, Series.Exponential.Sum(in y));
        // 2^-x - 1 = -(2^x - 1) / 2^x.
        if (x.Negative)
            power = Over(in power, Plus(in One, in power)) with { Negative = true };
        return RoundedInexact(in power, ref status);
    }

    /// <summary>FYL2X: b × log2 a.</summary>
    /// <param name="a">ST(0).</param>
    /// <param name="b">ST(1).</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits Logarithm(Extended80Bits a, Extended80Bits b, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Codec.Load(b, in status, out Unpacked y);
        if (x.IsNan || y.IsNan)
            return Rounded(FloatArithmetic.PropagateNan(in x, in y, ref status), ref status);
        if (x.Negative && x.Class != FloatClass.Zero)
            return Rounded(FloatArithmetic.Invalid(FloatFlags.None, ref status), ref status);
        if (x.Class == FloatClass.Zero)
        {
            if (y.Class == FloatClass.Zero)
                return Rounded(FloatArithmetic.Invalid(FloatFlags.InvalidMultiply, ref status), ref status);
            if (y.Class != FloatClass.Infinity)
                status.Raise(FloatFlags.DivideByZero);
            return Rounded(Unpacked.Infinity(!y.Negative), ref status);
        }
        bool below = x.Class != FloatClass.Infinity && x.Exponent < 0;
        bool isOne = x.Class == FloatClass.Normal && x.Exponent == 0 && x.High == Unpacked.LeadingBit;
        if (x.Class == FloatClass.Infinity || !y.IsNumber)
        {
            if ((x.Class == FloatClass.Infinity && y.Class == FloatClass.Zero) || (y.Class == FloatClass.Infinity && isOne))
                return Rounded(FloatArithmetic.Invalid(FloatFlags.InvalidMultiply, ref status), ref status);
            NoteDenormal(in x, ref status);
            NoteDenormal(in y, ref status);
            return Rounded(y.Class == FloatClass.Zero ? Unpacked.Zero(y.Negative ^ below) : Unpacked.Infinity(y.Negative ^ below), ref status);
        }
        NoteDenormal(in x, ref status);
        NoteDenormal(in y, ref status);
        if (x.High == Unpacked.LeadingBit)
        {
            Unpacked whole = FloatArithmetic.FromInteger((ulong)Math.Abs(x.Exponent), x.Exponent < 0);
            return isOne ? Rounded(Unpacked.Zero(y.Negative), ref status) : RoundedExact(Times(in whole, in y), ref status);
        }

        // From the root of 1/2 to that of 2, so that nothing cancels below 1.
        int exponent = x.Exponent;
        Unpacked significand = x with { Exponent = 0 };
        if (x.High > 0xb504_f333_f9de_6484)
        {
            exponent++;
            significand.Exponent = -1;
        }
        Unpacked ratio = Over(Minus(in significand, in One), Plus(in significand, in One));
        Unpacked logarithm = Log2OfRatio(in ratio);
        if (exponent != 0)
            logarithm = Plus(in logarithm, FloatArithmetic.FromInteger((ulong)Math.Abs(exponent), exponent < 0));
        return RoundedInexact(Times(in logarithm, in y), ref status);
    }

    /// <summary>FYL2XP1: b × log2 (a + 1). For a from −(1 − √½) to √½ − 1 as exact as the rest; beyond, processors promise nothing.</summary>
    /// <param name="a">ST(0).</param>
    /// <param name="b">ST(1).</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits LogarithmOfOnePlus(Extended80Bits a, Extended80Bits b, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Codec.Load(b, in status, out Unpacked y);
        if (x.IsNan || y.IsNan)
            return Rounded(FloatArithmetic.PropagateNan(in x, in y, ref status), ref status);
        if (x.IsNumber && x.Exponent >= -1)
        {
            // Beyond what is promised, by the other function: the sum is exact, or as good as.
            FloatStatus inner = status with { Flags = FloatFlags.None, Traps = FloatFlags.None, Rounding = FloatRounding.NearestEven };
            Unpacked sum = Plus(in x, in One);
            Extended80Bits result = Logarithm(Codec.Round(in sum, ref inner), b, ref status);
            status.Raise(inner.Flags);
            return result;
        }
        bool negative = x.Negative ^ y.Negative;
        if (!x.IsNumber || !y.IsNumber)
        {
            if (x.Class == FloatClass.Infinity && x.Negative)
                return Rounded(FloatArithmetic.Invalid(FloatFlags.None, ref status), ref status);
            if ((x.Class == FloatClass.Zero && y.Class == FloatClass.Infinity) || (x.Class == FloatClass.Infinity && y.Class == FloatClass.Zero))
                return Rounded(FloatArithmetic.Invalid(FloatFlags.InvalidMultiply, ref status), ref status);
            NoteDenormal(in x, ref status);
            NoteDenormal(in y, ref status);
            bool infinite = x.Class == FloatClass.Infinity || y.Class == FloatClass.Infinity;
            return Rounded(infinite ? Unpacked.Infinity(negative) : Unpacked.Zero(negative), ref status);
        }
        NoteDenormal(in x, ref status);
        NoteDenormal(in y, ref status);
        Unpacked ratio = Over(in x, Plus(in x, One with { Exponent = 1 }));
        return RoundedInexact(Times(Log2OfRatio(in ratio), in y), ref status);
    }

    /// <summary>FPATAN: the angle of the point (a, b), from −π to π.</summary>
    /// <param name="a">ST(0), across.</param>
    /// <param name="b">ST(1), up.</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits ArcTangent(Extended80Bits a, Extended80Bits b, ref FloatStatus status)
    {
        Codec.Load(a, in status, out Unpacked x);
        Codec.Load(b, in status, out Unpacked y);
        if (x.IsNan || y.IsNan)
            return Rounded(FloatArithmetic.PropagateNan(in y, in x, ref status), ref status);
        NoteDenormal(in x, ref status);
        NoteDenormal(in y, ref status);
        Unpacked angle;
        if (!x.IsNumber || !y.IsNumber)
        {
            // Intel SDM vol. 2, table 3-27: multiples of π/4.
            bool alongX = y.Class == FloatClass.Zero || (x.Class == FloatClass.Infinity && y.Class != FloatClass.Infinity);
            if (alongX && !x.Negative)
                return Rounded(Unpacked.Zero(y.Negative), ref status);
            angle = Pi;
            if (!alongX && x.Class == y.Class)
            {
                angle.Exponent = -1;
                if (x.Negative)
                    angle = Minus(in Pi, in angle);
            }
            else if (!alongX)
                angle.Exponent = 0;
        }
        else
        {
            Unpacked across = x with { Negative = false, Class = FloatClass.Normal }, up = y with { Negative = false, Class = FloatClass.Normal };
            bool steep = FloatArithmetic.CompareMagnitudes(in up, in across) > 0;
            angle = steep ? ArcTangentOfRatio(in across, in up) : ArcTangentOfRatio(in up, in across);
            if (steep)
                angle = Minus(Pi with { Exponent = 0 }, in angle);
            if (x.Negative)
                angle = Minus(in Pi, in angle);
        }
        angle.Negative = y.Negative;
        return RoundedInexact(in angle, ref status);
    }

    /// <summary>FSIN.</summary>
    /// <param name="a">An angle.</param>
    /// <param name="inRange">False from 2^63 on: C2, and the result is the angle itself.</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits Sine(Extended80Bits a, out bool inRange, ref FloatStatus status)
    {
        if (!TryReduce(a, out Unpacked angle, out ulong quadrant, out Extended80Bits result, out inRange, ref status))
            return result;
        return RoundedInexact(SineOf(in angle, quadrant), ref status);
    }

    /// <summary>FCOS.</summary>
    /// <param name="a">An angle.</param>
    /// <param name="inRange">False from 2^63 on: C2, and the result is the angle itself.</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits Cosine(Extended80Bits a, out bool inRange, ref FloatStatus status)
    {
        if (!TryReduce(a, out Unpacked angle, out ulong quadrant, out Extended80Bits result, out inRange, ref status))
            return angle.Class == FloatClass.Zero && inRange ? Constant(X87Constant.One, FloatRounding.NearestEven) : result;
        return RoundedInexact(SineOf(in angle, quadrant + 1), ref status);
    }

    /// <summary>FSINCOS.</summary>
    /// <param name="a">An angle.</param>
    /// <param name="cosine">Its cosine.</param>
    /// <param name="inRange">False from 2^63 on: C2, the result is the angle itself, and nothing is pushed.</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    /// <returns>Its sine.</returns>
    public static Extended80Bits SineAndCosine(Extended80Bits a, out Extended80Bits cosine, out bool inRange, ref FloatStatus status)
    {
        cosine = Cosine(a, out inRange, ref status);
        return Sine(a, out inRange, ref status);
    }

    /// <summary>FPTAN.</summary>
    /// <param name="a">An angle.</param>
    /// <param name="pushed">What is pushed after the tangent: 1, or the NaN again.</param>
    /// <param name="inRange">False from 2^63 on: C2, the result is the angle itself, and nothing is pushed.</param>
    /// <param name="status">Says how to round, and is told what was found.</param>
    public static Extended80Bits Tangent(Extended80Bits a, out Extended80Bits pushed, out bool inRange, ref FloatStatus status)
    {
        pushed = Constant(X87Constant.One, FloatRounding.NearestEven);
        if (!TryReduce(a, out Unpacked angle, out ulong quadrant, out Extended80Bits result, out inRange, ref status))
        {
            if (angle.Class != FloatClass.Zero)
                pushed = result;
            return result;
        }
        // Closer to zero than this, a tangent differs from its angle by less than can be seen, but is greater.
        if (angle.Exponent < -64 && (quadrant & 1) == 0)
            return RoundedInexact(in angle, ref status);
        return RoundedInexact(Over(SineOf(in angle, quadrant), SineOf(in angle, quadrant + 1)), ref status);
    }

    /// <summary>Brings an angle to within π/4 of zero. False if the result is there already.</summary>
    private static bool TryReduce(Extended80Bits a, out Unpacked angle, out ulong quadrant, out Extended80Bits result, out bool inRange, ref FloatStatus status)
    {
        Codec.Load(a, in status, out angle);
        quadrant = 0;
        result = a;
        inRange = true;
        if (angle.IsNan)
        {
            result = Rounded(FloatArithmetic.PropagateNan(in angle, ref status), ref status);
            return false;
        }
        if (angle.Class == FloatClass.Infinity)
        {
            result = Rounded(FloatArithmetic.Invalid(FloatFlags.None, ref status), ref status);
            return false;
        }
        if (angle.Class == FloatClass.Zero)
            return false;
        if (angle.Exponent >= 63)
        {
            inRange = false;
            return false;
        }
        NoteDenormal(in angle, ref status);
        angle.Class = FloatClass.Normal;
        FloatStatus inner = default;
        FloatArithmetic.Remainder(in angle, in HalfPi66, nearest: true, int.MaxValue, ref inner, out Unpacked reduced, out quadrant);
        // Quadrants are counted the other way round from below zero.
        if (angle.Negative)
            quadrant = 0 - quadrant;
        angle = reduced;
        return true;
    }

    /// <summary>The sine of a small angle plus a number of right angles.</summary>
    private static Unpacked SineOf(in Unpacked angle, ulong quadrant)
    {
        Unpacked square = Times(in angle, in angle);
        Unpacked sine = (quadrant & 1) == 0
            ? Times(in angle, Series.Sine.Sum(in square))
            : Series.Cosine.Sum(in square);
        sine.Negative ^= (quadrant & 2) != 0;
        return sine;
    }

    /// <summary>log2 of (1 + r) / (1 − r).</summary>
    private static Unpacked Log2OfRatio(in Unpacked ratio)
    {
        Unpacked square = Times(in ratio, in ratio);
        return Times(Times(in ratio, in TwiceLog2OfE), Series.AreaTangent.Sum(in square));
    }

    /// <summary>atan of up / across, which is 1 or less; both are positive.</summary>
    private static Unpacked ArcTangentOfRatio(in Unpacked up, in Unpacked across)
    {
        Unpacked ratio = Over(in up, in across);
        // The nearest eighth: atan r = atan c + atan (r - c) / (1 + rc).
        int eighths = ratio.Exponent < -4 ? 0 : (int)((ratio.High >> (59 - ratio.Exponent)) + 1 >> 1);
        if (eighths == 0)
            return Angle(in ratio);
        Unpacked near = Unpacked.Normalized(negative: false, 60, (ulong)eighths, 0);
        Unpacked rest = Over(Minus(in ratio, in near), Plus(in One, Times(in ratio, in near)));
        return rest.Class == FloatClass.Zero ? ArcTangents[eighths] : Plus(in ArcTangents[eighths], Angle(in rest));

        static Unpacked Angle(in Unpacked tangent)
        {
            Unpacked square = Times(in tangent, in tangent);
            return Times(in tangent, Series.ArcTangent.Sum(in square));
        }
    }

    private static Unpacked Plus(in Unpacked a, in Unpacked b)
    {
        FloatStatus status = default;
        FloatArithmetic.Add(in a, in b, subtract: false, ref status, out Unpacked sum);
        return sum;
    }

    private static Unpacked Minus(in Unpacked a, in Unpacked b)
    {
        FloatStatus status = default;
        FloatArithmetic.Add(in a, in b, subtract: true, ref status, out Unpacked difference);
        return difference;
    }

    private static Unpacked Times(in Unpacked a, in Unpacked b)
    {
        FloatStatus status = default;
        FloatArithmetic.Multiply(in a, in b, ref status, out Unpacked product);
        return product;
    }

    private static Unpacked Over(in Unpacked a, in Unpacked b)
    {
        FloatStatus status = default;
        FloatArithmetic.Divide(in a, in b, wide: true, ref status, out Unpacked quotient);
        return quotient;
    }

    private static void NoteDenormal(in Unpacked a, ref FloatStatus status)
    {
        if (a.Class == FloatClass.Denormal)
            status.Raise(FloatFlags.Denormal);
    }

    private static Extended80Bits Rounded(in Unpacked result, ref FloatStatus status) => Codec.Round(in result, ref status);

    /// <summary>Rounds a value that a number of the format may be. Processors say that it is inexact all the same.</summary>
    private static Extended80Bits RoundedExact(in Unpacked result, ref FloatStatus status)
    {
        bool tiny = result.Exponent < -16382;
        Extended80Bits rounded = Codec.Round(in result, ref status);
        status.Raise(tiny ? FloatFlags.Inexact | FloatFlags.Underflow : FloatFlags.Inexact);
        return rounded;
    }

    /// <summary>Rounds a value that no number of the format is: if it seems to be one, the true value lies a little beyond.</summary>
    private static Extended80Bits RoundedInexact(in Unpacked result, ref FloatStatus status)
    {
        Unpacked beyond = result;
        beyond.Low |= 1;
        return Codec.Round(in beyond, ref status);
    }

    private static Unpacked Number(int exponent, ulong high, ulong low) => new() { Exponent = exponent, High = high, Low = low };
}
