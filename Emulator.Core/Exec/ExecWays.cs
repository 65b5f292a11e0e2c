using System.Collections.Immutable;

namespace Emulator.Core.Exec;

/// <summary>The ways, by name.</summary>
public static class ExecWays
{
    /// <summary>All of them, oldest first.</summary>
    public static ImmutableArray<string> Names { get; } = ["fixed", "in-place", "staged"];

    /// <summary>A fresh strategy, for one execve.</summary>
    /// <exception cref="ArgumentException">No way has that name.</exception>
    public static IExecStrategy Create(string name) => name switch
    {
        "fixed" => new FixedExec(),
        "in-place" => new InPlaceExec(),
        "staged" => new StagedExec(),
        _ => throw new ArgumentException($"no way is called '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
