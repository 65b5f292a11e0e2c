using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A directory. What it cannot do gives the error that a file system gives which cannot.</summary>
public abstract class DirectoryNode : FileNode
{
    /// <summary>The directory that it is in; itself for a root.</summary>
    public DirectoryNode Parent { get; internal set; }

    /// <summary>Its name there; empty for a root.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>It was removed: nothing is in it any more, and nothing can be made in it.</summary>
    public bool IsRemoved { get; internal set; }

    /// <inheritdoc/>
    public override FileKind Kind => FileKind.Directory;

    /// <inheritdoc/>
    public override int Links => 2;

    /// <inheritdoc/>
    public override int Permissions => 0x1ed;   // 0755

    /// <summary>Puts it where it is now, by whoever keeps the file system.</summary>
    protected void Place(DirectoryNode parent, string name) => (Parent, Name) = (parent, name);

    /// <summary>It is removed.</summary>
    public void MarkRemoved() => IsRemoved = true;

    /// <summary>Makes a root.</summary>
    protected DirectoryNode() => Parent = this;

    /// <summary>Finds a file by name; neither <c>.</c> nor <c>..</c>.</summary>
    /// <returns>ENOENT when there is none.</returns>
    public abstract Errno Find(string name, out FileNode? node);

    /// <summary>What is in it, in an order that does not change; without <c>.</c> and <c>..</c>.</summary>
    public abstract IReadOnlyList<(string Name, FileNode Node)> List();

    /// <summary>Makes a regular file.</summary>
    public virtual Errno Create(string name, int permissions, out FileNode? node)
    {
        node = null;
        return Errno.EROFS;
    }

    /// <summary>Makes a directory.</summary>
    public virtual Errno MakeDirectory(string name, int permissions) => Errno.EROFS;

    /// <summary>Makes a symbolic link.</summary>
    public virtual Errno MakeLink(string name, string target) => Errno.EROFS;

    /// <summary>Makes a pipe with a name.</summary>
    public virtual Errno MakePipe(string name, int permissions) => IsWritable ? Errno.EPERM : Errno.EROFS;

    /// <summary>Gives a file another name here.</summary>
    public virtual Errno AddName(string name, FileNode node) => Errno.EROFS;

    /// <summary>Removes a name that is no directory's.</summary>
    public virtual Errno Remove(string name) => Errno.EROFS;

    /// <summary>Removes an empty directory.</summary>
    public virtual Errno RemoveDirectory(string name) => Errno.EROFS;

    /// <summary>Moves a name; what is at the new place and may be replaced is replaced.</summary>
    public virtual Errno Rename(string name, DirectoryNode to, string newName) => Errno.EROFS;

    /// <summary>Path from the root down.</summary>
    public string PathFrom(DirectoryNode root)
    {
        List<string> names = [];
        for (DirectoryNode at = this; at != root && at.Parent != at; at = at.Parent)
            names.Add(at.Name);
        names.Reverse();
        return "/" + string.Join('/', names);
    }

    /// <inheritdoc/>
    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = null;
        if ((flags & OpenFlags.AccessMask) != 0)
            return Errno.EISDIR;
        file = new DirectoryFile(this);
        return Errno.None;
    }
}
