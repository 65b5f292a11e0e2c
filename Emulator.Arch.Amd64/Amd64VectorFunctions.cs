using System.Runtime.Intrinsics;
using Emulator.Core.Execution;

namespace Emulator.Arch.Amd64;

/// <summary>Integer operations on vectors: x is the destination, y the source.</summary>
internal static class Amd64VectorFunctions
{
    public static Vector128<byte> And(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => x & y;

    public static Vector128<byte> AndNot(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => ~x & y;

    public static Vector128<byte> Or(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => x | y;

    public static Vector128<byte> Xor(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => x ^ y;

    public static Vector128<byte> Add8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => x + y;

    public static Vector128<byte> Add16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt16() + y.AsUInt16()).AsByte();

    public static Vector128<byte> Add32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt32() + y.AsUInt32()).AsByte();

    public static Vector128<byte> Add64(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt64() + y.AsUInt64()).AsByte();

    public static Vector128<byte> Subtract8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => x - y;

    public static Vector128<byte> Subtract16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt16() - y.AsUInt16()).AsByte();

    public static Vector128<byte> Subtract32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt32() - y.AsUInt32()).AsByte();

    public static Vector128<byte> Subtract64(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsUInt64() - y.AsUInt64()).AsByte();

    public static Vector128<byte> AddSaturated8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.AddSaturate(x.AsSByte(), y.AsSByte()).AsByte();

    public static Vector128<byte> AddSaturated16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.AddSaturate(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> AddSaturatedUnsigned8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.AddSaturate(x, y);

    public static Vector128<byte> AddSaturatedUnsigned16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.AddSaturate(x.AsUInt16(), y.AsUInt16()).AsByte();

    public static Vector128<byte> SubtractSaturated8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.SubtractSaturate(x.AsSByte(), y.AsSByte()).AsByte();

    public static Vector128<byte> SubtractSaturated16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.SubtractSaturate(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> SubtractSaturatedUnsigned8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.SubtractSaturate(x, y);

    public static Vector128<byte> SubtractSaturatedUnsigned16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.SubtractSaturate(x.AsUInt16(), y.AsUInt16()).AsByte();

    public static Vector128<byte> Equal8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Equals(x, y);

    public static Vector128<byte> Equal16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Equals(x.AsUInt16(), y.AsUInt16()).AsByte();

    public static Vector128<byte> Equal32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Equals(x.AsUInt32(), y.AsUInt32()).AsByte();

    public static Vector128<byte> Greater8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.GreaterThan(x.AsSByte(), y.AsSByte()).AsByte();

    public static Vector128<byte> Greater16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.GreaterThan(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> Greater32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.GreaterThan(x.AsInt32(), y.AsInt32()).AsByte();

    public static Vector128<byte> MinimumUnsigned8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Min(x, y);

    public static Vector128<byte> MaximumUnsigned8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Max(x, y);

    public static Vector128<byte> Minimum16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Min(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> Maximum16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Max(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> MultiplyLow16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => (x.AsInt16() * y.AsInt16()).AsByte();

    public static Vector128<byte> MultiplyHigh16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        (Vector128<int> xLow, Vector128<int> xHigh) = Vector128.Widen(x.AsInt16());
        (Vector128<int> yLow, Vector128<int> yHigh) = Vector128.Widen(y.AsInt16());
        return Vector128.Narrow(xLow * yLow >> 16, xHigh * yHigh >> 16).AsByte();
    }

    public static Vector128<byte> MultiplyHighUnsigned16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        (Vector128<uint> xLow, Vector128<uint> xHigh) = Vector128.Widen(x.AsUInt16());
        (Vector128<uint> yLow, Vector128<uint> yHigh) = Vector128.Widen(y.AsUInt16());
        return Vector128.Narrow(xLow * yLow >> 16, xHigh * yHigh >> 16).AsByte();
    }

    public static Vector128<byte> MultiplyEven32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Vector128.Create((ulong)x.AsUInt32()[0] * y.AsUInt32()[0], (ulong)x.AsUInt32()[2] * y.AsUInt32()[2]).AsByte();

    public static Vector128<byte> MultiplyAdd16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        Span<int> result = stackalloc int[4];
        for (int i = 0; i < 4; i++)
            result[i] = x.AsInt16()[2 * i] * y.AsInt16()[2 * i] + x.AsInt16()[2 * i + 1] * y.AsInt16()[2 * i + 1];
        return Vector128.Create<int>(result).AsByte();
    }

    public static Vector128<byte> Average8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        // Rounded up: the bits of either less half of those that differ.
        return (x | y) - ((x ^ y) >> 1);
    }

    public static Vector128<byte> Average16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        ((x | y).AsUInt16() - ((x ^ y).AsUInt16() >> 1)).AsByte();

    public static Vector128<byte> SumOfDifferences(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        Vector128<byte> difference = Vector128.Max(x, y) - Vector128.Min(x, y);
        ulong low = 0, high = 0;
        for (int i = 0; i < 8; i++)
        {
            low += difference[i];
            high += difference[i + 8];
        }
        return Vector128.Create(low, high).AsByte();
    }

    public static Vector128<byte> Pack16To8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.NarrowWithSaturation(x.AsInt16(), y.AsInt16()).AsByte();

    public static Vector128<byte> Pack32To16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.NarrowWithSaturation(x.AsInt32(), y.AsInt32()).AsByte();

    public static Vector128<byte> Pack16To8Unsigned(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        Vector128<short> zero = Vector128<short>.Zero, most = Vector128.Create((short)255);
        return Vector128.Narrow(Vector128.Min(Vector128.Max(x.AsInt16(), zero), most).AsUInt16(), Vector128.Min(Vector128.Max(y.AsInt16(), zero), most).AsUInt16());
    }

    public static Vector128<byte> UnpackLow8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenLower(x) | Vector128.WidenLower(y) << 8).AsByte();

