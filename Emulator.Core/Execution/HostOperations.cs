using System.Buffers.Binary;
using System.Numerics;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Core.Execution;

/// <summary>Methods that stand for operations of the host in translated code: the runtime's compiler knows most of them as one instruction.</summary>
internal static class HostOperations
{
    /// <summary>128 bits.</summary>
    public static readonly Type Vector = typeof(Vector128<byte>);

    /// <summary>The upper half of a product, where the host has an instruction for it.</summary>
    public static readonly MethodInfo MultiplyHigh = typeof(Bmi2.X64).GetMethod(nameof(Bmi2.X64.MultiplyNoFlags), [typeof(ulong), typeof(ulong)])!;

    /// <summary>64 bits as a number of binary64.</summary>
    public static readonly MethodInfo ToDouble = typeof(BitConverter).GetMethod(nameof(BitConverter.UInt64BitsToDouble))!;

    /// <summary>A number of binary64 as 64 bits.</summary>
    public static readonly MethodInfo FromDouble = typeof(BitConverter).GetMethod(nameof(BitConverter.DoubleToUInt64Bits))!;

    private static readonly MethodInfo[] Reversals =
    [
        typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!,
        typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!,
        typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ulong)])!,
    ];

    /// <summary>The reversal of 2, 4 or 8 bytes.</summary>
    public static MethodInfo Reverse(int bytes) => Reversals[BitOperations.Log2((uint)bytes) - 1];

    /// <summary>Whether the host's result is all that a floating-point operation comes to.</summary>
    public static MethodInfo IsPlain(MicroCode code) => OfFloat("IsPlain", code);

    /// <summary>Whether besides nothing was rounded off.</summary>
    public static MethodInfo IsExact(MicroCode code) => OfFloat("IsExact", code);

    /// <summary>Whether nothing was rounded off, so that it is the result however the machine rounds; may say no to some.</summary>
    public static MethodInfo IsSurelyExact(MicroCode code) => OfFloat("IsSurelyExact", code);

    /// <summary>An operation without an instruction of the intermediate language.</summary>
    public static MethodInfo Of(MicroCode code) => typeof(HostOperations).GetMethod(code.ToString(), BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        ?? throw new InvalidOperationException($"{code} has no host operation");

    public static ulong ByteSwap16(ulong x) => BinaryPrimitives.ReverseEndianness((ushort)x);

    public static ulong ByteSwap32(ulong x) => BinaryPrimitives.ReverseEndianness((uint)x);

    public static ulong ByteSwap64(ulong x) => BinaryPrimitives.ReverseEndianness(x);

    public static ulong LeadingZeros(ulong x) => (ulong)BitOperations.LeadingZeroCount(x);

    public static ulong TrailingZeros(ulong x) => (ulong)BitOperations.TrailingZeroCount(x);

    public static ulong PopulationCount(ulong x) => (ulong)BitOperations.PopCount(x);

    public static ulong Rotl(ulong x, ulong y) => BitOperations.RotateLeft(x, (int)y);

    public static ulong Rotl32(ulong x, ulong y) => BitOperations.RotateLeft((uint)x, (int)y);

    public static ulong MulHighU(ulong x, ulong y) => Math.BigMul(x, y, out _);

    public static ulong MulHighS(ulong x, ulong y) => (ulong)Math.BigMul((long)x, (long)y, out _);

    private static MethodInfo OfFloat(string question, MicroCode code) => typeof(HostArithmetic).GetMethod(question + code switch
    {
        MicroCode.FloatAdd64 or MicroCode.FloatSub64 => "Sum",
        MicroCode.FloatMul64 => "Product",
        _ => "Quotient",
    })!;
}
