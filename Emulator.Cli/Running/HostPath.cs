using System.Runtime.InteropServices;
using System.Text;
using Emulator.Core.Kernel;

namespace Emulator.Cli.Running;

/// <summary>What the host says of a path, without following a link at its end.</summary>
internal static class HostPath
{
    /// <summary>What is at a path; null when nothing is.</summary>
    public static FileSystemInfo? Look(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
            return file;
        if (Directory.Exists(path))
            return new DirectoryInfo(path);
        return file.Exists ? file : null;
    }

    /// <summary>Sets permissions, where the host has any.</summary>
    public static void SetMode(string path, int permissions)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)(permissions & 0xfff));
    }

    /// <summary>Gives a file another name (a hard link).</summary>
    /// <exception cref="IOException">The host does not do that.</exception>
    public static void Link(string from, string to)
    {
        bool done = OperatingSystem.IsWindows() ? CreateHardLink(to, from, 0) : Link(Encoding.UTF8.GetBytes(from + '\0'), Encoding.UTF8.GetBytes(to + '\0')) == 0;
        if (!done)
            throw new IOException($"{to}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link(byte[] from, byte[] to);

    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [DllImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, CharSet = CharSet.Unicode)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateHardLink(string to, string from, nint security);

    /// <summary>Does something to the host's files and says what went wrong as the guest's kernel would.</summary>
    public static Errno Try(Action act)
    {
        try
        {
            act();
            return Errno.None;
        }
        catch (UnauthorizedAccessException)
        {
            return Errno.EACCES;
        }
        catch (FileNotFoundException)
        {
            return Errno.ENOENT;
        }
        catch (DirectoryNotFoundException)
        {
            return Errno.ENOENT;
        }
        catch (PathTooLongException)
        {
            return Errno.ENAMETOOLONG;
        }
        catch (IOException)
        {
            return Errno.EIO;
        }
    }
}
