using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes;

/// <summary>Where execve opens interpreters: in the tree as the calling task sees it.</summary>
internal sealed class TreeFiles(FileLocation location) : IFileSource
{
    /// <inheritdoc/>
    public Errno Open(string path, out GuestFile? file)
    {
        file = null;
        Errno error = FindProgram(location, null, path, out RegularNode? node);
        if (!error.Failed())
            file = node!.PagesAs(path);
        return error;
    }

    /// <summary>A file that may be executed (<c>open_exec()</c>).</summary>
    public static Errno FindProgram(FileLocation location, DirectoryNode? from, string path, out RegularNode? node)
    {
        node = null;
        Errno error = PathWalk.FindExisting(location, from, path, followLast: true, out FoundFile found);
        if (error.Failed())
            return error;
        node = found.Node as RegularNode;
        return node is null || (node.Permissions & 0x49) == 0 ? Errno.EACCES : Errno.None;     // 0111
    }
}
