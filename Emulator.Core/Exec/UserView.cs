using System.Collections.Immutable;

namespace Emulator.Core.Exec;

/// <summary>What a program can see at its first instruction: the same whichever way its arguments came.</summary>
public sealed record UserView
{
    /// <summary>The stack pointer register.</summary>
    public required ulong StackPointer { get; init; }

    /// <summary>The program counter.</summary>
    public required ulong ProgramCounter { get; init; }

    /// <summary>argc.</summary>
    public required int ArgumentCount { get; init; }

    /// <summary>Address of the argv array.</summary>
    public required ulong Argv { get; init; }

    /// <summary>Address of the envp array.</summary>
    public required ulong Envp { get; init; }

    /// <summary>Address of the auxiliary vector.</summary>
    public required ulong AuxvAt { get; init; }

    /// <summary>First argv pointer; 0 when there is none.</summary>
    public required ulong Argv0 { get; init; }

    /// <summary>The auxiliary vector, AT_NULL included.</summary>
    public required ImmutableArray<AuxEntry> Auxv { get; init; }

    /// <summary>Mappings, as /proc/PID/maps prints them.</summary>
    public required ImmutableArray<string> Maps { get; init; }

    /// <summary>
    /// SHA-256 of the bytes from the lowest word of the start stack to its top, read through the MMU; lower-case hex. A page that
    /// is not there yet counts as zeros.
    /// </summary>
    public required string StackSha256 { get; init; }

    /// <summary>SHA-256 of every page that is there, with its address, read through the MMU; lower-case hex.</summary>
    public required string MemorySha256 { get; init; }

    /// <summary>User pages that are there.</summary>
    public required long PresentPages { get; init; }
}
