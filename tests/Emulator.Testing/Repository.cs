namespace Emulator.Testing;

/// <summary>Finds the files of the source tree that tests read, from wherever the test assembly was built to.</summary>
public static class Repository
{
    private static readonly Lazy<string> FoundRoot = new(() =>
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Emulator.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException(
            $"no directory from {AppContext.BaseDirectory} upwards has an Emulator.sln; the tests have to run inside the source tree");
    });

    /// <summary>The directory of Emulator.sln.</summary>
    public static string Root => FoundRoot.Value;

    /// <summary>The full path of <paramref name="relative"/>, written with slashes from the root: <c>tests/oracle/exec.csv</c>.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));
}
