using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Cli.Running;

/// <summary>A file of the host. What is neither file nor directory there, and could block for ever, is an empty file here.</summary>
internal sealed class HostRegular(HostTree tree, HostDirectory directory, string name) : RegularNode, IDisposable
{
    private readonly List<(HostDirectory Directory, string Name)> _names = [(directory, name)];      // those that guests gave it; the host may know more
    private SafeFileHandle? _handle;
    private bool _writes;

    /// <inheritdoc/>
    public override bool IsWritable => tree.IsWritable;

    /// <inheritdoc/>
    public override uint FileSystemType => 0xef53;

    /// <inheritdoc/>
    public override long Length => TryOpen(false) ? RandomAccess.GetLength(_handle!) : 0;

    /// <inheritdoc/>
    public override int Permissions => HasName ? (int)Info.UnixFileMode & 0xfff : 0x1a4;

    /// <inheritdoc/>
    public override int Links => _names.Count;

    /// <inheritdoc/>
    public override long ModifiedAt => HasName ? HostTree.Time(Info) : 0;

    /// <summary>Where it is on the host, by one of its names; it has one.</summary>
    public string HostFilePath => _names[0].Directory.PathOf(_names[0].Name);

    private FileInfo Info => new(HostFilePath);

    private bool HasName => _names.Count > 0;

    /// <summary>Whether it is a file of that tree.</summary>
    public bool IsOf(HostTree other) => tree == other;

    /// <summary>It has got another name.</summary>
    public void AddName(HostDirectory directory, string name) => _names.Add((directory, name));

    /// <summary>One of its names is about to go. With the last one nobody finds it any more; whoever has it open keeps it.</summary>
    public void RemoveName(HostDirectory directory, string name)
    {
        if (_names is [_])
            TryOpen(tree.IsWritable);
        _names.Remove((directory, name));
    }

    /// <summary>One of its names is another now.</summary>
    public void MoveTo(HostDirectory from, string oldName, HostDirectory directory, string name)
    {
        int index = _names.IndexOf((from, oldName));
        if (index >= 0)
            _names[index] = (directory, name);
    }

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into)
    {
        int done = 0;
        if (!TryOpen(false))
            return 0;
        while (done < into.Length)
        {
            int read = RandomAccess.Read(_handle!, into[done..], offset + done);
            if (read == 0)
                break;
            done += read;
        }
        return done;
    }

    /// <inheritdoc/>
    public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        if (!IsWritable || !TryOpen(true))
            return IsWritable ? Errno.EACCES : Errno.EROFS;
        try
        {
            RandomAccess.Write(_handle!, from, offset);
            count = from.Length;
            return Errno.None;
        }
        catch (IOException)
        {
            return Errno.ENOSPC;
        }
    }

    /// <inheritdoc/>
    public override Errno Truncate(long length)
    {
        if (!IsWritable || !TryOpen(true))
            return IsWritable ? Errno.EACCES : Errno.EROFS;
        return HostPath.Try(() => RandomAccess.SetLength(_handle!, length));
    }

    /// <inheritdoc/>
    public override Errno SetPermissions(int permissions) => Change(() => HostPath.SetMode(Info.FullName, permissions));

    /// <inheritdoc/>
    public override Errno SetModifiedAt(long time) => Change(() => File.SetLastWriteTimeUtc(Info.FullName, HostTree.Time(time)));

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();

    /// <summary>Changes what belongs to its name; without one nobody will ever see it.</summary>
    private Errno Change(Action act) => !IsWritable ? Errno.EROFS : HasName ? HostPath.Try(act) : Errno.None;

    private bool TryOpen(bool writes)
    {
        if (_handle is not null && (_writes || !writes))
            return true;
        if (!HasName)
            return false;
        FileInfo info = Info;
        if (info.LinkTarget is not null || (!writes && info.Exists && info.Length == 0))
            return false;
        SafeFileHandle? handle = null;
        if (HostPath.Try(() => handle = File.OpenHandle(info.FullName, FileMode.Open, writes ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)).Failed())
            return false;
        _handle?.Dispose();
        (_handle, _writes) = (handle, writes);
        return true;
    }
}
