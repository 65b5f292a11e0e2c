using BenchmarkDotNet.Attributes;

namespace Emulator.Bench;

/// <summary>Accesses that hit the translation cache, and the same without an MMU.</summary>
public class AccessBenchmarks
{
    private Hits _hits = null!;

    [GlobalSetup]
    public void Build() => _hits = new Hits();

    [GlobalCleanup]
    public void Drop() => _hits.Dispose();

    [Benchmark(OperationsPerInvoke = Hits.Accesses, Baseline = true)]
    public ulong Raw_load() => _hits.RawLoadRandom();

    [Benchmark(OperationsPerInvoke = Hits.Accesses)]
    public ulong Load() => _hits.LoadRandom();

    [Benchmark(OperationsPerInvoke = Hits.Accesses)]
    public ulong Raw_load_in_sequence() => _hits.RawLoadSequential();

    [Benchmark(OperationsPerInvoke = Hits.Accesses)]
    public ulong Load_in_sequence() => _hits.LoadSequential();

    [Benchmark(OperationsPerInvoke = Hits.Accesses)]
    public void Raw_store() => _hits.RawStoreRandom();

    [Benchmark(OperationsPerInvoke = Hits.Accesses)]
    public void Store() => _hits.StoreRandom();
}
