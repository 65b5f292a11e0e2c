namespace Emulator.Core.Processes.Files;

/// <summary>Where a process is in the tree (<c>fs_struct</c>), and its umask.</summary>
internal sealed class FileLocation(DirectoryNode root, DirectoryNode current)
{
    public DirectoryNode Root { get; set; } = root;

    public DirectoryNode Current { get; set; } = current;

    public int Mask { get; set; } = 0x12;       // 022

    public FileLocation Copy() => new(Root, Current) { Mask = Mask };
}
