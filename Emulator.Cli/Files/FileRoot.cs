namespace Emulator.Cli.Files;

/// <summary>A directory that nothing leads out of, neither <c>..</c> nor a link.</summary>
internal sealed class FileRoot
{
    private const int MaxLinks = 40;        // as many as Linux follows: MAXSYMLINKS, include/linux/namei.h

    private readonly string _inside;

    /// <summary>Takes a directory.</summary>
    /// <param name="path">Its absolute path.</param>
    public FileRoot(string path)
    {
        Path = RealPath(path) ?? path;
        _inside = System.IO.Path.EndsInDirectorySeparator(Path) ? Path : Path + System.IO.Path.DirectorySeparatorChar;
    }

    /// <summary>Its path, links followed.</summary>
    public string Path { get; }

    /// <summary>Where a file really lies, links followed, whether it exists or not; null when that is outside.</summary>
    /// <param name="path">Its absolute path.</param>
    public string? Find(string path) =>
        RealPath(path) is { } real && (real == Path || real.StartsWith(_inside, StringComparison.Ordinal)) ? real : null;

    /// <summary>A path without links; null when there are too many of them.</summary>
    private static string? RealPath(string path)
    {
        string top = System.IO.Path.GetPathRoot(path)!, real = top;
        Stack<string> ahead = new();
        Push(ahead, path[top.Length..]);
        for (int links = 0; ahead.TryPop(out string? name);)
        {
            if (name == "..")
            {
                real = System.IO.Path.GetDirectoryName(real) ?? top;
                continue;
            }
            string next = System.IO.Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MaxLinks)
                return null;
            if (System.IO.Path.IsPathRooted(target))
                real = top = System.IO.Path.GetPathRoot(target)!;
            Push(ahead, target[(System.IO.Path.IsPathRooted(target) ? top.Length : 0)..]);
        }
        return real;
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (string name in path.Split([System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (name != ".")
                ahead.Push(name);
        }
    }
}
