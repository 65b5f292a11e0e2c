using Emulator.Core.Paging;

namespace Emulator.Core.Processes;

/// <summary>Page faults of one kind.</summary>
/// <param name="Kind">Why the walk failed.</param>
/// <param name="Access">What the access wanted.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Count">How many.</param>
public readonly record struct FaultCount(FaultKind Kind, AccessKind Access, FaultOutcome Outcome, long Count);
