using Emulator.Core.Memory;
using Emulator.Core.Reports;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Rendering;

/// <summary>All places that tables ever had in one way's tree, and what moved between them: a fold over the steps, for pictures.</summary>
internal sealed class SeatPlan
{
    private readonly History _history;
    private readonly Dictionary<int, Seat> _now = [];
    private readonly List<Seat> _seats = [];

    /// <summary>Folds a history up to the moment whose books the report prints.</summary>
    public SeatPlan(History history)
    {
        _history = history;
        Moment moment = history.At(0);
        while (moment.Position < history.End)
            Take(moment);
        Depth = moment.Depth;
        Ledger = moment.Ledger;
    }

    /// <summary>The seats, in the order in which they were taken.</summary>
    public IReadOnlyList<Seat> Seats => _seats;

    /// <summary>Levels at the end.</summary>
    public int Depth { get; }

    /// <summary>Levels at first.</summary>
    public int FirstDepth => _seats.Count == 0 ? 0 : _seats[0].Depth;

    /// <summary>Most levels at any time.</summary>
    public int Rows => _seats.Count == 0 ? 0 : _seats.Max(seat => seat.Level) + 1;

    /// <summary>The books at the end.</summary>
    public HistoryLedger Ledger { get; }

    /// <summary>Leaf entries moved one by one from one seat to another, by pair of seats.</summary>
    public Dictionary<(Seat From, Seat To), long> Moves { get; } = [];

    /// <summary>Tables re-hung whole.</summary>
    public List<(Seat From, Seat To)> Rehangs { get; } = [];

    /// <summary>Argument pages that waited outside the tree.</summary>
    public long Waited { get; private set; }

    /// <summary>Where they were inserted.</summary>
    public HashSet<Seat> InsertedInto { get; } = [];

    private void Take(Moment moment)
    {
        TraceEvent happened = _history[moment.Position];
        if (happened.Kind == TraceEventKind.EntryMoved)
            Move(moment, happened);
        moment.TryForward();
        int position = moment.Position;
        switch (happened.Kind)
        {
            case TraceEventKind.TableBuilt:
                Sit(moment.Tables[^1], moment.Depth, position, cameWhole: false);
                break;
            case TraceEventKind.TableFreed:
                Seat freed = _now.Values.First(seat => seat.To == int.MaxValue && moment.Tables[seat.Table] is var table && table.At == happened.At && !table.IsLive);
                freed.To = position - 1;
                break;
            case TraceEventKind.TableMoved:
                Reseat(moment.Tables.First(table => table.IsLive && table.At == happened.At), moment.Depth, position);
                break;
            case TraceEventKind.RootGrown:
                Hang(_now[moment.Top!.Children[0].Number], _now[moment.Top.Number]);
                break;
            case TraceEventKind.EntryWritten:
                Write(moment, happened);
                break;
            case TraceEventKind.PageStaged:
                Waited++;
                break;
            case TraceEventKind.PageUnstaged when happened.Address.Value != 0 && moment.Find(0, happened.Address) is { } leaf:
                InsertedInto.Add(_now[leaf.Number]);
                break;
        }
    }

    private Seat Sit(HistoryTable table, int depth, int position, bool cameWhole)
    {
        Seat seat = new()
        {
            Table = table.Number,
            Level = table.Level,
            Depth = Math.Max(depth, table.Level + 1),
            Start = table.Start.Value,
            At = table.At.Value,
            From = position,
            Built = table.Built,
            CameWhole = cameWhole,
        };
        _seats.Add(seat);
        _now[table.Number] = seat;
        if (table.Parent is { } parent)
            Hang(seat, _now[parent.Number]);
        return seat;
    }

    private static void Hang(Seat seat, Seat parent)
    {
        seat.Parent?.Below.Remove(seat);
        seat.Parent = parent;
        int index = parent.Below.FindIndex(other => other.Start > seat.Start);
        parent.Below.Insert(index < 0 ? parent.Below.Count : index, seat);
    }

    private void Reseat(HistoryTable table, int depth, int position)
    {
        Seat old = _now[table.Number];
        old.To = position - 1;
        old.LeftWhole = true;
        Seat seat = Sit(table, depth, position, cameWhole: true);
        foreach ((int index, bool moved) in old.Entries)
            seat.Entries[index] = moved;
        Rehangs.Add((old, seat));
        foreach (HistoryTable child in table.Children)
            Reseat(child, depth, position);
    }

    private void Move(Moment before, in TraceEvent happened)
    {
        VirtualAddress from = new(happened.Detail);
        Seat old = _now[before.Find(0, from)!.Number], fresh = _now[before.Find(0, happened.Address)!.Number];
        int index = _history.Tree[0].IndexOf(from);
        old.Entries.Remove(index);
        old.Gone.Add(index);
        old.MovedOut++;
        fresh.Entries[_history.Tree[0].IndexOf(happened.Address)] = true;
        fresh.MovedIn++;
        Moves[(old, fresh)] = Moves.GetValueOrDefault((old, fresh)) + 1;
    }

    private void Write(Moment after, in TraceEvent happened)
    {
        PhysicalAddress at = new(happened.At.Value - _history.Tree[happened.Level].OffsetOf(happened.Address));
        HistoryTable? table = after.Find(happened.Level, happened.Address) is { } found && found.At == at ? found : after.Tables.LastOrDefault(other => other.IsLive && other.At == at);
        if (table is null)
            return;
        Seat seat = _now[table.Number];
        int index = _history.Tree[happened.Level].IndexOf(happened.Address);
        if (table.Entries.ContainsKey(index))
        {
            seat.Entries.TryAdd(index, false);
        }
        else
        {
            seat.Entries.Remove(index);
            seat.Gone.Add(index);
        }
    }
}
