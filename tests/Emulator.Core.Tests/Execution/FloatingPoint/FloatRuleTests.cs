using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>What manuals say about NaNs, zeros, minima and integers, number by number.</summary>
public class FloatRuleTests
{
    private const ulong One = 0x3ff0_0000_0000_0000, Infinity = 0x7ff0_0000_0000_0000, MinusZero = 1UL << 63;
    private const ulong Quiet1 = 0x7ff8_0000_0000_0001, Quiet2 = 0xfff8_0000_0000_0002, Quiet3 = 0x7ff8_0000_0000_0003;
    private const ulong Signaling1 = 0x7ff0_0000_0000_0001, Signaling2 = 0xfff0_0000_0000_0002, Quieted1 = 0x7ff8_0000_0000_0001, Quieted2 = 0xfff8_0000_0000_0002;

    private static readonly Dictionary<NanRule, FloatStatus> Units = new()
    {
        [NanRule.First] = TestUnits.Sse,
        [NanRule.GreaterSignificand] = TestUnits.X87,
        [NanRule.Second] = TestUnits.Alpha,
        [NanRule.FirstAddendBeforeMultiplier] = TestUnits.PowerPC,
        [NanRule.SignalingFirst] = TestUnits.S390,
        [NanRule.SignalingLast] = TestUnits.Sparc,
        [NanRule.Default] = new FloatStatus { Nans = NanRule.Default, Integers = IntegerRule.SaturateNanGreatest },
    };

    [Theory]
    [InlineData(NanRule.First, Quiet1, Quiet2, Quiet1)]
    [InlineData(NanRule.First, Quiet1, Signaling2, Quiet1)]
    [InlineData(NanRule.First, One, Signaling2, Quieted2)]
    // Alpha Architecture Handbook, 4.7.10.4: Fb, then Fa.
    [InlineData(NanRule.Second, Quiet1, Quiet2, Quiet2)]
    [InlineData(NanRule.Second, Signaling1, Quiet2, Quiet2)]
    [InlineData(NanRule.Second, Signaling1, One, Quieted1)]
    [InlineData(NanRule.FirstAddendBeforeMultiplier, Quiet1, Signaling2, Quiet1)]
    // z/Architecture Principles of Operation, SA22-7832, figure "Results: ADD".
    [InlineData(NanRule.SignalingFirst, Quiet1, Quiet2, Quiet1)]
    [InlineData(NanRule.SignalingFirst, Quiet1, Signaling2, Quieted2)]
    [InlineData(NanRule.SignalingFirst, Signaling1, Signaling2, Quieted1)]
    // SPARC Architecture Manual V9, table 26: rs2, unless only rs1 is signaling.
    [InlineData(NanRule.SignalingLast, Quiet1, Quiet2, Quiet2)]
    [InlineData(NanRule.SignalingLast, Signaling1, Quiet2, Quieted1)]
    [InlineData(NanRule.SignalingLast, Signaling1, Signaling2, Quieted2)]
    // Intel SDM vol. 1, table 4-7.
    [InlineData(NanRule.GreaterSignificand, Quiet1, Quiet2, Quiet2)]
    [InlineData(NanRule.GreaterSignificand, Quiet1, Signaling2, Quiet1)]
    [InlineData(NanRule.GreaterSignificand, Signaling1, Signaling2, Quieted2)]
    [InlineData(NanRule.Default, Quiet1, Quiet2, 0x7ff8_0000_0000_0000)]
    public void Of_two_NaNs_one_comes_through(NanRule rule, ulong a, ulong b, ulong wanted)
    {
        foreach (FloatRounding rounding in (FloatRounding[])[FloatRounding.NearestEven, FloatRounding.Up])
        {
            FloatStatus status = Units[rule] with { Rounding = rounding };

            Assert.Equal(wanted, Binary64.Add(a, b, ref status));
            Assert.Equal(wanted, Binary64.Multiply(a, b, ref status));
            Assert.Equal(wanted, Binary64.Divide(a, b, ref status));
            bool signaling = a is Signaling1 or Signaling2 || b is Signaling1 or Signaling2;
            Assert.Equal(signaling ? FloatFlags.Invalid | FloatFlags.InvalidSignalingNan : FloatFlags.None, status.Flags);
        }
    }

