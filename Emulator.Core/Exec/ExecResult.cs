using System.Collections.Immutable;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Paging;

namespace Emulator.Core.Exec;

/// <summary>What one execve did and cost.</summary>
public sealed record ExecResult
{
    /// <summary>Name of the way.</summary>
    public required string Way { get; init; }

    /// <summary>The error returned; None when the program starts, or when nothing could be returned any more.</summary>
    public Errno Error { get; init; }

    /// <summary>The bug that stopped the kernel; null when there was none.</summary>
    public KernelBug? Bug { get; init; }

    /// <summary>The signal that kills the task when the failure came after the point of no return.</summary>
    public Signal Killed { get; init; }

    /// <summary>Where and why it failed, in words, for people; null on success.</summary>
    public string? Reason { get; init; }

    /// <summary>The stages reached.</summary>
    public ImmutableArray<ExecStage> Stages { get; init; } = [];

    /// <summary>Bytes that the stack moved down.</summary>
    public ulong ShiftBytes { get; init; }

    /// <summary>Entries and tables moved.</summary>
    public MoveCounts Moves { get; init; }

    /// <summary>Range flushes after protection changes, which <see cref="Flushes"/> leaves out.</summary>
    public long ProtectionFlushes { get; init; }

    /// <summary>Flushes called for by moves and by freed tables.</summary>
    public FlushCounts Flushes { get; init; }

    /// <summary>Entries rewritten by protection changes.</summary>
    public long ProtectedEntries { get; init; }

    /// <summary>Largest memory of tables between bprm_mm_init and start, in bytes.</summary>
    public ulong PeakTableBytes { get; init; }

    /// <summary>Memory of tables at the end, in bytes.</summary>
    public ulong FinalTableBytes { get; init; }

    /// <summary>Chunk pages of pointers of the staged way.</summary>
    public long StagingPages { get; init; }

    /// <summary>Argument pages filled.</summary>
    public long ArgumentPages { get; init; }

    /// <summary>argc as the program gets it.</summary>
    public int ArgumentCount { get; init; }

    /// <summary>STACK_TOP_MAX that was used.</summary>
    public ulong StackTopMax { get; init; }

    /// <summary>STACK_TOP of the program's ABI; 0 when it never became known.</summary>
    public ulong StackTop { get; init; }

    /// <summary>Swap and the OOM killer; null on a machine without a <see cref="MemoryPressure"/>.</summary>
    public PressureBooks? Pressure { get; init; }

    /// <summary>What came of the request's interventions.</summary>
    public ImmutableArray<InterventionResult> Interventions { get; init; } = [];

    /// <summary>The userland; null when it never became known.</summary>
    public UserAbi? Abi { get; init; }

    /// <summary>Headers of the program that was loaded (a script's interpreter, if it was one); null when it never was read.</summary>
    public ElfImage? Image { get; init; }

    /// <summary>What the program sees; null on failure, filled in by the machine.</summary>
    public UserView? User { get; init; }

    /// <summary>Where the program starts; null on failure.</summary>
    public StartState? Started { get; init; }

    /// <summary>Whether the program starts.</summary>
    public bool Succeeded => Error == Errno.None && Bug is null;

    /// <summary>How it ended in one word: "ok", the errno's name, or "BUG".</summary>
    public string Outcome => Succeeded ? "ok" : Bug is null ? Error.ToString() : "BUG";
}
