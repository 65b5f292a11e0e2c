using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>An open file of bytes; reading sees what shared mappings have changed, and mappings see what is written.</summary>
internal sealed class RegularFile(RegularNode node, PageCache cache) : OpenFile(node)
{
    public override bool CanSeek => true;

    public override long? Available => Math.Max(0, node.Length - Position);

    public override Errno Read(Span<byte> into, out int count)
    {
        Errno error = ReadAt(Position, into, out count);
        Position += count;
        return error;
    }

    public override Errno Write(ReadOnlySpan<byte> from, out int count)
    {
        if (Flags.HasFlag(OpenFlags.Append))
            Position = node.Length;
        Errno error = WriteAt(Position, from, out count);
        Position += count;
        return error;
    }

    public override Errno ReadAt(long offset, Span<byte> into, out int count)
    {
        count = node.Read(offset, into);
        if (node.KnownPages is { } pages)
            cache.Overlay(pages, offset, into[..count]);
        return Errno.None;
    }

    public override Errno WriteAt(long offset, ReadOnlySpan<byte> from, out int count)
    {
        Errno error = node.Write(offset, from, out count);
        if (count > 0 && node.KnownPages is { } pages)
            cache.Wrote(pages, offset, from[..count]);
        return error;
    }

    public override Errno Seek(long offset, SeekOrigin origin, out long position)
    {
        long from = origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => node.Length };
        position = from + offset;
        if (position < 0 || (offset > 0 && position < from))
            return offset > 0 ? Errno.EOVERFLOW : Errno.EINVAL;
        Position = position;
        return Errno.None;
    }

    public static Errno Truncate(RegularNode node, LinuxSystem system, long length)
    {
        Errno error = node.Truncate(length);
        if (error.Failed() || node.KnownPages is not { } pages)
            return error;
        system.Kernel.PageCache.Truncated(pages, length);
        system.Shortened(pages, length);
        return Errno.None;
    }

    public override Errno Map(out GuestFile? file)
    {
        file = node.PagesAs(Path);
        return Errno.None;
    }
}
