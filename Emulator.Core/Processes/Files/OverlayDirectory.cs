using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A directory with others mounted in it: names of mounts hide what is below.</summary>
internal sealed class OverlayDirectory(DirectoryNode below) : DirectoryNode
{
    private readonly SortedDictionary<string, DirectoryNode> _mounts = new(StringComparer.Ordinal);

    public override int Permissions => below.Permissions;

    public override long ModifiedAt => below.ModifiedAt;

    public override bool IsWritable => below.IsWritable;

    public override uint FileSystemType => below.FileSystemType;

    public void Mount(string name, DirectoryNode directory)
    {
        _mounts.Add(name, directory);
        (directory.Parent, directory.Name) = (this, name);
    }

    public override Errno Find(string name, out FileNode? node)
    {
        if (_mounts.TryGetValue(name, out DirectoryNode? mount))
        {
            node = mount;
            return Errno.None;
        }
        Errno error = below.Find(name, out node);
        if (node is DirectoryNode directory)
            directory.Parent = this;
        return error;
    }

    public override IReadOnlyList<(string Name, FileNode Node)> List()
    {
        List<(string, FileNode)> list = [];
        foreach ((string name, FileNode node) in below.List())
        {
            if (!_mounts.ContainsKey(name))
                list.Add((name, node));
        }
        foreach ((string name, DirectoryNode mount) in _mounts)
            list.Add((name, mount));
        return list;
    }

    public override Errno SetPermissions(int permissions) => below.SetPermissions(permissions);

    public override Errno SetModifiedAt(long time) => below.SetModifiedAt(time);

    public override Errno Create(string name, int permissions, out FileNode? node)
    {
        node = null;
        return _mounts.ContainsKey(name) ? Errno.EEXIST : below.Create(name, permissions, out node);
    }

    public override Errno MakeDirectory(string name, int permissions) => _mounts.ContainsKey(name) ? Errno.EEXIST : below.MakeDirectory(name, permissions);

    public override Errno MakeLink(string name, string target) => _mounts.ContainsKey(name) ? Errno.EEXIST : below.MakeLink(name, target);

    public override Errno MakePipe(string name, int permissions) => _mounts.ContainsKey(name) ? Errno.EEXIST : below.MakePipe(name, permissions);

    public override Errno AddName(string name, FileNode node) => _mounts.ContainsKey(name) ? Errno.EEXIST : below.AddName(name, node);

    public override Errno Remove(string name) => _mounts.ContainsKey(name) ? Errno.EISDIR : below.Remove(name);

    public override Errno RemoveDirectory(string name) => _mounts.ContainsKey(name) ? Errno.EBUSY : below.RemoveDirectory(name);

    public override Errno Rename(string name, DirectoryNode to, string newName)
    {
        if (_mounts.ContainsKey(name) || (to == this && _mounts.ContainsKey(newName)))
            return Errno.EBUSY;
        return below.Rename(name, to == this ? below : to, newName);
    }

    /// <summary>The directory that changes are made in, when a rename leads here from another.</summary>
    public DirectoryNode Below => below;
}
