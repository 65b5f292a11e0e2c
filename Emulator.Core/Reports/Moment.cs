using Emulator.Core.Exec;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>
/// The machine at one moment of a <see cref="History"/>: tables, entries, stage and ledger. It steps forwards by the events
/// alone and backwards by what it noted on the way; one step back is the exact inverse of one step forward.
/// </summary>
public sealed class Moment
{
    private readonly History _history;
    private readonly PageTableGeometry _tree;
    private readonly List<HistoryTable> _tables = [];
    private readonly Dictionary<(int Level, ulong Start), HistoryTable> _byPlace = [];
    private readonly Dictionary<PhysicalAddress, HistoryTable> _byFrame = [];
    private readonly Stack<Note> _notes = [];
    private readonly long[] _allocated = new long[5], _freed = new long[5], _live;
    private MoveCounts _moves;
    private FlushCounts _flushes;
    private long _protectionFlushes, _protectedEntries, _faults, _anonymousPages, _waitingPages, _stagingPages;
    private ulong _tableBytes, _peakTableBytes;

    internal Moment(History history)
    {
        _history = history;
        _tree = history.Tree;
        _live = new long[_tree.MaxDepth];
    }

    /// <summary>Steps done so far.</summary>
    public int Position => _notes.Count;

    /// <summary>Levels of the tree; 0 before there is one.</summary>
    public int Depth { get; private set; }

    /// <summary>The top table; null before there is one.</summary>
    public HistoryTable? Top { get; private set; }

    /// <summary>All tables built so far, freed ones included, by their numbers.</summary>
    public IReadOnlyList<HistoryTable> Tables => _tables;

    /// <summary>The stage reached last; null before the first.</summary>
    public ExecStageName? Reached { get; private set; }

    /// <summary>The stage that is reached next: what execve is busy with.</summary>
    public ExecStageName Next => Reached is { } reached ? History.StageAfter(reached) : ExecStageName.Copied;

    /// <summary>Whether execve has failed and gives everything back.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The counters.</summary>
    public HistoryLedger Ledger => new()
    {
        Allocated = Counts(_allocated),
        Freed = Counts(_freed),
        Moves = _moves,
        Flushes = _flushes,
        ProtectionFlushes = _protectionFlushes,
        ProtectedEntries = _protectedEntries,
        Faults = _faults,
        AnonymousPages = _anonymousPages,
        WaitingPages = _waitingPages,
        StagingPages = _stagingPages,
        TableBytes = _tableBytes,
        PeakTableBytes = _peakTableBytes,
        PgtablesBytes = PgtablesBytes(),
        Depth = Depth,
    };

    /// <summary>What became of a table, as far as it is known at this moment.</summary>
    public TableFate FateOf(HistoryTable table)
    {
        if (!table.IsLive)
            return TableFate.Freed;
        if (table.MovedFrom is not null)
            return TableFate.Moved;
        bool placed = Reached >= ExecStageName.SetupOut;
        return table.Built == ExecStageName.Copied && table.Number > 0 && !placed ? TableFate.BuiltHigh : TableFate.Kept;
    }

    /// <summary>The live table of a level that covers an address; null when there is none.</summary>
    public HistoryTable? Find(int level, VirtualAddress va) =>
        level == Depth - 1 ? Top : _byPlace.GetValueOrDefault((level, _tree[level].TableStart(va).Value));

    /// <summary>One step forwards.</summary>
    /// <returns>False at the end.</returns>
    public bool TryForward()
    {
        if (Position == _history.Count)
            return false;
        ref readonly TraceEvent happened = ref _history[Position];
        _notes.Push(Apply(happened));
        return true;
    }

    /// <summary>One step backwards.</summary>
    /// <returns>False at the beginning.</returns>
    public bool TryBack()
    {
        if (Position == 0)
            return false;
        Note note = _notes.Pop();
        Revert(_history[Position], note);
        return true;
    }

