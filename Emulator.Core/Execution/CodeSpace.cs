namespace Emulator.Core.Execution;

/// <summary>What a CPU notes about the code of one address space: kept by whoever keeps the address space.</summary>
public sealed class CodeSpace
{
    internal ulong Epoch { get; set; }

    /// <summary>Virtual pages that code was run from in this epoch.</summary>
    internal HashSet<ulong> Pages { get; } = [];
}
