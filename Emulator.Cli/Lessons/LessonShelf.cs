namespace Emulator.Cli.Lessons;

/// <summary>The lessons that come along, and those of the user.</summary>
internal static class LessonShelf
{
    private const string Folder = "lessons", Extension = ".md";

    /// <summary>Names of the lessons that come along, sorted.</summary>
    public static IReadOnlyList<string> Names => System.IO.Directory.Exists(Directory)
        ? [.. System.IO.Directory.EnumerateFiles(Directory, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    private static string Directory => Path.Combine(AppContext.BaseDirectory, Folder);

    /// <summary>Reads a lesson.</summary>
    /// <param name="name">Its name, or the path of a file that ends with <c>.md</c>.</param>
    /// <param name="around">Where relative paths start.</param>
    /// <exception cref="ProblemException">There is none, or it makes no sense.</exception>
    public static Lesson Find(string name, Surroundings around)
    {
        if (name.EndsWith(Extension, StringComparison.Ordinal))
            return Lesson.Parse(Path.GetFileNameWithoutExtension(name), name, Read(name, around.FullPath(name)));
        if (Names.Contains(name))
            return Lesson.Parse(name, $"{Folder}/{name}{Extension}", Read(name, Path.Combine(Directory, name + Extension)));
        if (Names.Count == 0)
            throw ProblemException.Input($"{Directory}: the lessons that should come along are missing");
        string hint = Words.Nearest(name, Names) is { } near ? $"did you mean {near}?" : $"there are {Words.And([.. Names])}, or give a file that ends with {Extension}";
        throw ProblemException.Usage($"lesson: there is no lesson \"{name}\"; {hint}");
    }

    private static string Read(string name, string path)
    {
        if (System.IO.Directory.Exists(path))
            throw ProblemException.Input($"{name}: is a directory");
        if (!File.Exists(path))
            throw ProblemException.Input($"{name}: no such file");
        try
        {
            return File.ReadAllText(path).ReplaceLineEndings("\n");
        }
        catch (IOException problem)
        {
            throw ProblemException.Unreadable(name, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unreadable(name, problem);
        }
    }
}