    [Theory]
    [InlineData(NanRule.First, Quiet1, Quiet2, Quiet3, Quiet1)]
    [InlineData(NanRule.First, One, Quiet2, Quiet3, Quiet2)]
    [InlineData(NanRule.FirstAddendBeforeMultiplier, One, Quiet2, Quiet3, Quiet3)]        // Power ISA 2.06, book I, 4.3.2: FRA, FRB, FRC
    [InlineData(NanRule.SignalingFirst, Quiet1, Quiet2, Signaling1, Quieted1)]
    [InlineData(NanRule.SignalingFirst, One, Quiet2, Quiet3, Quiet2)]
    [InlineData(NanRule.SignalingLast, Quiet1, Quiet2, Quiet3, Quiet3)]
    [InlineData(NanRule.SignalingLast, Quiet1, Signaling2, Quiet3, Quieted2)]
    public void Of_three_NaNs_one_comes_through(NanRule rule, ulong a, ulong b, ulong c, ulong wanted)
    {
        FloatStatus status = Units[rule];

        Assert.Equal(wanted, Binary64.MultiplyAdd(a, b, c, ref status));
    }

    [Theory]
    [InlineData(NanRule.First, Quiet3, FloatFlags.None)]                        // Intel SDM vol. 1, 14.5.2
    [InlineData(NanRule.FirstAddendBeforeMultiplier, Quiet3, FloatFlags.Invalid | FloatFlags.InvalidMultiply)]
    [InlineData(NanRule.SignalingFirst, 0x7ff8_0000_0000_0000, FloatFlags.Invalid | FloatFlags.InvalidMultiply)]
    public void Infinity_times_zero_plus_a_NaN_is_as_the_machine_has_it(NanRule rule, ulong wanted, FloatFlags flags)
    {
        FloatStatus status = Units[rule];

        Assert.Equal(wanted, Binary64.MultiplyAdd(Infinity, 0, Quiet3, ref status));
        Assert.Equal(flags, status.Flags);
    }

    [Theory]
    [InlineData(NanRule.First, 0xfff8_0000_0000_0000)]
    [InlineData(NanRule.Second, 0xfff8_0000_0000_0000)]
    [InlineData(NanRule.FirstAddendBeforeMultiplier, 0x7ff8_0000_0000_0000)]
    [InlineData(NanRule.SignalingFirst, 0x7ff8_0000_0000_0000)]
    [InlineData(NanRule.SignalingLast, 0x7fff_ffff_ffff_ffff)]
    public void Invalid_operations_give_the_machines_own_NaN_and_say_why(NanRule rule, ulong nan)
    {
        Check((ref FloatStatus s) => Binary64.Subtract(Infinity, Infinity, ref s), FloatFlags.InvalidSubtract);
        Check((ref FloatStatus s) => Binary64.Multiply(0, Infinity, ref s), FloatFlags.InvalidMultiply);
        Check((ref FloatStatus s) => Binary64.Divide(0, MinusZero, ref s), FloatFlags.InvalidDivideZero);
        Check((ref FloatStatus s) => Binary64.Divide(Infinity, Infinity, ref s), FloatFlags.InvalidDivideInfinity);
        Check((ref FloatStatus s) => Binary64.SquareRoot(One | MinusZero, ref s), FloatFlags.InvalidSquareRoot);

        void Check(Operation operation, FloatFlags why)
        {
            FloatStatus status = Units[rule];
            Assert.Equal(nan, operation(ref status));
            Assert.Equal(FloatFlags.Invalid | why, status.Flags);
        }
    }

