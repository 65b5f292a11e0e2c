using System.Numerics;
using Emulator.Core.Exec;
using Emulator.Core.Memory;

namespace Emulator.Core.Reports;

/// <summary>One page table from the moment it was built to the end of the execve, as the events told it.</summary>
public sealed class TableLife
{
    private readonly List<TableLife> _children = [];
    private ulong[] _present = [];

    internal TableLife(int level, int depth, VirtualAddress start, PhysicalAddress at, ExecStageName built)
    {
        Level = level;
        DepthWhenBuilt = depth;
        Start = start;
        At = at;
        Built = built;
    }

    /// <summary>Level, from the leaf (0).</summary>
    public int Level { get; }

    /// <summary>Levels that the tree had when it was built; the table was the top one if that is <see cref="Level"/> + 1.</summary>
    public int DepthWhenBuilt { get; }

    /// <summary>Lowest address that it covers, at the end.</summary>
    public VirtualAddress Start { get; private set; }

    /// <summary>Where it lies in physical memory.</summary>
    public PhysicalAddress At { get; }

    /// <summary>The stage that was reached next after it was built: <see cref="ExecStageName.Copied"/> for tables built while strings were copied.</summary>
    public ExecStageName Built { get; }

    /// <summary>The stage that was reached next after it was freed; null while it lives.</summary>
    public ExecStageName? Freed { get; private set; }

    /// <summary>Where it was before it was re-hung whole; null when it never was.</summary>
    public VirtualAddress? MovedFrom { get; private set; }

    /// <summary>The table whose entry points to it; null for a top table.</summary>
    public TableLife? Parent { get; private set; }

    /// <summary>Tables that hang in it, or did when they were freed, in ascending order of address.</summary>
    public IReadOnlyList<TableLife> Children => _children;

    /// <summary>Leaf entries put in by faults and insertions.</summary>
    public long EntriesFilled { get; private set; }

    /// <summary>Leaf entries moved in from another place.</summary>
    public long EntriesMovedIn { get; private set; }

    /// <summary>Leaf entries moved out to another place.</summary>
    public long EntriesMovedOut { get; private set; }

    /// <summary>Leaf entries that map a page at the end.</summary>
    public long EntriesPresent { get; private set; }

    internal void Hang(TableLife parent)
    {
        Parent?._children.Remove(this);
        Parent = parent;
        int index = parent._children.FindIndex(child => child.Start > Start);
        parent._children.Insert(index < 0 ? parent._children.Count : index, this);
    }

    internal void Free(ExecStageName stage)
    {
        Freed = stage;
        EntriesPresent = 0;
        _present = [];
    }

    internal void Move(VirtualAddress from, VirtualAddress to)
    {
        MovedFrom ??= Start;
        Shift(to.Value - from.Value);
    }

    internal void Fill(int index, int entries)
    {
        EntriesFilled++;
        Set(index, entries);
    }

    internal void MoveIn(int index, int entries)
    {
        EntriesMovedIn++;
        Set(index, entries);
    }

    internal void MoveOut(int index)
    {
        EntriesMovedOut++;
        if (index / 64 < _present.Length)
            _present[index / 64] &= ~(1UL << index % 64);
        Count();
    }

    private void Shift(ulong distance)
    {
        Start += distance;      // wraps: downwards is a large number
        foreach (TableLife child in _children)
            child.Shift(distance);
    }

    private void Set(int index, int entries)
    {
        if (_present.Length == 0)
            _present = new ulong[(entries + 63) / 64];
        _present[index / 64] |= 1UL << index % 64;
        Count();
    }

    private void Count()
    {
        long count = 0;
        foreach (ulong word in _present)
            count += BitOperations.PopCount(word);
        EntriesPresent = count;
    }
}