    /// <summary>Steps to a moment, either way.</summary>
    public void MoveTo(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _history.Count);
        while (Position < position)
            TryForward();
        while (Position > position)
            TryBack();
    }

    private Note Apply(in TraceEvent happened)
    {
        Note note = new() { Peak = _peakTableBytes, Depth = Depth, Reached = Reached };
        Count(happened, 1);
        switch (happened.Kind)
        {
            case TraceEventKind.StageReached:
                note.Number = (ulong)_anonymousPages;
                _anonymousPages = (long)happened.Before;
                Reached = (ExecStageName)happened.Detail;
                break;
            case TraceEventKind.Failed:
                HasFailed = true;
                break;
            case TraceEventKind.TableBuilt:
                Build(happened);
                break;
            case TraceEventKind.TableFreed:
                note.Table = _byFrame[happened.At];
                note.Parent = note.Table.Parent;
                Free(note.Table);
                break;
            case TraceEventKind.TableMoved:
                note.Table = _byFrame[happened.At];
                note.Parent = note.Table.Parent;
                note.MovedFrom = note.Table.MovedFrom;
                Rehang(note.Table, new VirtualAddress(happened.Detail), happened.Address, Find(happened.Level + 1, happened.Address));
                note.Table.MovedFrom ??= new VirtualAddress(happened.Detail);
                break;
            case TraceEventKind.RootGrown:
                note.Table = Top!;
                note.Parent = note.Table.HungIn;
                Top = _byFrame[happened.At];
                Depth = happened.Level + 1;
                note.Table.Hang(Top);
                break;
            case TraceEventKind.RootShrunk:
                note.Table = Top;
                Top = _byFrame[happened.At];
                Depth = happened.Level + 1;
                note.Parent = Top.Parent;
                Top.Hang(null);
                break;
            case TraceEventKind.EntryWritten:
                Write(happened, ref note);
                break;
            case TraceEventKind.EntryMoved:
                VirtualAddress from = new(happened.Detail);
                (HistoryTable old, HistoryTable fresh) = (Find(0, from)!, Find(0, happened.Address)!);
                note.From = old.Put(_tree[0].IndexOf(from), null);
                note.To = fresh.Put(_tree[0].IndexOf(happened.Address), new HistoryEntry(happened.After, from));
                old.EntriesMovedOut++;
                fresh.EntriesMovedIn++;
                break;
        }
        return note;
    }

    private void Revert(in TraceEvent happened, in Note note)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.StageReached:
                _anonymousPages = (long)note.Number;
                break;
            case TraceEventKind.Failed:
                HasFailed = false;
                break;
            case TraceEventKind.TableBuilt:
                HistoryTable built = _tables[^1];
                Forget(built);
                built.Hang(null);
                _tables.RemoveAt(_tables.Count - 1);
                if (Top == built)
                    Top = null;
                break;
            case TraceEventKind.TableFreed:
                HistoryTable freed = note.Table!;
                freed.Freed = null;
                Remember(freed);
                freed.Hang(note.Parent);
                break;
            case TraceEventKind.TableMoved:
                Rehang(note.Table!, happened.Address, new VirtualAddress(happened.Detail), note.Parent);
                note.Table!.MovedFrom = note.MovedFrom;
                break;
            case TraceEventKind.RootGrown:
                Top = note.Table!;
                Top.Hang(null);
                Top.HungIn = note.Parent;
                break;
            case TraceEventKind.RootShrunk:
                Top!.Hang(note.Parent);
                Top = note.Table;
                break;
            case TraceEventKind.EntryWritten:
                note.Table?.Put(_tree[happened.Level].IndexOf(happened.Address), note.From);
                break;
            case TraceEventKind.EntryMoved:
                VirtualAddress from = new(happened.Detail);
                (HistoryTable old, HistoryTable fresh) = (Find(0, from)!, Find(0, happened.Address)!);
                fresh.Put(_tree[0].IndexOf(happened.Address), note.To);
                old.Put(_tree[0].IndexOf(from), note.From);
                old.EntriesMovedOut--;
                fresh.EntriesMovedIn--;
                break;
        }
        Count(happened, -1);
        (_peakTableBytes, Depth, Reached) = (note.Peak, note.Depth, note.Reached);
    }

    private void Build(in TraceEvent happened)
    {
        HistoryTable table = new(_tables.Count, happened.Level, Math.Max(Depth, happened.Level + 1), happened.Address, happened.At, Next);
        _tables.Add(table);
        Remember(table);
        if (Top is null)
            Top = table;        // the first table is the top of a new address space
        else if (table.Level + 1 < Depth)
            table.Hang(Find(table.Level + 1, table.Start));
    }

    private void Free(HistoryTable table)
    {
        table.Freed = Next;
        Forget(table);
        table.Hang(null);
    }

    private void Rehang(HistoryTable table, VirtualAddress from, VirtualAddress to, HistoryTable? parent)
    {
        ForgetAll(table);
        table.Shift(to.Value - from.Value);
        RememberAll(table);
        table.Hang(parent);
    }

    private void Write(in TraceEvent happened, ref Note note)
    {
        ref readonly PageTableLevel level = ref _tree[happened.Level];
        if (!_byFrame.TryGetValue(new PhysicalAddress(happened.At.Value - level.OffsetOf(happened.Address)), out HistoryTable? table))
            return;
        int index = level.IndexOf(happened.Address);
        note.Table = table;
        VirtualAddress? movedFrom = table.Entries.TryGetValue(index, out HistoryEntry before) ? before.MovedFrom : null;
        note.From = table.Put(index, happened.After == _history.EntryFormat.Empty(happened.Level) ? null : new HistoryEntry(happened.After, movedFrom));
    }

    /// <summary>Counts an event, or takes it back; tables by the name that they have while the tree is as deep as before the event.</summary>
    private void Count(in TraceEvent happened, int times)
    {
        switch (happened.Kind)
        {
            case TraceEventKind.TableBuilt:
                if (Depth == 0)
                    Depth = happened.Level + 1;
                _allocated[NameOf(happened.Level, Depth)] += times;
                _live[happened.Level] += times;
                _tableBytes += times > 0 ? happened.Detail : 0 - happened.Detail;
                _peakTableBytes = Math.Max(_peakTableBytes, _tableBytes);
                break;
            case TraceEventKind.TableFreed:
                _freed[NameOf(happened.Level, Depth)] += times;
                _live[happened.Level] -= times;
                _tableBytes -= times > 0 ? happened.Detail : 0 - happened.Detail;
                break;
            case TraceEventKind.TableMoved:
                _moves = happened.Level == 0 ? _moves with { Pmd = _moves.Pmd + times } : _moves with { Pud = _moves.Pud + times };
                break;
            case TraceEventKind.EntryMoved:
                _moves = _moves with { Pte = _moves.Pte + times };
                break;
            case TraceEventKind.PieceMoved:
                _moves = _moves with { PieceCalls = _moves.PieceCalls + times };
                break;
            case TraceEventKind.AreaProtected:
                _protectedEntries += times * (long)happened.Detail;
                break;
            case TraceEventKind.Flush when happened.After != 0:
                _protectionFlushes += times;
                break;
            case TraceEventKind.Flush:
                _flushes = _flushes.Plus((FlushKind)happened.Detail, times);
                break;
            case TraceEventKind.Fault:
                _faults += times;
                break;
            case TraceEventKind.PageStaged:
                _waitingPages += times;
                _stagingPages += times * (long)happened.Detail;
                break;
            case TraceEventKind.PageUnstaged:
                _waitingPages -= times;
                break;
        }
    }

    /// <summary>The top of a tree, and what will be its top, are counted as pgd.</summary>
    private static int NameOf(int level, int depth) => level >= depth - 1 ? 4 : level;

    private static TableCounts Counts(long[] byName) => new(byName[4], byName[3], byName[2], byName[1], byName[0]);

    private ulong PgtablesBytes()
    {
        ulong bytes = 0;
        for (int level = 0; level < Math.Min(_history.AccountedLevels, Depth - 1); level++)
            bytes += (ulong)_live[level] * (uint)_tree[level].ProcBytes;
        return bytes;
    }

    private void Remember(HistoryTable table)
    {
        _byFrame[table.At] = table;
        _byPlace[(table.Level, table.Start.Value)] = table;
    }

    private void Forget(HistoryTable table)
    {
        _byFrame.Remove(table.At);
        _byPlace.Remove((table.Level, table.Start.Value));
    }

    private void RememberAll(HistoryTable table)
    {
        Remember(table);
        foreach (HistoryTable child in table.Children)
            RememberAll(child);
    }

    private void ForgetAll(HistoryTable table)
    {
        Forget(table);
        foreach (HistoryTable child in table.Children)
            ForgetAll(child);
    }

    /// <summary>What a step back needs besides the event.</summary>
    private struct Note
    {
        public ulong Peak, Number;
        public int Depth;
        public ExecStageName? Reached;
        public HistoryTable? Table, Parent;
        public VirtualAddress? MovedFrom;
        public HistoryEntry? From, To;
    }
}
