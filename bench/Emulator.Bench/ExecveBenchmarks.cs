using BenchmarkDotNet.Attributes;

namespace Emulator.Bench;

/// <summary>One execve, from the new address space to its last table freed; 2 MiB in strings of 128 bytes. Allocations are the host's.</summary>
[MemoryDiagnoser]
public class ExecveBenchmarks
{
    private Execs _execs = null!;

    /// <summary>What is executed where.</summary>
    [ParamsSource(nameof(Targets))]
    public ExecTarget Target { get; set; } = ExecTarget.All[0];

    /// <summary>All targets.</summary>
    public static IEnumerable<ExecTarget> Targets => ExecTarget.All;

    /// <summary>Where arguments wait.</summary>
    [Params("in-place", "staged")]
    public string Way { get; set; } = "staged";

    [GlobalSetup]
    public void Build() => _execs = new Execs(Target, Way, 2 << 20, 128, events: false);

    [GlobalCleanup]
    public void Drop() => _execs.Dispose();

    [Benchmark]
    public void Execve() => _execs.Run();
}
