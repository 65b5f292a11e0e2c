namespace Emulator.Testing;

/// <summary>A directory of its own for one test, gone with everything in it when disposed.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>rwxr-xr-x, what a program usually has.</summary>
    public const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>rw-r--r--, which execve() refuses with EACCES.</summary>
    public const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("emulator-").FullName;

    /// <summary>The full path of a name in it, whether there is such a file or not.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, and the directories on the way to it.</summary>
    /// <param name="name">A path relative to the directory.</param>
    /// <param name="content">The file's bytes.</param>
    /// <param name="mode">Its mode, whatever the umask. Not applied on Windows, which has none.</param>
    /// <returns>The full path of the file.</returns>
    public string Write(string name, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
