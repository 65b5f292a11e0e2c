using Emulator.Core.Exec;

namespace Emulator.Cli.Rendering;

/// <summary>A table at one place of a drawn tree. A table that is re-hung whole has a seat at both places.</summary>
internal sealed class Seat
{
    /// <summary>Number of the table.</summary>
    public required int Table { get; init; }

    /// <summary>Level, from the leaf (0).</summary>
    public required int Level { get; init; }

    /// <summary>Levels of the tree when the seat was taken.</summary>
    public required int Depth { get; init; }

    /// <summary>Lowest address that the table covers here.</summary>
    public required ulong Start { get; init; }

    /// <summary>Where the table lies in physical memory.</summary>
    public required ulong At { get; init; }

    /// <summary>First moment at which it is here.</summary>
    public required int From { get; init; }

    /// <summary>The stage that was reached next after the table was built.</summary>
    public required ExecStageName Built { get; init; }

    /// <summary>Whether it came here from another place.</summary>
    public bool CameWhole { get; init; }

    /// <summary>Last moment at which it is here.</summary>
    public int To { get; set; } = int.MaxValue;

    /// <summary>Whether it left for another place; else, when it ended, it was freed.</summary>
    public bool LeftWhole { get; set; }

    /// <summary>The seat of the table that it hangs in; null for the top.</summary>
    public Seat? Parent { get; set; }

    /// <summary>Seats below, in ascending order of address.</summary>
    public List<Seat> Below { get; } = [];

    /// <summary>Entries that are there at the end, and whether each was moved in.</summary>
    public SortedDictionary<int, bool> Entries { get; } = [];

    /// <summary>Entries that were there once.</summary>
    public SortedSet<int> Gone { get; } = [];

    /// <summary>Leaf entries moved in and out.</summary>
    public long MovedIn { get; set; }

    /// <summary>Leaf entries moved out.</summary>
    public long MovedOut { get; set; }

    /// <summary>Whether the table is here at a moment.</summary>
    public bool IsTaken(int moment) => From <= moment && moment <= To;
}
