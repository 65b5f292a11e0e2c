using System.Net;
using Emulator.Cli.Files;

namespace Emulator.Cli.Serving;

/// <summary>What <c>serve</c> was asked for.</summary>
internal sealed record ServeSettings
{
    /// <summary>Address to listen on.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Port to listen on; 0 for any that is free.</summary>
    public required int Port { get; init; }

    /// <summary>Directory whose files may be run; null for none.</summary>
    public required FileRoot? Root { get; init; }

    /// <summary>Runs side by side.</summary>
    public required int Runs { get; init; }

    /// <summary>How long a run may take.</summary>
    public required TimeSpan RunTime { get; init; }

    /// <summary>Guest RAM that a run may have, in bytes; its argument strings may not be larger either.</summary>
    public required ulong RunMemoryBytes { get; init; }

    /// <summary>Steps that a way may take: each is kept, so that the page can show it.</summary>
    public int MostSteps { get; init; } = 2_000_000;

    /// <summary>Bytes of a report or a page.</summary>
    public int MostBytes { get; init; } = 64 << 20;

    /// <summary>Runs that may wait for others to end.</summary>
    public int MostWaiting { get; init; } = 16;

    /// <summary>Finished runs that are kept, in bytes of reports and pages.</summary>
    public long KeptBytes { get; init; } = 128 << 20;

    /// <summary>Bytes of a request's first line, which holds everything that a run is made of.</summary>
    public const int MostRequestLineBytes = 16 << 10;
}
