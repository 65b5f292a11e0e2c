using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A directory of /proc: what is in it is made up when it is looked at.</summary>
/// <param name="identities">Numbers files.</param>
/// <param name="names">The names in it now.</param>
/// <param name="make">Makes what a name stands for; null when there is none.</param>
internal sealed class ProcDirectory(FileIdentities identities, Func<IEnumerable<string>> names, Func<string, FileNode?> make) : DirectoryNode
{
    private readonly Dictionary<string, FileNode> _made = [];

    public override int Permissions => 0x16d;   // 0555

    public override bool IsWritable => false;

    public override uint FileSystemType => 0x9fa0;

    public override Errno Find(string name, out FileNode? node)
    {
        node = make(name);
        if (node is null)
        {
            _made.Remove(name);
            return Errno.ENOENT;
        }
        // The same name is the same file as long as it is the same kind.
        if (_made.TryGetValue(name, out FileNode? before) && before.GetType() == node.GetType())
            (node.Number, node.Device) = (before.Number, before.Device);
        identities.Give(node, Device);
        _made[name] = node;
        if (node is DirectoryNode directory)
            (directory.Parent, directory.Name) = (this, name);
        return Errno.None;
    }

    public override IReadOnlyList<(string Name, FileNode Node)> List()
    {
        List<(string, FileNode)> list = [];
        foreach (string name in names())
        {
            if (!Find(name, out FileNode? node).Failed())
                list.Add((name, node!));
        }
        return list;
    }

    public override Errno Create(string name, int permissions, out FileNode? node)
    {
        node = null;
        return Errno.ENOENT;
    }

    public override Errno Remove(string name) => Errno.EPERM;
}
