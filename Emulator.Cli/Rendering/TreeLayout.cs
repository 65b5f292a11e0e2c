using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Cli.Rendering;

/// <summary>Puts the seats of one way on a plane: the top above, addresses ascending to the right, leaf tables at the bottom.</summary>
internal sealed class TreeLayout
{
    /// <summary>Size of a box, and the room around it.</summary>
    public const double BoxWidth = 156, BoxHeight = 58, ColumnGap = 18, RowHeight = 112;

    private const int LongestRun = 2;

    private readonly PageTableGeometry _tree;
    private readonly int _rows;
    private readonly (VirtualAddress First, VirtualAddress Last) _range;
    private readonly List<Block> _blocks = [];
    private readonly Dictionary<Seat, Block> _places = [];
    private double _nextX;

    /// <summary>Lays out a plan.</summary>
    /// <param name="plan">The seats.</param>
    /// <param name="tree">Shape.</param>
    /// <param name="rows">Levels that the picture has room for.</param>
    /// <param name="range">First and last address that are looked at; what covers none of them is left out.</param>
    public TreeLayout(SeatPlan plan, PageTableGeometry tree, int rows, (VirtualAddress First, VirtualAddress Last) range)
    {
        _range = range;
        _tree = tree;
        _rows = rows;
        foreach (Seat top in plan.Seats.Where(seat => seat.Parent is null && IsInRange(seat)))
            Place([top], null);
        Width = Math.Max(_nextX - ColumnGap, BoxWidth);
    }

    /// <summary>The boxes, each after the one it hangs in.</summary>
    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>Width of all.</summary>
    public double Width { get; }

    /// <summary>Whether a seat is in a box.</summary>
    public bool Shows(Seat seat) => _places.ContainsKey(seat);

    /// <summary>The box of a seat.</summary>
    public Block Of(Seat seat) => _places[seat];

    private Block Place(IReadOnlyList<Seat> seats, Block? parent)
    {
        Block block = new() { Number = _blocks.Count, Seats = seats, Parent = parent, Y = (_rows - 1 - seats[0].Level) * RowHeight };
        _blocks.Add(block);
        foreach (Seat seat in seats)
            _places.Add(seat, block);
        List<Block> below = [];
        if (seats.Count == 1)
        {
            List<Seat> all = [.. seats[0].Below.Where(IsInRange)];
            for (int i = 0; i < all.Count;)
            {
                int end = i + 1;
                while (end < all.Count && AreAlike(all[end - 1], all[end]))
                    end++;
                if (end - i <= LongestRun)
                    end = i + 1;
                below.Add(Place(all[i..end], block));
                i = end;
            }
        }
        if (below.Count > 0)
        {
            block.X = (below[0].X + below[^1].X) / 2;
        }
        else
        {
            block.X = _nextX;
            _nextX += BoxWidth + ColumnGap;
        }
        return block;
    }

    private bool IsInRange(Seat seat) =>
        seat.Start <= _range.Last.Value && (_tree[seat.Level].TableShift >= 64 || seat.Start + ((1UL << _tree[seat.Level].TableShift) - 1) >= _range.First.Value);

    private bool AreAlike(Seat left, Seat right) =>
        left.Level == 0 && right.Level == 0 && left.Built == right.Built && (left.To < int.MaxValue) == (right.To < int.MaxValue) && left.LeftWhole == right.LeftWhole
        && left.CameWhole == right.CameWhole && (left.MovedIn > 0) == (right.MovedIn > 0) && (left.MovedOut > 0) == (right.MovedOut > 0)
        && left.Start + (1UL << _tree[0].TableShift) == right.Start;
}
