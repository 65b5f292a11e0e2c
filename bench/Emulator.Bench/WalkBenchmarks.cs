using BenchmarkDotNet.Attributes;
using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>Warm walks over 64 MiB, entries marked as used.</summary>
public class WalkBenchmarks
{
    private const int Pages = 64 << 8;
    private IWalks _walks = null!;

    /// <summary>Format and depth.</summary>
    [ParamsSource(nameof(Shapes))]
    public WalkShape Shape { get; set; } = WalkShape.FourLevel;

    /// <summary>All shapes.</summary>
    public static IEnumerable<WalkShape> Shapes => WalkShape.All;

    [GlobalSetup]
    public void Build() => _walks = Shape.Make(Pages, 4096, true);

    [GlobalCleanup]
    public void Drop() => _walks.Dispose();

    [Benchmark(OperationsPerInvoke = Pages, Baseline = true)]
    public ulong Loads_only() => _walks.Unchecked();

    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Plain() => _walks.Plain(AccessKind.Read);

    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Exact() => _walks.Exact(AccessKind.Read);

    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Miss_and_refill() => _walks.Miss(AccessKind.Read);
}
