namespace Emulator.Core.Paging;

/// <summary>A failed translation in the words of the machine's manual.</summary>
/// <param name="Name">The manual's name: "#PF", "segment-translation exception".</param>
/// <param name="Vector">Exception vector (amd64) or program-interruption code (s390).</param>
/// <param name="Code">Error code (amd64) or translation-exception identification (s390); 0 where the machine gives none.</param>
public readonly record struct HardwareFault(string Name, int Vector, ulong Code);
