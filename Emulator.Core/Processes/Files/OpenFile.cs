using Emulator.Core.Kernel;
using Emulator.Core.Processes.Calls;

namespace Emulator.Core.Processes.Files;

/// <summary>An open file (<c>struct file</c>): what descriptors of one or several processes stand for.</summary>
/// <remarks>Reading and writing never sleeps: EAGAIN says that nothing can be done now, and the queues are woken when that changes.</remarks>
internal abstract class OpenFile(FileNode node)
{
    private int _references = 1;

    public FileNode Node => node;

    /// <summary>Flags that stay: access, O_APPEND, O_NONBLOCK.</summary>
    public OpenFlags Flags { get; set; }

    /// <summary>The path that it was opened by, or what stands for one.</summary>
    public string Path { get; set; } = "";

    public long Position { get; set; }

    /// <summary>Is woken when there is something to read, or nothing will ever be.</summary>
    public virtual WaitQueue? Readable => null;

    /// <summary>Is woken when there is room to write, or nobody will ever read.</summary>
    public virtual WaitQueue? Writable => null;

    public bool MayRead => (Flags & (OpenFlags.AccessMask | OpenFlags.PathOnly)) is OpenFlags.None or OpenFlags.ReadWrite;

    public bool MayWrite => (Flags & (OpenFlags.AccessMask | OpenFlags.PathOnly)) is OpenFlags.WriteOnly or OpenFlags.ReadWrite;

    public virtual bool CanSeek => false;

    /// <summary>Reads at the position and moves it.</summary>
    public virtual Errno Read(Span<byte> into, out int count)
    {
        count = 0;
        return Errno.EINVAL;
    }

    /// <summary>Writes at the position and moves it.</summary>
    public virtual Errno Write(ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        return Errno.EINVAL;
    }

    /// <summary>Reads elsewhere.</summary>
    public virtual Errno ReadAt(long offset, Span<byte> into, out int count)
    {
        count = 0;
        return Errno.ESPIPE;
    }

    /// <summary>Writes elsewhere.</summary>
    public virtual Errno WriteAt(long offset, ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        return Errno.ESPIPE;
    }

    /// <summary>Moves the position.</summary>
    public virtual Errno Seek(long offset, SeekOrigin origin, out long position)
    {
        position = 0;
        return Errno.ESPIPE;
    }

    public virtual PollEvents Poll() => PollEvents.In | PollEvents.Out | PollEvents.ReadNormal | PollEvents.WriteNormal;

    /// <summary>Bytes that a read would give at once (FIONREAD); null where that is not known.</summary>
    public virtual long? Available => null;

    /// <summary>A request that is this kind of file's own.</summary>
    public virtual CallResult Control(CallContext call, uint request, ulong argument) => Errno.ENOTTY;

    /// <summary>What a mapping of it maps.</summary>
    public virtual Errno Map(out GuestFile? file)
    {
        file = null;
        return Errno.ENODEV;
    }

    public OpenFile Share()
    {
        _references++;
        return this;
    }

    public void Release()
    {
        if (--_references > 0)
            return;
        node.KnownLocks?.RemoveAll(this);
        Close();
    }

    /// <summary>The last descriptor is gone.</summary>
    protected virtual void Close()
    {
    }
}
