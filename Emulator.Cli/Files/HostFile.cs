using Emulator.Core.Kernel;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Cli.Files;

/// <summary>A file of the host, read where and when it is looked at: a large or sparse one costs no memory.</summary>
internal sealed class HostFile : GuestFile
{
    private readonly SafeFileHandle _handle;

    private HostFile(string path, SafeFileHandle handle)
        : base(path)
    {
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <summary>Opens a file; pipes and devices, which could block for ever, count as empty files.</summary>
    /// <param name="hostPath">Where it is.</param>
    /// <param name="guestPath">What the guest calls it.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static GuestFile Open(string hostPath, string guestPath)
    {
        FileSystemInfo target = File.ResolveLinkTarget(hostPath, returnFinalTarget: true) ?? new FileInfo(hostPath);
        if (target is FileInfo { Length: 0 })
            return new MemoryFile(guestPath, ReadOnlyMemory<byte>.Empty);
        return new HostFile(guestPath, File.OpenHandle(hostPath));
    }

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into)
    {
        int done = 0;
        while (done < into.Length)
        {
            int read = RandomAccess.Read(_handle, into[done..], offset + done);
            if (read == 0)
                break;
            done += read;
        }
        return done;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
        base.Dispose(disposing);
    }
}
