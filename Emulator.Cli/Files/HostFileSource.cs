using Emulator.Core.Kernel;

namespace Emulator.Cli.Files;

/// <summary>Interpreters, found on the host's file system under the same path.</summary>
internal sealed class HostFileSource(Surroundings around) : IFileSource
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <inheritdoc/>
    /// <exception cref="ProblemException">It may not be opened here, whatever a kernel would do.</exception>
    /// <remarks>Source: <c>open_exec()</c>, fs/exec.c: what is no regular file or has no execute bit gives EACCES, directories too.</remarks>
    public Errno Open(string path, out GuestFile? file)
    {
        file = null;
        string name = GuestText.ToHost(path);
        if (name.Length == 0)
            return Errno.ENOENT;
        string hostPath = around.ProgramPath(name);
        if (Directory.Exists(hostPath))
            return Errno.EACCES;
        if (!File.Exists(hostPath))
            return IsBehindFile(hostPath) ? Errno.ENOTDIR : Errno.ENOENT;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(hostPath) & AnyExecute) == 0)
                return Errno.EACCES;
            file = HostFile.Open(hostPath, name);
            return Errno.None;
        }
        catch (UnauthorizedAccessException)
        {
            return Errno.EACCES;
        }
        catch (IOException)
        {
            return Errno.EIO;
        }
    }

    /// <summary>Whether a part of the path before the last names a file.</summary>
    private static bool IsBehindFile(string path)
    {
        for (string? parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (File.Exists(parent))
                return true;
            if (Directory.Exists(parent))
                return false;
        }
        return false;
    }
}
