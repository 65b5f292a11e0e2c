namespace Emulator.Guests;

/// <summary>One run of a program: what a shell would be told.</summary>
public sealed record GuestRun
{
    /// <summary>In an argument: the fresh, empty directory of the run.</summary>
    public const string Directory = "{directory}";

    /// <summary>The program on the host. It is argv[0] too.</summary>
    public required string Program { get; init; }

    /// <summary>argv[1] and what follows; <see cref="Directory"/> stands for a directory of this run alone, which is gone afterwards.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The environment, <c>NAME=VALUE</c> each, in this order and nothing else.</summary>
    public IReadOnlyList<string> Environment { get; init; } = ["A=b"];

    /// <summary>What standard input gives before it ends.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The directory in which a dynamic program's interpreter and libraries are looked for; null for the host's root.</summary>
    public string? Root { get; init; }

    /// <summary>How long it may take by the clock on the wall. Whoever exceeds it is killed with all its children.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
