namespace Emulator.Core.Paging;

/// <summary>Which entry of a full set makes room.</summary>
public enum TlbReplacement
{
    /// <summary>The one filled longest ago, in turn.</summary>
    RoundRobin,

    /// <summary>The one used longest ago.</summary>
    LeastRecentlyUsed,

    /// <summary>The first one whose used bit is clear; when all are set, all are cleared first (UltraSPARC).</summary>
    UsedBit,
}
