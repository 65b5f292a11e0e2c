using System.Collections.Immutable;
using Emulator.Core.Reports;

namespace Emulator.Cli.Diffs;

/// <summary>One side of a comparison: something that has ways, and a state of each at some moments.</summary>
internal abstract class RunSource
{
    /// <summary>The moments that have a name, as users write them.</summary>
    public static ImmutableArray<string> NamedMoments { get; } = ["copied", "setup_in", "setup_out", "start", RunState.End];

    /// <summary>What it is, as the user typed it.</summary>
    public abstract string Name { get; }

    /// <summary>Its ways, in order.</summary>
    public abstract IReadOnlyList<string> Ways { get; }

    /// <summary>Whether it ran an execve just now that failed.</summary>
    public abstract bool HasFailed { get; }

    /// <summary>The state of a way at a moment.</summary>
    /// <param name="way">One of <see cref="Ways"/>.</param>
    /// <param name="moment">One of <see cref="NamedMoments"/>, or a number of steps.</param>
    /// <exception cref="ProblemException">It knows no such moment.</exception>
    public abstract RunState StateOf(string way, string moment);

    /// <summary>Ways of two runs that are held against each other: those that are named, or by their names.</summary>
    /// <param name="a">The first run.</param>
    /// <param name="b">The second.</param>
    /// <param name="ways">One of each, one of both, or none for whatever there is.</param>
    public static ImmutableArray<(string A, string B)> Pair(RunSource a, RunSource b, string[] ways)
    {
        if (ways.Length > 0)
        {
            a.Check(ways[0]);
            b.Check(ways[^1]);
            return [(ways[0], ways[^1])];
        }
        if (a.Ways is [var onlyOfA] && b.Ways is [var onlyOfB])
            return [(onlyOfA, onlyOfB)];
        ImmutableArray<(string A, string B)> common = [.. a.Ways.Where(b.Ways.Contains).Select(way => (way, way))];
        return common.IsEmpty
            ? throw ProblemException.Usage($"diff: no way is in both: {a.Name} has {Words.And([.. a.Ways])}, {b.Name} has {Words.And([.. b.Ways])}; name one of each with --way W,W")
            : common;
    }

    /// <summary>Holds that it has a way.</summary>
    public void Check(string way)
    {
        if (!Ways.Contains(way))
            throw ProblemException.Usage($"--way: {Name} has no way {way}; it has {Words.And([.. Ways])}");
    }
}
