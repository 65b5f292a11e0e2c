using System.Collections.Immutable;

namespace Emulator.Core.Processes;

/// <summary>Page tables of all programs at one moment of a run.</summary>
/// <param name="Instructions">Instructions done by then.</param>
/// <param name="AddressSpaces">Address spaces that there are.</param>
/// <param name="Tables">Tables of each level, from the leaf (0).</param>
/// <param name="TableBytes">Memory that they take, in bytes.</param>
/// <param name="ResidentPages">Pages that are mapped to programs; a page of two programs counts twice.</param>
public sealed record TableSample(long Instructions, int AddressSpaces, ImmutableArray<long> Tables, ulong TableBytes, long ResidentPages);
