using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A symbolic link.</summary>
public abstract class LinkNode : FileNode
{
    /// <inheritdoc/>
    public override FileKind Kind => FileKind.Link;

    /// <inheritdoc/>
    public override int Permissions => 0x1ff;   // 0777

    /// <inheritdoc/>
    public override long Length => Target.Length;

    /// <summary>The path that it stands for.</summary>
    public abstract string Target { get; }

    /// <summary>Where following it leads without looking at the path (links of /proc); null for where the path leads.</summary>
    internal virtual FileNode? Destination => null;

    /// <inheritdoc/>
    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = null;
        return Errno.ELOOP;
    }
}
