using BenchmarkDotNet.Attributes;
using Emulator.Core.Execution.FloatingPoint;

namespace Emulator.Bench;

/// <summary>One floating-point operation: the host's, or the soft way that directed rounding takes; x87's; binary128's.</summary>
public class FloatBenchmarks
{
    private const int Operations = 4096;
    private readonly ulong[] _a = new ulong[Operations], _b = new ulong[Operations];
    private readonly Extended80Bits[] _x = new Extended80Bits[Operations], _y = new Extended80Bits[Operations];
    private readonly UInt128[] _q = new UInt128[Operations], _r = new UInt128[Operations];

    [GlobalSetup]
    public void Draw()
    {
        Random random = new(5);
        FloatStatus status = default;
        for (int i = 0; i < Operations; i++)
        {
            (_a[i], _b[i]) = (BitConverter.DoubleToUInt64Bits(random.NextDouble() * 1000 - 500), BitConverter.DoubleToUInt64Bits(random.NextDouble() * 1000 - 500));
            (_x[i], _y[i]) = (Binary64.ToExtended80(_a[i], ref status), Binary64.ToExtended80(_b[i], ref status));
            _x[i] = _x[i] with { Significand = _x[i].Significand | (uint)random.Next(2048) };
            (_q[i], _r[i]) = (Binary64.ToBinary128(_a[i], ref status) | (UInt128)(ulong)random.NextInt64(), Binary64.ToBinary128(_b[i], ref status));
        }
    }

    [Benchmark(OperationsPerInvoke = Operations, Baseline = true)]
    public ulong Host_alone()
    {
        ulong all = 0;
        for (int i = 0; i < Operations; i++)
            all ^= BitConverter.DoubleToUInt64Bits(BitConverter.UInt64BitsToDouble(_a[i]) + BitConverter.UInt64BitsToDouble(_b[i]));
        return all;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Add() => Each(&Binary64.Add, default, keep: false);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Add_known_to_be_inexact() => Each(&Binary64.Add, default, keep: true);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Multiply() => Each(&Binary64.Multiply, default, keep: false);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Divide() => Each(&Binary64.Divide, default, keep: false);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Add_softly() => Each(&Binary64.Add, FloatRounding.TowardZero, keep: true);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Multiply_softly() => Each(&Binary64.Multiply, FloatRounding.TowardZero, keep: true);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Divide_softly() => Each(&Binary64.Divide, FloatRounding.TowardZero, keep: true);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Add_x87() => Each(&Extended80.Add);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Multiply_x87() => Each(&Extended80.Multiply);

    [Benchmark(OperationsPerInvoke = Operations)]
    public unsafe ulong Divide_x87() => Each(&Extended80.Divide);

    [Benchmark(OperationsPerInvoke = Operations)]
    public ulong Sine_x87()
    {
        FloatStatus status = default;
        ulong all = 0;
        foreach (Extended80Bits x in _x)
            all ^= X87Functions.Sine(x, out _, ref status).Significand;
        return all;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public ulong Multiply_binary128()
    {
        FloatStatus status = default;
        UInt128 all = 0;
        for (int i = 0; i < Operations; i++)
            all ^= Binary128.Multiply(_q[i], _r[i], ref status);
        return (ulong)all;
    }

    private unsafe ulong Each(delegate*<ulong, ulong, ref FloatStatus, ulong> operation, FloatRounding rounding, bool keep)
    {
        FloatStatus status = new() { Rounding = rounding, Flags = FloatFlags.Inexact };
        ulong all = 0;
        for (int i = 0; i < Operations; i++)
        {
            if (!keep)
                status.Flags = FloatFlags.None;
            all ^= operation(_a[i], _b[i], ref status);
        }
        return all;
    }

    private unsafe ulong Each(delegate*<Extended80Bits, Extended80Bits, ref FloatStatus, Extended80Bits> operation)
    {
        FloatStatus status = default;
        ulong all = 0;
        for (int i = 0; i < Operations; i++)
            all ^= operation(_x[i], _y[i], ref status).Significand;
        return all;
    }
}
