using System.Collections.Immutable;
using Emulator.Core.Kernel;

namespace Emulator.Core.Exec;

/// <summary>What an execve did to others, and others to it, when memory ran out.</summary>
public sealed record PressureBooks
{
    /// <summary>Pages of the execve that were written to swap.</summary>
    public long SwappedOut { get; init; }

    /// <summary>Pages of other tasks that were written to swap.</summary>
    public long OthersSwappedOut { get; init; }

    /// <summary>Pages that were read from swap, each in a fault that has to wait.</summary>
    public long SwappedIn { get; init; }

    /// <summary>What the OOM killer did, in order.</summary>
    public ImmutableArray<OomKill> Kills { get; init; } = [];

    /// <summary>Migration entries that were left behind.</summary>
    public int EntriesLeftBehind { get; init; }
}
