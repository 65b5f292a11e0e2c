using BenchmarkDotNet.Attributes;

namespace Emulator.Bench;

/// <summary>Mapping and unmapping 64 MiB page by page.</summary>
public class MapBenchmarks
{
    private const int Pages = 64 << 8;
    private Maps _maps = null!;

    /// <summary>Whether pages come in random order.</summary>
    [Params(false, true)]
    public bool Random { get; set; }

    [GlobalSetup]
    public void Build() => _maps = new Maps(Pages, Random);

    [GlobalCleanup]
    public void Drop() => _maps.Dispose();

    [Benchmark(OperationsPerInvoke = Pages, Baseline = true)]
    public void Raw_stores() => _maps.RawStores();

    [Benchmark(OperationsPerInvoke = Pages)]
    public void Map() => _maps.Map();

    [Benchmark(OperationsPerInvoke = Pages)]
    public void Unmap_and_map()
    {
        _maps.Unmap();
        _maps.Map();
    }
}
