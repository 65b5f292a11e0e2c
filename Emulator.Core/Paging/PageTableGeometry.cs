using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>
/// The shape of a page-table tree: widths per level, leaf first. Shifts are derived, so no row can contradict another.
/// </summary>
public sealed class PageTableGeometry
{
    private static readonly string[] LinuxNames = ["pte", "pmd", "pud", "p4d"];
    private readonly PageTableLevel[] _levels;
    private readonly EntrySelector[] _selectors;    // top first, as a walk needs them

    /// <summary>Makes a shape.</summary>
    /// <param name="pageShift">log2 of the page size in bytes.</param>
    /// <param name="levels">Levels from the leaf (level 0) to the highest.</param>
    public PageTableGeometry(int pageShift, ImmutableArray<PageTableLevel> levels)
    {
        PageShift = pageShift;
        OffsetMask = (1UL << pageShift) - 1;
        _levels = new PageTableLevel[levels.Length];
        int shift = pageShift;
        for (int i = 0; i < levels.Length; i++)
        {
            _levels[i] = levels[i] with { Shift = shift };
            shift += levels[i].IndexBits;
        }
        MinDepth = MaxDepth = levels.Length;
        _selectors = new EntrySelector[levels.Length];
        for (int i = 0; i < levels.Length; i++)
            _selectors[levels.Length - 1 - i] = new EntrySelector(_levels[i]);
    }

    /// <summary>log2 of the page size in bytes.</summary>
    public int PageShift { get; }

    /// <summary>Page size in bytes.</summary>
    public int PageBytes => 1 << PageShift;

    /// <summary>The bits of an address that lie inside a page.</summary>
    public ulong OffsetMask { get; }

    /// <summary>Fewest levels a tree may have; less than <see cref="MaxDepth"/> where depth varies at run time.</summary>
    public int MinDepth { get; init; }

    /// <summary>Most levels a tree may have.</summary>
    public int MaxDepth { get; }

    /// <summary>Addresses above the highest indexed bit repeat it: the tree maps two halves with a hole between them (sparc64).</summary>
    public bool SignExtended { get; init; }

    /// <summary>Level <paramref name="level"/>, 0 = leaf.</summary>
    public ref readonly PageTableLevel this[int level]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per level of every walk
        get => ref _levels[level];
    }

    /// <summary>The levels, leaf first.</summary>
    public ReadOnlySpan<PageTableLevel> Levels => _levels;

    /// <summary>Finds the entry in a table of level 0.</summary>
    internal EntrySelector LeafSelector => _selectors[^1];

    /// <summary>Find the entries in the tables above level 0 of a tree of <paramref name="depth"/> levels, top first.</summary>
    internal ReadOnlySpan<EntrySelector> UpperSelectors(int depth) => _selectors.AsSpan(_selectors.Length - depth, depth - 1);

    /// <summary>The last address that a tree of <paramref name="depth"/> levels translates.</summary>
    public VirtualAddress LastAddress(int depth) =>
        SignExtended || _levels[depth - 1].TableShift >= 64 ? new(ulong.MaxValue) : new((1UL << _levels[depth - 1].TableShift) - 1);

    /// <summary>Whether a tree of <paramref name="depth"/> levels can map <paramref name="va"/>.</summary>
    public bool Reaches(VirtualAddress va, int depth) => SignExtended ? SkipHole(va, depth) == va : va <= LastAddress(depth);

    /// <summary>The first address from <paramref name="va"/> on that is not in the hole between the halves.</summary>
    public VirtualAddress SkipHole(VirtualAddress va, int depth)
    {
        int shift = _levels[depth - 1].TableShift - 1;
        if (!SignExtended || shift >= 63)
            return va;
        ulong half = 1UL << shift, upper = 0 - half;
        return va.Value >= half && va.Value < upper ? new(upper) : va;
    }

    /// <summary>The full address of one that was put together from indices.</summary>
    public VirtualAddress Extend(VirtualAddress va, int depth)
    {
        int unused = 64 - _levels[depth - 1].TableShift;
        return SignExtended && unused > 0 ? new((ulong)((long)(va.Value << unused) >> unused)) : va;
    }

    /// <summary>What Linux calls a table of <paramref name="level"/> in a tree of <paramref name="depth"/> levels: the top is the pgd, whatever its hardware type.</summary>
    public static string LinuxName(int level, int depth) => level == depth - 1 ? "pgd" : LinuxNames[level];
}
