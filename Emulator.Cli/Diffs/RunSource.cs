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

    /// <summary>Holds that it has a way.</summary>
    public void Check(string way)
    {
        if (!Ways.Contains(way))
            throw ProblemException.Usage($"--way: {Name} has no way {way}; it has {Words.And([.. Ways])}");
    }
}
