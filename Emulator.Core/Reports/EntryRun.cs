using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Reports;

/// <summary>
/// Entries side by side whose values and targets go up, or down, by the same amount from each to the next. Most entries of a
/// table are few of these, since frames are taken in order.
/// </summary>
/// <param name="Index">Index of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Entry">Value of the first.</param>
/// <param name="LastEntry">Value of the last.</param>
/// <param name="Target">Frame or table that the first points to.</param>
/// <param name="LastTarget">That of the last.</param>
/// <param name="Flags">What the kernel meant by them; null for entries that point to tables.</param>
public readonly record struct EntryRun(int Index, int Count, ulong Entry, ulong LastEntry, PhysicalAddress Target, PhysicalAddress LastTarget, PageFlags? Flags)
{
    /// <summary>Value of the one after <paramref name="number"/> others.</summary>
    public ulong EntryAt(int number) => Entry + Step(Entry, LastEntry) * (ulong)number;

    /// <summary>Where the one after <paramref name="number"/> others points.</summary>
    public PhysicalAddress TargetAt(int number) => new(Target.Value + Step(Target.Value, LastTarget.Value) * (ulong)number);

    /// <summary>Folds the entries of a table.</summary>
    /// <param name="entries">Values by index, ascending.</param>
    /// <param name="level">Level of the table.</param>
    /// <param name="format">What the bits mean.</param>
    public static IEnumerable<EntryRun> Fold(IEnumerable<KeyValuePair<int, ulong>> entries, int level, EntryFormat format)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(format);
        EntryRun? open = null;
        foreach ((int index, ulong value) in entries)
        {
            EntryRun next = new(index, 1, value, value, format.TargetOf(value, level), format.TargetOf(value, level), format.IsLeaf(value, level) ? format.FlagsOf(value) : null);
            if (open?.TryExtend(next) is { } longer)
            {
                open = longer;
                continue;
            }
            if (open is { } done)
                yield return done;
            open = next;
        }
        if (open is { } last)
            yield return last;
    }

    private EntryRun? TryExtend(in EntryRun next)
    {
        bool fits = Flags is not null && Flags == next.Flags && Index + Count == next.Index
            && (Count == 1 || (next.Entry == EntryAt(Count) && next.Target == TargetAt(Count)));
        return fits ? this with { Count = Count + 1, LastEntry = next.Entry, LastTarget = next.Target } : null;
    }

    /// <summary>From one to the next; downwards it is a large number that wraps.</summary>
    private ulong Step(ulong first, ulong last) => Count == 1 ? 0 : (ulong)((long)(last - first) / (Count - 1));
}
