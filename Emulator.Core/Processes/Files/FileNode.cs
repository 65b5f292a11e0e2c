using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A file whatever its names (<c>inode</c>).</summary>
public abstract class FileNode
{
    private FileLocks? _locks;

    /// <summary>What it is.</summary>
    public abstract FileKind Kind { get; }

    /// <summary>st_ino.</summary>
    public ulong Number { get; internal set; }

    /// <summary>st_dev: which file system it is on.</summary>
    public ulong Device { get; internal set; }

    /// <summary>st_rdev: which device it is.</summary>
    public virtual ulong DeviceNumber => 0;

    /// <summary>st_nlink.</summary>
    public virtual int Links => 1;

    /// <summary>The lower 12 bits of st_mode.</summary>
    public virtual int Permissions => 0x1b6;    // 0666

    /// <summary>st_size.</summary>
    public virtual long Length => 0;

    /// <summary>When it was changed last, in nanoseconds since 1970.</summary>
    public virtual long ModifiedAt => 0;

    /// <summary>Whether it can be changed: of its file system, not of its permissions.</summary>
    public virtual bool IsWritable => true;

    /// <summary>f_type of its file system: tmpfs, unless it says otherwise.</summary>
    public virtual uint FileSystemType => 0x01021994;

    /// <summary>Sets the lower 12 bits of st_mode.</summary>
    public virtual Errno SetPermissions(int permissions) => Errno.EPERM;

    /// <summary>Sets when it was changed last, in nanoseconds since 1970.</summary>
    public virtual Errno SetModifiedAt(long time) => Errno.EPERM;

    /// <summary>Gives it its numbers, by whoever keeps the file system.</summary>
    public void Identify(ulong number, ulong device) => (Number, Device) = (number, device);

    internal FileLocks Locks => _locks ??= new FileLocks();

    /// <summary>Its locks, if anybody has ever asked for them.</summary>
    internal FileLocks? KnownLocks => _locks;

    /// <summary>What the name of an open one looks like when it has none (<c>pipe:[5]</c>).</summary>
    internal virtual string? Nameless => null;

    /// <summary>Opens it; permission has been asked for already.</summary>
    internal abstract Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file);
}
