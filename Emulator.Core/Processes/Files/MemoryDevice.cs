using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A device that gives some bytes and takes or refuses others: null, zero, full, random, urandom.</summary>
/// <param name="node">The device.</param>
/// <param name="fill">Makes bytes; null for an end of file.</param>
/// <param name="full">Whether writing finds no room.</param>
internal sealed class MemoryDevice(FileNode node, SpanFiller? fill, bool full = false) : OpenFile(node)
{
    public override bool CanSeek => true;

    public override Errno Read(Span<byte> into, out int count)
    {
        count = 0;
        if (fill is null)
            return Errno.None;
        fill(into);
        count = into.Length;
        return Errno.None;
    }

    public override Errno Write(ReadOnlySpan<byte> from, out int count)
    {
        count = full ? 0 : from.Length;
        return full ? Errno.ENOSPC : Errno.None;
    }

    public override Errno ReadAt(long offset, Span<byte> into, out int count) => Read(into, out count);

    public override Errno WriteAt(long offset, ReadOnlySpan<byte> from, out int count) => Write(from, out count);

    public override Errno Seek(long offset, SeekOrigin origin, out long position)
    {
        position = 0;
        return Errno.None;
    }

    /// <summary>A private mapping of /dev/zero is anonymous memory.</summary>
    public bool MapsZeros => Node.DeviceNumber == 0x105;
}
