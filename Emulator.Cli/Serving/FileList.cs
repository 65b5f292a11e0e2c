using Emulator.Cli.Files;

namespace Emulator.Cli.Serving;

/// <summary>Names of files under the server's root, a directory at a time.</summary>
internal static class FileList
{
    private const int Most = 500;

    /// <summary>Files and directories of a directory, as paths from the root; directories end in a slash.</summary>
    /// <param name="root">The root; null when the server opens no files.</param>
    /// <param name="under">The directory, as a path from the root; empty for the root itself.</param>
    /// <param name="more">Whether there are more than are listed.</param>
    /// <exception cref="ProblemException">It lies outside, or cannot be read.</exception>
    public static IReadOnlyList<string> Under(FileRoot? root, string under, out bool more)
    {
        more = false;
        if (root is null)
            return [];
        if (under.Contains('\0'))
            throw ProblemException.Usage("a path with a NUL inside cannot be opened");
        string directory = root.Find(Path.GetFullPath(under, root.Path)) ?? throw ProblemException.Input($"{under}: lies outside {root.Path}, where this server may open files");
        string prefix = under.Length == 0 || under.EndsWith('/') ? under : under + "/";
        try
        {
            List<string> names = [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Take(Most + 1).Select(entry => prefix + entry.Name + (entry is DirectoryInfo ? "/" : ""))];
            more = names.Count > Most;
            return [.. names.Take(Most).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Unreadable(under, problem);
        }
    }
}