    [Theory]
    // The low bits of 2^32 + 5, 2^64 + 2^12 and -2^63 - 2^11: Alpha Architecture Handbook, 4.8.7 (CVTTQ) with software completion.
    [InlineData(NanRule.Second, 0x41f0_0000_0050_0000, 5, 0x1_0000_0005)]
    [InlineData(NanRule.Second, 0x43f0_0000_0000_0001, 0x1000, 0x1000)]
    [InlineData(NanRule.Second, 0xc3e0_0000_0000_0001, -0x800, 0x7fff_ffff_ffff_f800)]
    [InlineData(NanRule.Second, Infinity, 0, 0)]
    [InlineData(NanRule.Second, Quiet1, 0, 0)]
    [InlineData(NanRule.First, 0x43f0_0000_0000_0001, int.MinValue, long.MinValue)]
    [InlineData(NanRule.First, Quiet1, int.MinValue, long.MinValue)]
    [InlineData(NanRule.FirstAddendBeforeMultiplier, Quiet1, int.MinValue, long.MinValue)]
    [InlineData(NanRule.FirstAddendBeforeMultiplier, Infinity, int.MaxValue, long.MaxValue)]
    // SPARC Architecture Manual V9, B.5: the sign of whatever it is decides.
    [InlineData(NanRule.SignalingLast, Quiet1, int.MaxValue, long.MaxValue)]
    [InlineData(NanRule.SignalingLast, Quiet2, int.MinValue, long.MinValue)]
    [InlineData(NanRule.SignalingLast, Infinity | MinusZero, int.MinValue, long.MinValue)]
    [InlineData(NanRule.Default, Quiet2, int.MaxValue, long.MaxValue)]
    public void Integers_that_are_too_great_are_as_the_machine_has_them(NanRule rule, ulong a, int narrow, long wide)
    {
        FloatStatus status = Units[rule];

        Assert.Equal(narrow, Binary64.ToInt32(a, FloatRounding.TowardZero, ref status));
        Assert.True((status.Flags & FloatFlags.Invalid) != 0);
        Assert.Equal(wide, Binary64.ToInt64(a, FloatRounding.TowardZero, ref status));
    }

    [Theory]
    [InlineData(0xbfe0_0000_0000_0000, 0, false)]           // -1/2 is 0 towards zero, which an unsigned integer holds
    [InlineData(0xbff0_0000_0000_0000, 0, true)]
    [InlineData(0x43ef_ffff_ffff_ffff, 0xffff_ffff_ffff_f800, false)]
    [InlineData(0x43f0_0000_0000_0000, ulong.MaxValue, true)]
    public void Unsigned_integers_hold_no_negative_numbers(ulong a, ulong wanted, bool invalid)
    {
        FloatStatus status = TestUnits.PowerPC;

        Assert.Equal(wanted, Binary64.ToUInt64(a, FloatRounding.TowardZero, ref status));
        Assert.Equal(invalid, (status.Flags & FloatFlags.Invalid) != 0);
    }

    [Theory]
    // IEEE 754-2008, 5.3.1 and 6.2.
    [InlineData(One, Quiet1, One, One, FloatFlags.None)]
    [InlineData(Quiet1, One, One, One, FloatFlags.None)]
    [InlineData(Quiet1, Quiet2, Quiet1, Quiet1, FloatFlags.None)]
    [InlineData(Signaling1, One, Quieted1, Quieted1, FloatFlags.Invalid | FloatFlags.InvalidSignalingNan)]
    [InlineData(0, MinusZero, MinusZero, 0, FloatFlags.None)]
    [InlineData(MinusZero, 0, MinusZero, 0, FloatFlags.None)]
    [InlineData(One, Infinity, One, Infinity, FloatFlags.None)]
    [InlineData(One | MinusZero, One, One | MinusZero, One, FloatFlags.None)]
    public void Minima_and_maxima_prefer_numbers(ulong a, ulong b, ulong least, ulong greatest, FloatFlags flags)
    {
        FloatStatus status = TestUnits.PowerPC;

        Assert.Equal(least, Binary64.MinimumNumber(a, b, ref status));
        Assert.Equal(greatest, Binary64.MaximumNumber(a, b, ref status));
        Assert.Equal(flags, status.Flags);
    }

