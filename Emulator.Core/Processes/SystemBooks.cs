using Emulator.Core.Execution;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Processes;

/// <summary>What has happened to programs in a run, by kind and cause.</summary>
public sealed class SystemBooks
{
    private const int Kinds = 16, Accesses = 4, Outcomes = 8;      // room for more than there are

    private readonly long[] _faults = new long[Kinds * Accesses * Outcomes];    // by kind, access and outcome
    private readonly SortedDictionary<string, FlushCounts> _flushes = new(StringComparer.Ordinal);
    private readonly long[] _traps = new long[64];      // by kind

    internal SystemBooks()
    {
    }

    /// <summary>Page faults, by kind.</summary>
    public IEnumerable<FaultCount> Faults
    {
        get
        {
            for (int row = 0; row < _faults.Length; row++)
            {
                if (_faults[row] != 0)
                    yield return new FaultCount((FaultKind)(row / Outcomes / Accesses), (AccessKind)(row / Outcomes % Accesses), (FaultOutcome)(row % Outcomes), _faults[row]);
            }
        }
    }

    /// <summary>Traps that are neither system calls nor page faults, by kind.</summary>
    public IEnumerable<KeyValuePair<CpuStopKind, long>> Traps
    {
        get
        {
            for (int kind = 0; kind < _traps.Length; kind++)
            {
                if (_traps[kind] != 0)
                    yield return KeyValuePair.Create((CpuStopKind)kind, _traps[kind]);
            }
        }
    }

    /// <summary>Flushes of address spaces in use, by what the kernel did; those of an execve that builds a new one are in its ledger.</summary>
    public IEnumerable<FlushCause> Flushes => _flushes.Select(row => new FlushCause(row.Key, row.Value));

    internal void Count(in PageFault fault, FaultOutcome outcome)
    {
        // A kind that has no row is outside the array; an access or an outcome that has none would be another's.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)fault.Access, Accesses);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)outcome, Outcomes);
        _faults[((int)fault.Kind * Accesses + (int)fault.Access) * Outcomes + (int)outcome]++;
    }

    internal void Count(CpuStopKind trap) => _traps[(int)trap]++;

    internal void Count(string cause, FlushKind kind) => _flushes[cause] = _flushes.GetValueOrDefault(cause).Plus(kind);
}
