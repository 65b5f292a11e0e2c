using Emulator.Core.Paging;

namespace Emulator.Bench;

/// <summary>A pass of walks over one tree, whatever its format; each gives the sum of the physical addresses.</summary>
public interface IWalks : IDisposable
{
    /// <summary>Walks in a pass.</summary>
    int Pages { get; }

    /// <summary>Whether the format has plain entries at all; else every walk takes the exact way.</summary>
    bool HasPlain { get; }

    /// <summary>Whether walks set accessed and dirty bits.</summary>
    bool MarksEntries { get; }

    /// <summary>Puts all tables back as they were built, and into the host's cache.</summary>
    void Restore();

    /// <summary>Drives the tables out of the host's cache.</summary>
    void Evict();

    /// <summary>Walks entry by entry, with every check: <see cref="PageTableWalker{TCodec}"/>.</summary>
    ulong Exact(AccessKind access);

    /// <summary>Walks as an MMU does first, with every check: <see cref="PlainWalk{TCodec}"/>.</summary>
    ulong Plain(AccessKind access);

    /// <summary>Translates through an MMU whose cache misses every time: walk and refill.</summary>
    ulong Miss(AccessKind access);

    /// <summary>The yardstick: the loads of a walk and nothing else, no check, no right, no bound.</summary>
    ulong Unchecked();
}
