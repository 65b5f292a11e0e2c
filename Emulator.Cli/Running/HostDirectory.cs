using Emulator.Cli.Files;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>
/// A directory of the host under the guest's root. Every name is looked at without following links; where a path leads is found out
/// by the guest's kernel, so that none leads out of the root.
/// </summary>
internal sealed class HostDirectory : DirectoryNode
{
    private const ulong RootDevice = 1;
    private const uint Ext2Magic = 0xef53;

    private readonly HostTree _tree;
    private readonly string? _path;     // of the root only: others follow their parents when those move
    private readonly Dictionary<string, FileNode> _known = new(StringComparer.Ordinal);

    private HostDirectory(HostTree tree, string? path)
    {
        (_tree, _path) = (tree, path);
        tree.Identify(this, RootDevice);
    }

    /// <summary>The root of a tree.</summary>
    public static HostDirectory Root(string path, bool writable) => new(new HostTree(writable), path);

    /// <summary>Where it is on the host.</summary>
    private string HostDirectoryPath => _path ?? Path.Combine(_above!.HostDirectoryPath, GuestText.ToHost(Name));

    private HostDirectory? _above;

    /// <inheritdoc/>
    public override bool IsWritable => _tree.IsWritable;

    /// <inheritdoc/>
    public override uint FileSystemType => Ext2Magic;

    /// <inheritdoc/>
    public override int Permissions => (int)new DirectoryInfo(HostDirectoryPath).UnixFileMode & 0xfff;

    /// <inheritdoc/>
    public override long ModifiedAt => HostTree.Time(new DirectoryInfo(HostDirectoryPath));

    /// <summary>The host's path of a name in it.</summary>
    public string PathOf(string name) => Path.Combine(HostDirectoryPath, GuestText.ToHost(name));

    /// <inheritdoc/>
    public override Errno Find(string name, out FileNode? node)
    {
        node = null;
        if (name.Contains('\0'))
            return Errno.ENOENT;
        FileSystemInfo? found = null;
        Errno error = HostPath.Try(() => found = HostPath.Look(PathOf(name)));
        if (error.Failed())
            return error;
        if (found is null)
        {
            _known.Remove(name);
            return Errno.ENOENT;
        }
        if (_known.TryGetValue(name, out node) && node.Kind == KindOf(found))
            return Errno.None;
        node = KindOf(found) switch
        {
            FileKind.Link => new HostLink(this, name),
            FileKind.Directory => new HostDirectory(_tree, null) { _above = this, Parent0 = this, Name0 = name },
            _ => new HostRegular(_tree, this, name),
        };
        _tree.Identify(node, RootDevice);
        _known[name] = node;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, FileNode Node)> List()
    {
        List<(string, FileNode)> list = [];
        string[] names = [];
        if (HostPath.Try(() => names = [.. Directory.EnumerateFileSystemEntries(HostDirectoryPath).Select(path => GuestText.ToGuest(Path.GetFileName(path)))]).Failed())
            return list;
        Array.Sort(names, StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!Find(name, out FileNode? node).Failed())
                list.Add((name, node!));
        }
        return list;
    }

    /// <inheritdoc/>
    public override Errno Create(string name, int permissions, out FileNode? node)
    {
        node = null;
        if (!IsWritable)
            return Errno.EROFS;
        Errno error = HostPath.Try(() =>
        {
            using (new FileStream(PathOf(name), FileMode.CreateNew, FileAccess.Write))
                HostPath.SetMode(PathOf(name), permissions);
        });
        return error.Failed() ? error : Find(name, out node);
    }

    /// <inheritdoc/>
    public override Errno MakeDirectory(string name, int permissions) => Change(() =>
    {
        Directory.CreateDirectory(PathOf(name));
        HostPath.SetMode(PathOf(name), permissions);
    });

    /// <inheritdoc/>
    public override Errno MakeLink(string name, string target) => Change(() => File.CreateSymbolicLink(PathOf(name), GuestText.ToHost(target)));

    /// <inheritdoc/>
    public override Errno AddName(string name, FileNode node)
    {
        if (!IsWritable)
            return Errno.EROFS;
        if (node is not HostRegular file || !file.IsOf(_tree))
            return Errno.EXDEV;
        Errno error = Change(() => HostPath.Link(file.HostFilePath, PathOf(name)));
        if (error.Failed())
            return error;
        file.AddName(this, name);
        _known[name] = file;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno Remove(string name)
    {
        if (!IsWritable)
            return Errno.EROFS;
        if (_known.Remove(name, out FileNode? node) && node is HostRegular file)
            file.RemoveName(this, name);        // those who have it open keep it
        return Change(() => File.Delete(PathOf(name)));
    }

    /// <inheritdoc/>
    public override Errno RemoveDirectory(string name)
    {
        if (!IsWritable)
            return Errno.EROFS;
        if (Directory.EnumerateFileSystemEntries(PathOf(name)).Any())
            return Errno.ENOTEMPTY;
        if (_known.Remove(name, out FileNode? node) && node is HostDirectory directory)
            directory.MarkRemoved();
        return Change(() => Directory.Delete(PathOf(name)));
    }

    /// <inheritdoc/>
    public override Errno Rename(string name, DirectoryNode to, string newName)
    {
        if (!IsWritable)
            return Errno.EROFS;
        if (to is not HostDirectory target)
            return Errno.EXDEV;
        _ = Find(name, out FileNode? node);
        _ = target.Find(newName, out FileNode? old);
        switch (node, old)
        {
            case (HostDirectory, not null and not HostDirectory):
                return Errno.ENOTDIR;
            case (not HostDirectory, HostDirectory):
                return Errno.EISDIR;
            case (HostDirectory, HostDirectory) when target.RemoveDirectory(newName) is var full && full.Failed():
                return full;
        }
        string from = PathOf(name), destination = target.PathOf(newName);
        if (old is HostRegular replaced)
            replaced.RemoveName(target, newName);
        Errno error = Change(() =>
        {
            if (node is HostDirectory)
                Directory.Move(from, destination);
            else
                File.Move(from, destination, overwrite: true);
        });
        if (error.Failed())
            return error;
        _known.Remove(name);
        if (node is HostDirectory moved)
            (moved._above, moved.Parent0, moved.Name0) = (target, target, newName);
        else if (node is HostRegular file)
            file.MoveTo(this, name, target, newName);
        if (node is not null and not HostLink)
            target._known[newName] = node;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno SetPermissions(int permissions) => Change(() => HostPath.SetMode(HostDirectoryPath, permissions));

    /// <inheritdoc/>
    public override Errno SetModifiedAt(long time) => Change(() => Directory.SetLastWriteTimeUtc(HostDirectoryPath, HostTree.Time(time)));

    private DirectoryNode Parent0 { set => Place(value, Name); }

    private string Name0 { set => Place(Parent, value); }

    private static FileKind KindOf(FileSystemInfo info) => info.LinkTarget is not null ? FileKind.Link : info is DirectoryInfo ? FileKind.Directory : FileKind.Regular;

    private Errno Change(Action act) => IsWritable ? HostPath.Try(act) : Errno.EROFS;
}
