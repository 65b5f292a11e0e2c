namespace Emulator.Cli.Files;

/// <summary>The programs that come along, one for every userland that we have a compiler for.</summary>
internal static class BundledPrograms
{
    /// <summary>Name of the program that prints what it was given.</summary>
    public const string Show = "show";

    /// <summary>Where they are.</summary>
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Programs");

    /// <summary>The path of the one for a userland; null when there is none.</summary>
    public static string? Find(string abi, string name) => Path.Combine(Directory, abi, name) is var path && File.Exists(path) ? path : null;

    /// <summary>Names of those for a userland, in order: <c>s390/show</c>.</summary>
    public static IEnumerable<string> Of(string abi)
    {
        DirectoryInfo programs = new(Path.Combine(Directory, abi));
        return programs.Exists ? programs.EnumerateFiles().Select(file => $"{abi}/{file.Name}").Order(StringComparer.Ordinal) : [];
    }
}
