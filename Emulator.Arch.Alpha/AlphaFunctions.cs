using System.Runtime.Intrinsics;
using Emulator.Core.Execution;

namespace Emulator.Arch.Alpha;

/// <summary>What instructions compute that micro-operations do not.</summary>
internal static class AlphaFunctions
{
    /// <summary>CMPBGE: a bit for each byte of x that is not less than y's.</summary>
    [Slots]
    public static ulong CompareBytes(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.GreaterThanOrEqual(Vector128.CreateScalar(x).AsByte(), Vector128.CreateScalar(y).AsByte()).ExtractMostSignificantBits() & 0xff;

    /// <summary>ZAP and ZAPNOT by a register: ones in the bytes whose bit is set in x.</summary>
    [Slots]
    public static ulong ByteMask(ref EngineState state, ulong x, ulong y, int number) => ByteMask(x);

    /// <summary>Ones in the bytes whose bit is set.</summary>
    public static ulong ByteMask(ulong bits)
    {
        ulong mask = 0;
        for (int i = 0; i < 8; i++)
            mask |= (bits >> i & 1) * 0xffUL << (8 * i);
        return mask;
    }

    [Slots]
    public static ulong AddLongword(ref EngineState state, ulong x, ulong y, int number) => Longword(ref state, (long)(int)x + (int)y);

    [Slots]
    public static ulong SubtractLongword(ref EngineState state, ulong x, ulong y, int number) => Longword(ref state, (long)(int)x - (int)y);

    [Slots]
    public static ulong MultiplyLongword(ref EngineState state, ulong x, ulong y, int number) => Longword(ref state, (long)(int)x * (int)y);

    [Slots]
    public static ulong AddQuadword(ref EngineState state, ulong x, ulong y, int number) => Quadword(ref state, (Int128)(long)x + (long)y);

    [Slots]
    public static ulong SubtractQuadword(ref EngineState state, ulong x, ulong y, int number) => Quadword(ref state, (Int128)(long)x - (long)y);

    [Slots]
    public static ulong MultiplyQuadword(ref EngineState state, ulong x, ulong y, int number) => Quadword(ref state, (Int128)(long)x * (long)y);

    /// <summary>PERR: the sum of the differences of bytes.</summary>
    [Slots]
    public static ulong PixelError(ref EngineState state, ulong x, ulong y, int number)
    {
        ulong sum = 0;
        for (int i = 0; i < 64; i += 8)
            sum += (ulong)Math.Abs((int)(byte)(x >> i) - (byte)(y >> i));
        return sum;
    }

    /// <summary>UNPKBW: four bytes to four words.</summary>
    [Slots]
    public static ulong UnpackBytesToWords(ref EngineState state, ulong x, ulong y, int number) =>
        (byte)x | (x & 0xff00) << 8 | (x & 0xff_0000) << 16 | (x & 0xff00_0000) << 24;

    /// <summary>UNPKBL: two bytes to two longwords.</summary>
    [Slots]
    public static ulong UnpackBytesToLongwords(ref EngineState state, ulong x, ulong y, int number) => (byte)x | (x & 0xff00) << 24;

    /// <summary>PKWB: four words to four bytes.</summary>
    [Slots]
    public static ulong PackWordsToBytes(ref EngineState state, ulong x, ulong y, int number) =>
        (byte)x | (x >> 8 & 0xff00) | (x >> 16 & 0xff_0000) | (x >> 24 & 0xff00_0000);

    /// <summary>PKLB: two longwords to two bytes.</summary>
    [Slots]
    public static ulong PackLongwordsToBytes(ref EngineState state, ulong x, ulong y, int number) => (byte)x | (x >> 24 & 0xff00);

    [Slots]
    public static ulong MinSignedBytes(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Min(Vector128.CreateScalar(x).AsSByte(), Vector128.CreateScalar(y).AsSByte()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MinSignedWords(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Min(Vector128.CreateScalar(x).AsInt16(), Vector128.CreateScalar(y).AsInt16()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MinUnsignedBytes(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Min(Vector128.CreateScalar(x).AsByte(), Vector128.CreateScalar(y).AsByte()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MinUnsignedWords(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Min(Vector128.CreateScalar(x).AsUInt16(), Vector128.CreateScalar(y).AsUInt16()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MaxSignedBytes(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Max(Vector128.CreateScalar(x).AsSByte(), Vector128.CreateScalar(y).AsSByte()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MaxSignedWords(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Max(Vector128.CreateScalar(x).AsInt16(), Vector128.CreateScalar(y).AsInt16()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MaxUnsignedBytes(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Max(Vector128.CreateScalar(x).AsByte(), Vector128.CreateScalar(y).AsByte()).AsUInt64().ToScalar();

    [Slots]
    public static ulong MaxUnsignedWords(ref EngineState state, ulong x, ulong y, int number) =>
        Vector128.Max(Vector128.CreateScalar(x).AsUInt16(), Vector128.CreateScalar(y).AsUInt16()).AsUInt64().ToScalar();

    /// <summary>From the memory format of S to that of registers: the exponent of 8 bits becomes one of 11 (MAP_S, Alpha Architecture Reference Manual, 2.2.6.1).</summary>
    [Slots]
    public static ulong LoadS(ref EngineState state, ulong x, ulong y, int number) => LoadS((uint)x);

    /// <inheritdoc cref="LoadS(ref EngineState, ulong, ulong, int)"/>
    public static ulong LoadS(uint bits)
    {
        ulong exponent = bits >> 23 & 0xff;
        ulong wide = exponent switch
        {
            0xff => 0x7ff,
            0 => 0,
            >= 0x80 => 0x400 | (exponent & 0x7f),
            _ => 0x380 | exponent,
        };
        return (ulong)(bits >> 31) << 63 | wide << 52 | (ulong)(bits & 0x7f_ffff) << 29;
    }

    /// <summary>From the format of registers to the memory format of S: bits 63:62 and 58:29.</summary>
    public static ulong StoreS(ulong bits) => (bits >> 62 & 3) << 30 | (bits >> 29 & 0x3fff_ffff);

    private static ulong Longword(ref EngineState state, long exact)
    {
        if (exact != (int)exact)
            Raise(ref state, AlphaTraps.IntegerOverflow);
        return (ulong)(int)exact;
    }

    private static ulong Quadword(ref EngineState state, Int128 exact)
    {
        if (exact != (long)exact)
            Raise(ref state, AlphaTraps.IntegerOverflow);
        return (ulong)(long)exact;
    }

    private static void Raise(ref EngineState state, int summary)
    {
        state.Raised = CpuStopKind.Trap;
        state.RaisedCode = AlphaTraps.Arithmetic | summary;
    }
}
