using Emulator.Judges;

namespace Emulator.Guests;

/// <summary>A program with its arguments.</summary>
/// <param name="Program">Its source without extension, in the folder that its <see cref="Kind"/> says.</param>
/// <param name="Arguments">Its arguments; <see cref="GuestRun.Directory"/> is a directory where it may write.</param>
public sealed record TestGuest(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where it comes from.</summary>
    public GuestKind Kind { get; init; } = GuestKind.Freestanding;

    /// <summary>The userlands it is built for.</summary>
    public IReadOnlyList<Userland> Userlands { get; init; } = [Userland.Amd64, Userland.I386, Userland.Alpha];

    /// <summary>True if it prints the same and ends the same on every machine; then a run on any of them judges all.</summary>
    public bool SameEverywhere { get; init; } = true;

    /// <summary>
    /// True if it ends only when somebody stops it, or harms a machine without limits: for an emulator with limits, and for nobody else.
    /// </summary>
    public bool Endless { get; init; }

    /// <summary>Program and arguments as one line of a report.</summary>
    public string Title => Kind switch
    {
        GuestKind.Freestanding => string.Join(' ', [Program, .. Arguments]),
        GuestKind.Busybox => $"busybox: {Arguments[2]}",
        _ => $"{Program}, {(Kind == GuestKind.StaticLibrary ? "static" : "dynamic")}",
    };

    /// <summary>The run of this program, built for a userland.</summary>
    /// <param name="userland">One of <see cref="Userlands"/>.</param>
    /// <returns>The run.</returns>
    /// <exception cref="MissingToolException">A compiler is missing, or busybox cannot be fetched.</exception>
    public GuestRun For(Userland userland)
    {
        string program = Kind switch
        {
            GuestKind.StaticLibrary => GuestBuilder.Library(userland, Program, dynamic: false),
            GuestKind.DynamicLibrary => GuestBuilder.Library(userland, Program, dynamic: true),
            GuestKind.Busybox => GuestBuilder.Busybox(userland),
            _ => GuestBuilder.Test(userland, Program),
        };
        string root = Path.Combine(Path.GetDirectoryName(program)!, "root");
        return new GuestRun { Program = program, Arguments = Arguments, Root = Directory.Exists(root) ? root : null };
    }

    /// <inheritdoc/>
    public override string ToString() => Title;
}
