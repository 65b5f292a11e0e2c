using System.Collections.Immutable;

namespace Emulator.Cli.Sweeps;

/// <summary>One program on one machine: its costs, way by way, at every value of the knob.</summary>
internal sealed record SweepRow
{
    /// <summary>PROGRAM, as a path.</summary>
    public required string Program { get; init; }

    /// <summary>The architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>The userland.</summary>
    public required string Abi { get; init; }

    /// <summary>The kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>The MMU.</summary>
    public required string Mmu { get; init; }

    /// <summary>Page size in bytes.</summary>
    public required int PageBytes { get; init; }

    /// <summary>The ways, in order, each with a point for every value.</summary>
    public required ImmutableArray<(string Way, ImmutableArray<SweepPoint> Points)> Ways { get; init; }

    /// <summary>What the ways could be told apart by, a line each with the value before it; empty as promised.</summary>
    public required ImmutableArray<string> Differences { get; init; }
}
