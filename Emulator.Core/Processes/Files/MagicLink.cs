namespace Emulator.Core.Processes.Files;

/// <summary>A link of /proc: it shows a path, and leads to a file whatever is at that path.</summary>
internal sealed class MagicLink(string target, FileNode? destination) : LinkNode
{
    public override string Target => target;

    public override long Length => 64;      // proc_pid_make_inode() and proc_fd_link(): no length is known

    internal override FileNode? Destination => destination;
}
