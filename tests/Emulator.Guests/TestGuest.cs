namespace Emulator.Guests;

/// <summary>A program of <c>tests/guests</c> with its arguments.</summary>
/// <param name="Program">Its source without <c>.c</c>.</param>
/// <param name="Arguments">Its arguments; <see cref="GuestRun.Directory"/> is a directory where it may write.</param>
public sealed record TestGuest(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The userlands it is built for.</summary>
    public IReadOnlyList<Userland> Userlands { get; init; } = [Userland.Amd64, Userland.I386, Userland.Alpha];

    /// <summary>True if it prints the same and ends the same on every machine; then a run on any of them judges all.</summary>
    public bool SameEverywhere { get; init; } = true;

    /// <summary>
    /// True if it ends only when somebody stops it, or harms a machine without limits: for an emulator with limits, and for nobody else.
    /// </summary>
    public bool Endless { get; init; }

    /// <summary>Program and arguments as one word of a report.</summary>
    public string Title => string.Join(' ', [Program, .. Arguments]);

    /// <summary>The run of this program, built for a userland.</summary>
    /// <param name="userland">One of <see cref="Userlands"/>.</param>
    /// <returns>The run.</returns>
    public GuestRun For(Userland userland) => new() { Program = GuestBuilder.Test(userland, Program), Arguments = Arguments };

    /// <inheritdoc/>
    public override string ToString() => Title;
}
