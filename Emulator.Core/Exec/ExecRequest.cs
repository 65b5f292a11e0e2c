using System.Collections.Immutable;
using Emulator.Core.Kernel;

namespace Emulator.Core.Exec;

/// <summary>What a caller of execve hands in, and the circumstances that the kernel looks at.</summary>
public sealed record ExecRequest
{
    /// <summary>The program, opened.</summary>
    public required GuestFile Program { get; init; }

    /// <summary>Path as the kernel was given it: AT_EXECFN, and what a script's interpreter is told.</summary>
    public required string FileName { get; init; }

    /// <summary>Argument strings without their NULs; a null string is a bad pointer.</summary>
    public required IReadOnlyList<byte[]?> Arguments { get; init; }

    /// <summary>Environment strings without their NULs; a null string is a bad pointer.</summary>
    public IReadOnlyList<byte[]?> Environment { get; init; } = [];

    /// <summary>Where interpreters are found.</summary>
    public required IFileSource Files { get; init; }

    /// <summary>ABI of the task that calls, if it is not the native one.</summary>
    public string? CallerAbi { get; init; }

    /// <summary>Personality of the caller.</summary>
    public Personality Personality { get; init; }

    /// <summary>RLIMIT_STACK in bytes; <see cref="ulong.MaxValue"/> for unlimited.</summary>
    public ulong StackLimitBytes { get; init; } = 8UL << 20;

    /// <summary>Turns randomisation on, reproducibly; null for off.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Exact draw of the stack's randomisation in pages, before the mask; null to draw from the seed.</summary>
    public ulong? StackRandomPages { get; init; }

    /// <summary>What other processors do meanwhile, for a machine with a <see cref="MemoryPressure"/>; ignored without one.</summary>
    public ImmutableArray<Intervention> Interventions { get; init; } = [];

    /// <summary>Whether the cap on argument bytes of later eras is lifted (a what-if; the quarter of the stack limit stays).</summary>
    public bool LiftArgumentCap { get; init; }

    /// <summary>Is called when nothing leads back to the old program any more: its memory may go. Null where there is no old program.</summary>
    public Action? PassedPointOfNoReturn { get; init; }
}
