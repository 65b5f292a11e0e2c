using System.Text;
using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A file of /proc: its text is made when it is opened.</summary>
internal sealed class TextNode(Func<byte[]> text) : RegularNode
{
    public TextNode(Func<string> text)
        : this(() => Encoding.Latin1.GetBytes(text()))
    {
    }

    public override int Permissions => 0x124;   // 0444

    public override bool IsWritable => false;

    public override uint FileSystemType => 0x9fa0;

    public override int Read(long offset, Span<byte> into) => ReadFrom(text(), offset, into);

    public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        return Errno.EACCES;
    }

    public override Errno Truncate(long length) => Errno.None;

    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = new Opened(this, text());
        return Errno.None;
    }

    private static int ReadFrom(byte[] bytes, long offset, Span<byte> into)
    {
        if (offset < 0 || offset >= bytes.Length)
            return 0;
        int count = (int)Math.Min(into.Length, bytes.Length - offset);
        bytes.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    private sealed class Opened(TextNode node, byte[] bytes) : OpenFile(node)
    {
        public override bool CanSeek => true;

        public override Errno Read(Span<byte> into, out int count)
        {
            count = ReadFrom(bytes, Position, into);
            Position += count;
            return Errno.None;
        }

        public override Errno ReadAt(long offset, Span<byte> into, out int count)
        {
            count = ReadFrom(bytes, offset, into);
            return Errno.None;
        }

        public override Errno Seek(long offset, SeekOrigin origin, out long position)
        {
            position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => -1 };
            if (position < 0)
                return Errno.EINVAL;
            Position = position;
            return Errno.None;
        }
    }
}
