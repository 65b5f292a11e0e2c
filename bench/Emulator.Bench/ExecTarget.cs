namespace Emulator.Bench;

/// <summary>Which program is executed on which machine.</summary>
/// <param name="Architecture">The plugin.</param>
/// <param name="Kernel">Kernel version.</param>
/// <param name="Abi">The userland, for people.</param>
/// <param name="Program">The binary, from the root of the repository.</param>
public sealed record ExecTarget(string Architecture, string Kernel, string Abi, string Program)
{
    /// <summary>All that are measured.</summary>
    public static IReadOnlyList<ExecTarget> All { get; } =
    [
        new("amd64", "6.1", "x86_64", "tests/programs/x86/t64"),
        new("amd64", "6.1", "i386", "tests/programs/x86/t32"),
        new("amd64", "2.6.32", "x86_64", "tests/programs/x86/t64"),
        new("amd64", "2.6.32", "i386", "tests/programs/x86/t32"),
        new("s390", "6.1", "s390x", "tests/programs/s390/t64"),
        new("s390", "6.1", "s390", "tests/programs/s390/t32"),
        new("s390", "2.6.32", "s390x", "tests/programs/s390/t64"),
        new("s390", "2.6.32", "s390", "tests/programs/s390/t32"),
    ];

    /// <summary>Whether a quick run times it: one of each architecture, era and word size.</summary>
    public bool InQuick => (Abi, Kernel) is ("x86_64", "6.1") or ("i386", "2.6.32") or ("s390", "2.6.32");

    /// <inheritdoc/>
    public override string ToString() => $"{Abi} {Kernel}";
}
