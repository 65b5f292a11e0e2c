using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>
/// Locks on one file: of records (fcntl(), whose owners are tables of descriptors or, for F_OFD_*, open files) and of the whole (flock(),
/// whose owners are open files). The two kinds do not see each other.
/// </summary>
/// <remarks>Source: fcntl(2), flock(2), fs/locks.c.</remarks>
internal sealed class FileLocks
{
    private readonly List<RecordLock> _records = [];
    private readonly List<(OpenFile Owner, bool IsExclusive)> _whole = [];

    /// <summary>Is woken when a lock goes.</summary>
    public WaitQueue Freed { get; } = new();

    /// <summary>The first lock that keeps an owner from another, null when it may have it.</summary>
    public RecordLock? Conflict(in RecordLock wanted)
    {
        foreach (RecordLock held in _records)
        {
            if (held.Owner != wanted.Owner && held.Start <= wanted.End && wanted.Start <= held.End && (held.IsExclusive || wanted.IsExclusive))
                return held;
        }
        return null;
    }

    /// <summary>Gives an owner a lock; what it had of the range before is replaced.</summary>
    public void Add(in RecordLock wanted)
    {
        Take(wanted);
        RecordLock merged = wanted;
        for (int i = _records.Count - 1; i >= 0; i--)
        {
            RecordLock held = _records[i];
            if (held.Owner != wanted.Owner || held.IsExclusive != wanted.IsExclusive || !Touch(held, merged))
                continue;
            merged = merged with { Start = Math.Min(held.Start, merged.Start), End = Math.Max(held.End, merged.End) };
            _records.RemoveAt(i);
        }
        int at = _records.FindIndex(held => held.Start > merged.Start);
        _records.Insert(at < 0 ? _records.Count : at, merged);
        Freed.WakeAll();        // an exclusive lock may have become a shared one
    }

    /// <summary>Takes a range from its owner.</summary>
    public void Remove(in RecordLock range)
    {
        Take(range);
        Freed.WakeAll();
    }

    /// <summary>Whether the whole file may be locked.</summary>
    public bool MayLockWhole(OpenFile owner, bool exclusive)
    {
        foreach ((OpenFile other, bool isExclusive) in _whole)
        {
            if (other != owner && (exclusive || isExclusive))
                return false;
        }
        return true;
    }

    /// <summary>Takes away an owner's lock of the whole.</summary>
    public void RemoveWhole(OpenFile owner)
    {
        if (_whole.RemoveAll(held => held.Owner == owner) > 0)
            Freed.WakeAll();
    }

    /// <summary>Locks the whole; the owner has no other such lock, and nobody is in the way.</summary>
    public void AddWhole(OpenFile owner, bool exclusive) => _whole.Add((owner, exclusive));

    /// <summary>An owner is gone, or closes the file: all its locks go.</summary>
    public void RemoveAll(object owner)
    {
        int gone = _records.RemoveAll(held => held.Owner == owner) + _whole.RemoveAll(held => held.Owner == owner);
        if (gone > 0)
            Freed.WakeAll();
    }

    private static bool Touch(in RecordLock held, in RecordLock other) =>
        (other.End == long.MaxValue || held.Start <= other.End + 1) && (held.End == long.MaxValue || other.Start <= held.End + 1);

    private void Take(in RecordLock range)
    {
        for (int i = _records.Count - 1; i >= 0; i--)
        {
            RecordLock held = _records[i];
            if (held.Owner != range.Owner || held.Start > range.End || range.Start > held.End)
                continue;
            _records.RemoveAt(i);
            if (held.End > range.End)
                _records.Insert(i, held with { Start = range.End + 1 });
            if (held.Start < range.Start)
                _records.Insert(i, held with { End = range.Start - 1 });
        }
    }
}
