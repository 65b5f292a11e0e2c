using System.Collections.Immutable;
using Emulator.Core.Exec;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>Every page table that one execve built, moved and freed: a fold over the events of a run.</summary>
public sealed class TableHistory
{
    private readonly PageTableGeometry _tree;
    private readonly Dictionary<(int Level, ulong Start), TableLife> _byPlace = [];
    private readonly Dictionary<PhysicalAddress, TableLife> _byFrame = [];
    private readonly ImmutableArray<TableLife>.Builder _tables = ImmutableArray.CreateBuilder<TableLife>();
    private readonly ImmutableArray<DepthChange>.Builder _depthChanges = ImmutableArray.CreateBuilder<DepthChange>();
    private ExecStageName _next = ExecStageName.Copied;
    private int _depth;

    private TableHistory(PageTableGeometry tree) => _tree = tree;

    /// <summary>The tables, in the order in which they were built.</summary>
    public ImmutableArray<TableLife> Tables { get; private set; } = [];

    /// <summary>The tables that hang in no other: the top tables. More than one only when a tree lost its top.</summary>
    public IEnumerable<TableLife> Tops => Tables.Where(table => table.Parent is null);

    /// <summary>Changes of depth.</summary>
    public ImmutableArray<DepthChange> DepthChanges { get; private set; } = [];

    /// <summary>Folds the events of one execve that started with an empty address space.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="tree">Shape of the tree.</param>
    public static TableHistory Fold(ReadOnlySpan<TraceEvent> events, PageTableGeometry tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        TableHistory history = new(tree);
        foreach (ref readonly TraceEvent happened in events)
            history.Take(happened);
        history.Tables = history._tables.ToImmutable();
        history.DepthChanges = history._depthChanges.ToImmutable();
        return history;
    }

    private void Take(in TraceEvent happened)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.StageReached:
                _next = (ExecStageName)Math.Min((int)happened.Detail + 1, (int)ExecStageName.Start);
                break;
            case TraceEventKind.TableBuilt:
                Build(happened);
                break;
            case TraceEventKind.TableFreed:
                if (_byFrame.Remove(happened.At, out TableLife? freed))
                {
                    freed.Free(_next);
                    _byPlace.Remove((freed.Level, freed.Start.Value));
                }
                break;
            case TraceEventKind.TableMoved:
                Rehang(happened);
                break;
            case TraceEventKind.RootGrown:
                ChangeDepth(happened.Level + 1);
                if (Top(_depth - 1) is { } top && Top(_depth - 2) is { } below)
                    below.Hang(top);
                break;
            case TraceEventKind.RootShrunk:
                ChangeDepth(happened.Level + 1);
                break;
            case TraceEventKind.FrameFilled:
                Leaf(happened.Address)?.Fill(_tree[0].IndexOf(happened.Address), _tree[0].Entries);
                break;
            case TraceEventKind.EntryMoved:
                VirtualAddress from = new(happened.Detail);
                Leaf(from)?.MoveOut(_tree[0].IndexOf(from));
                Leaf(happened.Address)?.MoveIn(_tree[0].IndexOf(happened.Address), _tree[0].Entries);
                break;
        }
    }

    private void Build(in TraceEvent happened)
    {
        if (_depth == 0)
            _depth = happened.Level + 1;        // the first table is the top of a new address space
        int depth = Math.Max(_depth, happened.Level + 1);
        TableLife table = new(happened.Level, depth, happened.Address, happened.At, _next);
        _tables.Add(table);
        _byFrame[table.At] = table;
        _byPlace[(table.Level, table.Start.Value)] = table;
        if (table.Level + 1 < _depth && Place(table.Level + 1, table.Start) is { } parent)
            table.Hang(parent);
    }

    private void Rehang(in TraceEvent happened)
    {
        if (!_byFrame.TryGetValue(happened.At, out TableLife? table))
            return;
        Forget(table);
        table.Move(new VirtualAddress(happened.Detail), happened.Address);
        Remember(table);
        if (Place(table.Level + 1, table.Start) is { } parent)
            table.Hang(parent);
    }

    private void Forget(TableLife table)
    {
        if (table.Freed is null)
            _byPlace.Remove((table.Level, table.Start.Value));
        foreach (TableLife child in table.Children)
            Forget(child);
    }

    private void Remember(TableLife table)
    {
        if (table.Freed is null)
            _byPlace[(table.Level, table.Start.Value)] = table;
        foreach (TableLife child in table.Children)
            Remember(child);
    }

    private void ChangeDepth(int depth)
    {
        if (depth == _depth)
            return;
        if (_depthChanges.Count > 0 && _depthChanges[^1] is var last && last.Stage == _next && last.To == _depth)
            _depthChanges[^1] = last with { To = depth };
        else
            _depthChanges.Add(new DepthChange(_next, _depth, depth));
        _depth = depth;
    }

    private TableLife? Leaf(VirtualAddress va) => Place(0, va);

    private TableLife? Top(int level) => Place(level, default);

    private TableLife? Place(int level, VirtualAddress va) =>
        _byPlace.GetValueOrDefault((level, _tree[level].TableStart(va).Value));
}
