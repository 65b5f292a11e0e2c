using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>What came of an <see cref="Intervention"/>.</summary>
/// <param name="Intervention">What was to be done, and when.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record InterventionResult(Intervention Intervention, PageOutcome Outcome)
{
    /// <summary>Index of the page; 0 when there is none.</summary>
    public ulong Index { get; init; }

    /// <summary>First address of the stack's area at that moment; null when there is none.</summary>
    public VirtualAddress? AreaStart { get; init; }

    /// <summary>First address behind it.</summary>
    public VirtualAddress? AreaEnd { get; init; }

    /// <summary>Its page offset.</summary>
    public ulong AreaPageOffset { get; init; }

    /// <summary>Where the reverse map looked; null when nobody looked, or no area covers the page.</summary>
    public VirtualAddress? LookedAt { get; init; }

    /// <summary>Where the page's entry really was, whether it mapped the page or stood for it; null when nowhere.</summary>
    public VirtualAddress? EntryAt { get; init; }

    /// <summary>Pages that went to swap.</summary>
    public int Pages { get; init; }
}
