using Emulator.Core.Execution;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Processes;

/// <summary>What has happened to programs in a run, by kind and cause.</summary>
public sealed class SystemBooks
{
    private readonly SortedDictionary<(FaultKind, AccessKind, FaultOutcome), long> _faults = [];
    private readonly SortedDictionary<string, FlushCounts> _flushes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<CpuStopKind, long> _traps = [];

    internal SystemBooks()
    {
    }

    /// <summary>Page faults, by kind.</summary>
    public IEnumerable<FaultCount> Faults => _faults.Select(row => new FaultCount(row.Key.Item1, row.Key.Item2, row.Key.Item3, row.Value));

    /// <summary>Traps that are neither system calls nor page faults, by kind.</summary>
    public IEnumerable<KeyValuePair<CpuStopKind, long>> Traps => _traps;

    /// <summary>Flushes of address spaces in use, by what the kernel did; those of an execve that builds a new one are in its ledger.</summary>
    public IEnumerable<FlushCause> Flushes => _flushes.Select(row => new FlushCause(row.Key, row.Value));

    internal void Count(in PageFault fault, FaultOutcome outcome) =>
        _faults[(fault.Kind, fault.Access, outcome)] = _faults.GetValueOrDefault((fault.Kind, fault.Access, outcome)) + 1;

    internal void Count(CpuStopKind trap) => _traps[trap] = _traps.GetValueOrDefault(trap) + 1;

    internal void Count(string cause, FlushKind kind) => _flushes[cause] = _flushes.GetValueOrDefault(cause).Plus(kind);
}
