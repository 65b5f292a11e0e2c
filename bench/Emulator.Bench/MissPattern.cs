using Emulator.Judges;

namespace Emulator.Bench;

/// <summary>
/// In which order pages are used: each once, then all again, in the emulator and in QEMU alike. Places are one page and one 64th apart, so
/// that the 64 lines of memory behind them are the same for few pages and for many, and lie apart.
/// </summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Multiplier">See <see cref="Sweep"/>.</param>
/// <param name="Increment">See <see cref="Sweep"/>.</param>
public sealed record MissPattern(string Name, ulong Multiplier, ulong Increment)
{
    /// <summary>Pages of the pattern that misses: more than any TLB here has entries, the emulator's own cache of 4,096 included.</summary>
    public const int Pages = 8192;

    /// <summary>Pages of the pattern that hits: as many as the smallest TLB has entries.</summary>
    public const int HitPages = 64;

    /// <summary>Frames behind the pages.</summary>
    public const int Frames = 64;

    /// <summary>First address.</summary>
    public const ulong Start = 0x10_0000_0000;

    /// <summary>Orders that are measured.</summary>
    public static IReadOnlyList<MissPattern> All { get; } = [new("in sequence", 1, 1), new("scattered", 1_664_525, 1_013_904_223)];

    /// <summary>Bytes from one place to the next.</summary>
    public static ulong StrideBytes(int pageBytes) => (ulong)pageBytes + (ulong)pageBytes / Frames;

    /// <summary>The same as a loop of a guest.</summary>
    public Sweep ToSweep(int pageBytes, int pages, long loads) => new(Start, StrideBytes(pageBytes), Multiplier, Increment, (ulong)pages - 1, loads);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
