using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>An open directory: a list that is read once, from the start on.</summary>
internal sealed class DirectoryFile(DirectoryNode node) : OpenFile(node)
{
    private IReadOnlyList<(string Name, FileNode Node)>? _entries;

    public override bool CanSeek => true;

    public DirectoryNode Directory => node;

    /// <summary>An entry by its place: first <c>.</c> and <c>..</c>; null behind the last.</summary>
    public (string Name, FileNode Node)? EntryAt(long place)
    {
        if (place == 0 || _entries is null)
            _entries = node.List();
        return place switch
        {
            0 => (".", node),
            1 => ("..", node.Parent),
            _ => place - 2 < _entries.Count ? _entries[(int)place - 2] : null,
        };
    }

    public override Errno Read(Span<byte> into, out int count)
    {
        count = 0;
        return Errno.EISDIR;
    }

    public override Errno ReadAt(long offset, Span<byte> into, out int count) => Read(into, out count);

    public override Errno Seek(long offset, SeekOrigin origin, out long position)
    {
        position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => -1 };
        if (position < 0)
            return Errno.EINVAL;
        Position = position;
        return Errno.None;
    }
}
