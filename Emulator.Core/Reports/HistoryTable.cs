using Emulator.Core.Exec;
using Emulator.Core.Memory;

namespace Emulator.Core.Reports;

/// <summary>One page table at one moment of a run.</summary>
public sealed class HistoryTable
{
    private readonly List<HistoryTable> _children = [];
    private readonly SortedDictionary<int, HistoryEntry> _entries = [];

    internal HistoryTable(int number, int level, int depth, VirtualAddress start, PhysicalAddress at, ExecStageName built)
    {
        Number = number;
        Level = level;
        DepthWhenBuilt = depth;
        Start = start;
        At = at;
        Built = built;
    }

    /// <summary>Its place among all tables of the run, in the order in which they were built, from 0.</summary>
    public int Number { get; }

    /// <summary>Level, from the leaf (0).</summary>
    public int Level { get; }

    /// <summary>Levels that the tree had when it was built, or got by it.</summary>
    public int DepthWhenBuilt { get; }

    /// <summary>Lowest address that it covers.</summary>
    public VirtualAddress Start { get; internal set; }

    /// <summary>Where it lies in physical memory.</summary>
    public PhysicalAddress At { get; }

    /// <summary>The stage that was reached next after it was built.</summary>
    public ExecStageName Built { get; }

    /// <summary>The stage that was reached next after it was freed; null while it is there.</summary>
    public ExecStageName? Freed { get; internal set; }

    /// <summary>Whether it is there: false once it was freed.</summary>
    public bool IsLive => Freed is null;

    /// <summary>Where it was before it was re-hung whole; null while it never was.</summary>
    public VirtualAddress? MovedFrom { get; internal set; }

    /// <summary>The table whose entry points to it; null for the top.</summary>
    public HistoryTable? Parent { get; private set; }

    /// <summary>The table that it hangs in, or hung in last: before it was freed, or became the top. Null when it never hung in any.</summary>
    public HistoryTable? HungIn { get; internal set; }

    /// <summary>Live tables that hang in it, in ascending order of address.</summary>
    public IReadOnlyList<HistoryTable> Children => _children;

    /// <summary>Leaf entries moved in from another place so far.</summary>
    public long EntriesMovedIn { get; internal set; }

    /// <summary>Leaf entries moved out to another place so far.</summary>
    public long EntriesMovedOut { get; internal set; }

    /// <summary>Its entries that are not empty, by index.</summary>
    public IReadOnlyDictionary<int, HistoryEntry> Entries => _entries;

    internal void Hang(HistoryTable? parent)
    {
        Parent?._children.Remove(this);
        Parent = parent;
        if (parent is null)
            return;
        HungIn = parent;
        int index = parent._children.FindIndex(child => child.Start > Start);
        parent._children.Insert(index < 0 ? parent._children.Count : index, this);
    }

    internal HistoryEntry? Put(int index, HistoryEntry? entry)
    {
        HistoryEntry? before = _entries.TryGetValue(index, out HistoryEntry found) ? found : null;
        if (entry is { } value)
            _entries[index] = value;
        else
            _entries.Remove(index);
        return before;
    }

    internal void Shift(ulong distance)
    {
        Start += distance;      // wraps: downwards is a large number
        foreach (HistoryTable child in _children)
            child.Shift(distance);
    }
}
