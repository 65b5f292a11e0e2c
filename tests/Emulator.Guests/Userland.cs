namespace Emulator.Guests;

/// <summary>What programs are built for: the ABI, and who runs them beside the emulator.</summary>
/// <param name="Name">The name that the build scripts know: <c>x86_64</c>, <c>i386</c>, <c>alpha</c>, <c>alpha-ev4</c>.</param>
/// <param name="Abi">The name of the ABI, as the command line has it.</param>
/// <param name="QemuUser">QEMU's program for it, for example <c>qemu-alpha</c>.</param>
/// <param name="RunsOnAmd64">Whether an amd64 machine under Linux runs it natively.</param>
public sealed record Userland(string Name, string Abi, string QemuUser, bool RunsOnAmd64)
{
    /// <summary>64-bit programs of amd64.</summary>
    public static Userland Amd64 { get; } = new("x86_64", "x86_64", "qemu-x86_64", RunsOnAmd64: true);

    /// <summary>32-bit programs of amd64, with the instructions of a Pentium Pro and x87.</summary>
    public static Userland I386 { get; } = new("i386", "i386", "qemu-i386", RunsOnAmd64: true);

    /// <summary>Alpha programs with the instructions of an EV6.</summary>
    public static Userland Alpha { get; } = new("alpha", "alpha", "qemu-alpha", RunsOnAmd64: false);

    /// <summary>Alpha programs without byte loads and stores, as an EV4 runs them.</summary>
    public static Userland AlphaEv4 { get; } = new("alpha-ev4", "alpha", "qemu-alpha", RunsOnAmd64: false);

    /// <summary>All userlands.</summary>
    public static IReadOnlyList<Userland> All { get; } = [Amd64, I386, Alpha, AlphaEv4];

    /// <summary>The userland of that name.</summary>
    /// <param name="name">As in <see cref="Name"/>.</param>
    /// <returns>The userland.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Userland Named(string name) => All.FirstOrDefault(userland => userland.Name == name)
        ?? throw new ArgumentException($"no userland is called {name}; there are {string.Join(", ", All.Select(userland => userland.Name))}", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
