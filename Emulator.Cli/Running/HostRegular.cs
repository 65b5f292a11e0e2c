using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Cli.Running;

/// <summary>A file of the host. What is neither file nor directory there, and could block for ever, is an empty file here.</summary>
internal sealed class HostRegular(HostTree tree, HostDirectory directory, string name) : RegularNode, IDisposable
{
    private HostDirectory _directory = directory;
    private string _name = name;
    private SafeFileHandle? _handle;
    private bool _writes, _detached;

    /// <inheritdoc/>
    public override bool IsWritable => tree.IsWritable;

    /// <inheritdoc/>
    public override uint FileSystemType => 0xef53;

    /// <inheritdoc/>
    public override long Length => TryOpen(false) ? RandomAccess.GetLength(_handle!) : 0;

    /// <inheritdoc/>
    public override int Permissions => _detached ? 0x1a4 : (int)Info.UnixFileMode & 0xfff;

    /// <inheritdoc/>
    public override int Links => _detached ? 0 : 1;

    /// <inheritdoc/>
    public override long ModifiedAt => _detached ? 0 : HostTree.Time(Info);

    private FileInfo Info => new(_directory.PathOf(_name));

    /// <summary>Its name goes; whoever has it open keeps it.</summary>
    public void Detach()
    {
        TryOpen(tree.IsWritable);
        _detached = true;
    }

    /// <summary>It has another name.</summary>
    public void MoveTo(HostDirectory directory, string name) => (_directory, _name) = (directory, name);

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
    public override Errno SetPermissions(int permissions) => IsWritable ? HostPath.Try(() => HostPath.SetMode(Info.FullName, permissions)) : Errno.EROFS;

    /// <inheritdoc/>
    public override Errno SetModifiedAt(long time) => IsWritable ? HostPath.Try(() => File.SetLastWriteTimeUtc(Info.FullName, HostTree.Time(time))) : Errno.EROFS;

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();

    private bool TryOpen(bool writes)
    {
        if (_handle is not null && (_writes || !writes))
            return true;
        if (_detached)
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