    [Theory]
    [InlineData(FloatRounding.NearestEven, 0)]
    [InlineData(FloatRounding.Up, 0)]
    [InlineData(FloatRounding.Down, MinusZero)]
    public void A_sum_that_vanishes_is_a_negative_zero_only_when_rounding_down(FloatRounding rounding, ulong zero)
    {
        FloatStatus status = new() { Rounding = rounding };

        Assert.Equal(zero, Binary64.Subtract(One, One, ref status));
        Assert.Equal(zero, Binary64.MultiplyAdd(One, One, One | MinusZero, ref status));
        Assert.Equal(MinusZero, Binary64.Add(MinusZero, MinusZero, ref status));
        Assert.Equal(FloatFlags.None, status.Flags);
    }

    [Fact]
    public void A_trapped_underflow_is_told_of_exact_results_and_wraps_the_exponent_around()
    {
        FloatStatus status = TestUnits.PowerPC with { Traps = FloatFlags.Underflow };

        // 2^-1022 / 2 = 2^-1023, and 1536 more: Power ISA 2.06, book I, 4.4.4.
        ulong result = Binary64.Divide(0x0010_0000_0000_0000, 0x4000_0000_0000_0000, ref status);

        Assert.Equal((ulong)(1023 - 1023 + 1536) << 52, result);
        Assert.Equal(FloatFlags.Underflow, status.Flags);
    }

    [Fact]
    public void A_trapped_overflow_wraps_the_exponent_around()
    {
        FloatStatus status = TestUnits.PowerPC with { Traps = FloatFlags.Overflow };

        ulong result = Binary64.Multiply(0x7fe0_0000_0000_0000, 0x4000_0000_0000_0000, ref status);

        Assert.Equal((ulong)(1023 + 1024 - 1536) << 52, result);
        Assert.Equal(FloatFlags.Overflow, status.Flags);
    }

    [Theory]
    [InlineData(FloatRounding.NearestEven)]
    [InlineData(FloatRounding.Up)]
    public void Rounding_away_from_zero_is_told(FloatRounding rounding)
    {
        // 1/3 ends in 0101 and 0101 would follow: up only when asked. 1/10 ends in 1001 and 1001 would follow: up to the nearest.
        FloatStatus third = new() { Rounding = rounding }, tenth = third;
        Binary64.Divide(One, 0x4008_0000_0000_0000, ref third);
        Binary64.Divide(One, 0x4024_0000_0000_0000, ref tenth);

        Assert.Equal(rounding == FloatRounding.Up, (third.Flags & FloatFlags.RoundedUp) != 0);
        Assert.True((tenth.Flags & FloatFlags.RoundedUp) != 0);
    }

    [Fact]
    public void The_host_and_the_soft_way_agree_on_rounding_away_from_zero()
    {
        Random random = Operands.RandomOf("rounded up");
        Operands operands = new(random);
        for (int i = 0; i < 20 * Operands.Cases; i++)
        {
            (ulong a, ulong b, ulong c) = ((ulong)operands.Next(TestFormat.Binary64), (ulong)operands.Next(TestFormat.Binary64), (ulong)operands.Next(TestFormat.Binary64));
            FloatStatus fast = TestUnits.Sse, judge = TestUnits.Sse;
            ulong result = (i % 5) switch
            {
                0 => Binary64.Add(a, b, ref fast),
                1 => Binary64.Multiply(a, b, ref fast),
                2 => Binary64.Divide(a, b, ref fast),
                3 => Binary64.SquareRoot(a & ~MinusZero, ref fast),
                _ => Binary64.MultiplyAdd(a, b, c, ref fast),
            };
            if (Binary64.Classify(result) >= FloatClass.Zero)
                continue;

            // The same towards zero: one below, if the other went away from it.
            judge.Rounding = FloatRounding.TowardZero;
            ulong cut = (i % 5) switch
            {
                0 => Binary64.Add(a, b, ref judge),
                1 => Binary64.Multiply(a, b, ref judge),
                2 => Binary64.Divide(a, b, ref judge),
                3 => Binary64.SquareRoot(a & ~MinusZero, ref judge),
                _ => Binary64.MultiplyAdd(a, b, c, ref judge),
            };

            Assert.True(cut == result != ((fast.Flags & FloatFlags.RoundedUp) != 0), $"{a:x16} {b:x16} {c:x16} ({i % 5}): {result:x16} {fast.Flags}");
        }
    }

    private delegate ulong Operation(ref FloatStatus status);
}
