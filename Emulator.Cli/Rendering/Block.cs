namespace Emulator.Cli.Rendering;

/// <summary>A box of a drawn tree: one seat, or several side by side that fared alike.</summary>
internal sealed class Block
{
    /// <summary>Its number in its way's picture.</summary>
    public required int Number { get; init; }

    /// <summary>The seats, in ascending order of address.</summary>
    public required IReadOnlyList<Seat> Seats { get; init; }

    /// <summary>The box above; null for the top.</summary>
    public required Block? Parent { get; init; }

    /// <summary>The first seat.</summary>
    public Seat First => Seats[0];

    /// <summary>Left edge.</summary>
    public double X { get; set; }

    /// <summary>Upper edge.</summary>
    public double Y { get; set; }
}
