namespace Emulator.Cli.Files;

/// <summary>A file that a command writes: whole, or not at all.</summary>
internal static class ResultFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="around">Where relative paths start.</param>
    /// <param name="file">The path, as the user typed it.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ProblemException">It cannot be written; what was there before is still there.</exception>
    public static void Write(Surroundings around, string file, Action<Stream> write)
    {
        Try(around, file, path =>
        {
            if (IsOrdinary(path))
                Replace(path, write);
            else
                Fill(path, FileMode.Open, write);
            return path;
        });
    }

    /// <summary>Opens a file that others may read while it is written; nothing is left of what was there.</summary>
    /// <param name="around">Where relative paths start.</param>
    /// <param name="file">The path, as the user typed it.</param>
    /// <exception cref="ProblemException">It cannot be written.</exception>
    public static FileStream Begin(Surroundings around, string file) =>
        Try(around, file, path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite));

    private static T Try<T>(Surroundings around, string file, Func<string, T> open)
    {
        if (file.Length == 0)
            throw ProblemException.Usage("a file to write to has an empty path");
        try
        {
            string path = around.FullPath(file);
            if (new FileInfo(path).LinkTarget is not null)
                path = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            if (Directory.Exists(path))
                throw ProblemException.Input($"{file}: cannot be written: it is a directory");
            return open(path);
        }
        catch (DirectoryNotFoundException)
        {
            throw ProblemException.Input($"{file}: cannot be written: there is no directory {Path.GetDirectoryName(file)}");
        }
        catch (IOException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unwritable(file, problem);
        }
    }

    /// <summary>Whether a new file may take this one's name; not for pipes and devices, which have no bytes of their own.</summary>
    private static bool IsOrdinary(string path) => !File.Exists(path) || new FileInfo(path).Length > 0;

    private static void Replace(string path, Action<Stream> write)
    {
        if (File.Exists(path))
            File.Open(path, FileMode.Open, FileAccess.Write).Dispose();     // one that may not be written may not be replaced either
        string beside = $"{path}.{Environment.ProcessId}.part";
        try
        {
            Fill(beside, FileMode.CreateNew, write);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private static void Fill(string path, FileMode mode, Action<Stream> write)
    {
        using BufferedStream stream = new(File.Open(path, mode, FileAccess.Write), 1 << 16);
        write(stream);
    }
}
