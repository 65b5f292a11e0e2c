namespace Emulator.Core.Paging;

/// <summary>Size and organisation of one TLB of a machine.</summary>
/// <param name="Name">As in the manual: "DTB", "L1 DTLB".</param>
/// <param name="Entries">Number of entries.</param>
/// <param name="Ways">Entries in a set; equal to <paramref name="Entries"/> for a fully associative one.</param>
/// <param name="Replacement">Which entry goes when a set is full.</param>
public sealed record TlbShape(string Name, int Entries, int Ways, TlbReplacement Replacement);
