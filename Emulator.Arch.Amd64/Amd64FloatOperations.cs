using Emulator.Core.Execution;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Arch.Amd64;

/// <summary>The operations of SSE on floating-point numbers.</summary>
internal static class Amd64FloatOperations
{
    public readonly struct Add : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.FloatAdd64;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.Add(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.Add(x, y, ref status);
    }

    public readonly struct Subtract : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.FloatSub64;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.Subtract(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.Subtract(x, y, ref status);
    }

    public readonly struct Multiply : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.FloatMul64;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.Multiply(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.Multiply(x, y, ref status);
    }

    public readonly struct Divide : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.FloatDiv64;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.Divide(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.Divide(x, y, ref status);
    }

    public readonly struct Minimum : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.MinimumSse(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.MinimumSse(x, y, ref status);
    }

    public readonly struct Maximum : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.MaximumSse(x, y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.MaximumSse(x, y, ref status);
    }

    public readonly struct SquareRoot : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Binary32.SquareRoot(y, ref status);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => Binary64.SquareRoot(y, ref status);
    }

    /// <summary>CMPPS and its like: the number is the predicate; all ones when it holds.</summary>
    public readonly struct Compare : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) =>
            Holds(number, IsSignaling(number) ? Binary32.CompareSignaling(x, y, ref status) : Binary32.Compare(x, y, ref status)) ? uint.MaxValue : 0;

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) =>
            Holds(number, IsSignaling(number) ? Binary64.CompareSignaling(x, y, ref status) : Binary64.Compare(x, y, ref status)) ? ulong.MaxValue : 0;

        private static bool IsSignaling(int number) => (number & 3) is 1 or 2;

        // Equal, less, less or equal, unordered; from 4 on the opposites (Intel SDM volume 2, CMPPD, table 3-1).
        private static bool Holds(int number, FloatRelation relation)
        {
            bool holds = (number & 3) switch
            {
                0 => relation == FloatRelation.Equal,
                1 => relation == FloatRelation.Less,
                2 => relation is FloatRelation.Less or FloatRelation.Equal,
                _ => relation == FloatRelation.Unordered,
            };
            return holds != ((number & 4) != 0);
        }
    }

    /// <summary>
    /// RCPPS: an approximation with a relative error of at most 1.5 * 2^-12. Processors differ in it; this one is the reciprocal
    /// rounded to twelve bits. Raises nothing.
    /// </summary>
    public readonly struct Reciprocal : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Approximate(1f / Flushed(y), y);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => throw new NotSupportedException("there is no reciprocal of binary64");
    }

    /// <summary>RSQRTPS: the same of the reciprocal square root.</summary>
    public readonly struct ReciprocalSquareRoot : IFloatOperation
    {
        public static MicroCode Host64 => MicroCode.Undefined;

        public static uint Of32(uint x, uint y, int number, ref FloatStatus status) => Approximate((float)(1 / Math.Sqrt(Flushed(y))), y);

        public static ulong Of64(ulong x, ulong y, int number, ref FloatStatus status) => throw new NotSupportedException("there is no reciprocal square root of binary64");
    }

    /// <summary>Denormal numbers count as zeros.</summary>
    private static float Flushed(uint y) => BitConverter.UInt32BitsToSingle((y & 0x7f80_0000) == 0 ? y & 0x8000_0000 : y);

    private static uint Approximate(float exact, uint y)
    {
        uint result = BitConverter.SingleToUInt32Bits(exact);
        if ((y & 0x7fff_ffff) > 0x7f80_0000)
            return y | 0x40_0000;
        if (float.IsNaN(exact))
            return 0xffc0_0000;
        if ((result & 0x7f80_0000) == 0)
            return result & 0x8000_0000;
        return float.IsInfinity(exact) ? result : result + 0x400 & ~0x7ffu;
    }
}
