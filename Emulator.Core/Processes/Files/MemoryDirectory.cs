using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A directory in memory.</summary>
internal sealed class MemoryDirectory(FileIdentities identities, MemoryBudget budget, Func<long> now) : DirectoryNode
{
    private readonly SortedDictionary<string, FileNode> _entries = new(StringComparer.Ordinal);
    private int _permissions = 0x1ed;   // 0755
    private long _modifiedAt = now();

    public override int Permissions => _permissions;

    public override long ModifiedAt => _modifiedAt;

    public override int Links
    {
        get
        {
            int links = 2;
            foreach (FileNode node in _entries.Values)
                links += node is DirectoryNode ? 1 : 0;
            return links;
        }
    }

    public override Errno SetPermissions(int permissions)
    {
        _permissions = permissions;
        return Errno.None;
    }

    public override Errno SetModifiedAt(long time)
    {
        _modifiedAt = time;
        return Errno.None;
    }

    public override Errno Find(string name, out FileNode? node) => _entries.TryGetValue(name, out node) ? Errno.None : Errno.ENOENT;

    public override IReadOnlyList<(string Name, FileNode Node)> List()
    {
        (string, FileNode)[] list = new (string, FileNode)[_entries.Count];
        int i = 0;
        foreach ((string name, FileNode node) in _entries)
            list[i++] = (name, node);
        return list;
    }

    /// <summary>Puts a node here, by whoever builds the tree.</summary>
    public T Put<T>(string name, T node)
        where T : FileNode
    {
        identities.Give(node, Device);
        _entries[name] = node;
        if (node is DirectoryNode directory)
            (directory.Parent, directory.Name) = (this, name);
        return node;
    }

    public MemoryDirectory Directory(string name) =>
        _entries.TryGetValue(name, out FileNode? node) ? (MemoryDirectory)node : Put(name, new MemoryDirectory(identities, budget, now));

    public override Errno Create(string name, int permissions, out FileNode? node)
    {
        node = null;
        if (Refuses() is var refused && refused.Failed())
            return refused;
        MemoryRegular file = new(budget, now);
        file.SetPermissions(permissions);
        node = Put(name, file);
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno MakeDirectory(string name, int permissions)
    {
        if (Refuses() is var refused && refused.Failed())
            return refused;
        Put(name, new MemoryDirectory(identities, budget, now)).SetPermissions(permissions);
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno MakeLink(string name, string target)
    {
        if (Refuses() is var refused && refused.Failed())
            return refused;
        Put(name, new FixedLink(target));
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno MakePipe(string name, int permissions)
    {
        if (Refuses() is var refused && refused.Failed())
            return refused;
        Put(name, new NamedPipe(permissions, now));
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno AddName(string name, FileNode node)
    {
        if (node is not MemoryRegular file)
            return node is DirectoryNode ? Errno.EPERM : Errno.EXDEV;
        if (Refuses() is var refused && refused.Failed())
            return refused;
        file.AddLink();
        _entries[name] = node;
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno Remove(string name)
    {
        if (Find(name, out FileNode? node) is var missing && missing.Failed())
            return missing;
        if (node is DirectoryNode)
            return Errno.EISDIR;
        _entries.Remove(name);
        (node as MemoryRegular)?.DropLink();
        budget.GiveNode();
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno RemoveDirectory(string name)
    {
        if (Find(name, out FileNode? node) is var missing && missing.Failed())
            return missing;
        if (node is not MemoryDirectory directory)
            return node is DirectoryNode ? Errno.EBUSY : Errno.ENOTDIR;
        if (directory._entries.Count > 0)
            return Errno.ENOTEMPTY;
        _entries.Remove(name);
        directory.IsRemoved = true;
        budget.GiveNode();
        _modifiedAt = now();
        return Errno.None;
    }

    public override Errno Rename(string name, DirectoryNode to, string newName)
    {
        if (to is not MemoryDirectory target)
            return Errno.EXDEV;
        if (Find(name, out FileNode? node) is var missing && missing.Failed())
            return missing;
        if (target._entries.TryGetValue(newName, out FileNode? old) && old != node)
        {
            Errno error = (node, old) switch
            {
                (DirectoryNode, not DirectoryNode) => Errno.ENOTDIR,
                (DirectoryNode, _) => target.RemoveDirectory(newName),
                (_, DirectoryNode) => Errno.EISDIR,
                _ => target.Remove(newName),
            };
            if (error.Failed())
                return error;
        }
        _entries.Remove(name);
        target._entries[newName] = node!;
        if (node is DirectoryNode directory)
            (directory.Parent, directory.Name) = (target, newName);
        _modifiedAt = target._modifiedAt = now();
        return Errno.None;
    }

    private Errno Refuses() => IsRemoved ? Errno.ENOENT : budget.TryTakeNode() ? Errno.None : Errno.ENOSPC;
}