    public static Vector128<byte> UnpackHigh8(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenUpper(x) | Vector128.WidenUpper(y) << 8).AsByte();

    public static Vector128<byte> UnpackLow16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenLower(x.AsUInt16()) | Vector128.WidenLower(y.AsUInt16()) << 16).AsByte();

    public static Vector128<byte> UnpackHigh16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenUpper(x.AsUInt16()) | Vector128.WidenUpper(y.AsUInt16()) << 16).AsByte();

    public static Vector128<byte> UnpackLow32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenLower(x.AsUInt32()) | Vector128.WidenLower(y.AsUInt32()) << 32).AsByte();

    public static Vector128<byte> UnpackHigh32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (Vector128.WidenUpper(x.AsUInt32()) | Vector128.WidenUpper(y.AsUInt32()) << 32).AsByte();

    public static Vector128<byte> Shuffle32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Vector128.Shuffle(y.AsUInt32(), Vector128.Create((uint)number & 3, (uint)number >> 2 & 3, (uint)number >> 4 & 3, (uint)number >> 6 & 3)).AsByte();

    public static Vector128<byte> ShuffleLow16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Vector128.Create(Shuffle16(y.AsUInt64()[0], number), y.AsUInt64()[1]).AsByte();

    public static Vector128<byte> ShuffleHigh16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Vector128.Create(y.AsUInt64()[0], Shuffle16(y.AsUInt64()[1], number)).AsByte();

    public static Vector128<byte> ShuffleSingles(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) => Vector128.Create(
        x.AsUInt32()[number & 3], x.AsUInt32()[number >> 2 & 3], y.AsUInt32()[number >> 4 & 3], y.AsUInt32()[number >> 6 & 3]).AsByte();

    /// <summary>Four numbers of 16 bits in the order that two bits each of a number say.</summary>
    public static ulong Shuffle16(ulong x, int number)
    {
        ulong result = 0;
        for (int i = 0; i < 4; i++)
            result |= (x >> 16 * (number >> 2 * i & 3) & 0xffff) << 16 * i;
        return result;
    }

    // ---- shifts: the count is the number, or the lower half of y when the number is negative --------------------------------

    private static ulong Count(Vector128<byte> y, int number) => number < 0 ? y.AsUInt64()[0] : (uint)number;

    public static Vector128<byte> ShiftLeft16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 16 and ulong count ? (x.AsUInt16() << (int)count).AsByte() : default;

    public static Vector128<byte> ShiftLeft32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 32 and ulong count ? (x.AsUInt32() << (int)count).AsByte() : default;

    public static Vector128<byte> ShiftLeft64(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 64 and ulong count ? (x.AsUInt64() << (int)count).AsByte() : default;

    public static Vector128<byte> ShiftRight16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 16 and ulong count ? (x.AsUInt16() >> (int)count).AsByte() : default;

    public static Vector128<byte> ShiftRight32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 32 and ulong count ? (x.AsUInt32() >> (int)count).AsByte() : default;

    public static Vector128<byte> ShiftRight64(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        Count(y, number) is < 64 and ulong count ? (x.AsUInt64() >> (int)count).AsByte() : default;

    public static Vector128<byte> ShiftArithmetic16(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (x.AsInt16() >> (int)Math.Min(Count(y, number), 15)).AsByte();

    public static Vector128<byte> ShiftArithmetic32(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number) =>
        (x.AsInt32() >> (int)Math.Min(Count(y, number), 31)).AsByte();

    public static Vector128<byte> ShiftBytesLeft(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        UInt128 all = new(x.AsUInt64()[1], x.AsUInt64()[0]);
        all = number >= 16 ? 0 : all << 8 * number;
        return Vector128.Create((ulong)all, (ulong)(all >> 64)).AsByte();
    }

    public static Vector128<byte> ShiftBytesRight(ref EngineState state, Vector128<byte> x, Vector128<byte> y, int number)
    {
        UInt128 all = new(x.AsUInt64()[1], x.AsUInt64()[0]);
        all = number >= 16 ? 0 : all >> 8 * number;
        return Vector128.Create((ulong)all, (ulong)(all >> 64)).AsByte();
    }

    // ---- to general-purpose registers: x and y are the halves ----------------------------------------------------------------

    [Slots]
    public static ulong SignsOf8(ref EngineState state, ulong x, ulong y, int number) => Vector128.Create(x, y).AsByte().ExtractMostSignificantBits();

    [Slots]
    public static ulong SignsOf32(ref EngineState state, ulong x, ulong y, int number) => Vector128.Create(x, y).AsUInt32().ExtractMostSignificantBits();
}
