namespace Emulator.Core.Paging;

/// <summary>Why a translation failed.</summary>
public enum FaultKind : byte
{
    /// <summary>The address is not one that the tree can translate at all: not canonical, or above the top table's reach.</summary>
    OutOfReach,

    /// <summary>The entry maps nothing.</summary>
    Absent,

    /// <summary>The entry breaks a rule of its format.</summary>
    Malformed,

    /// <summary>The page is mapped, but this access is not allowed.</summary>
    Protection,

    /// <summary>An entry lies outside physical memory.</summary>
    OutsideStorage,
}
