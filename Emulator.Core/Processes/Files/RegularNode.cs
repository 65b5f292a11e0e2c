using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>A file of bytes.</summary>
public abstract class RegularNode : FileNode
{
    private NodePages? _pages;

    /// <inheritdoc/>
    public override FileKind Kind => FileKind.Regular;

    /// <summary>Reads bytes.</summary>
    /// <returns>How many: fewer only at the end.</returns>
    public abstract int Read(long offset, Span<byte> into);

    /// <summary>Writes bytes; a gap before them reads as zeros.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="from">What.</param>
    /// <param name="count">How many were written.</param>
    public abstract Errno Write(long offset, ReadOnlySpan<byte> from, out int count);

    /// <summary>Makes it shorter or longer.</summary>
    public abstract Errno Truncate(long length);

    /// <summary>The file as mappings see it: one object whoever maps it and however often.</summary>
    /// <param name="path">The name that the first who asks knows it by.</param>
    public GuestFile PagesAs(string path) => _pages ??= new NodePages(this, path);

    internal GuestFile? KnownPages => _pages;

    /// <inheritdoc/>
    internal override Errno Open(OpenFlags flags, LinuxTask task, out OpenFile? file)
    {
        file = new RegularFile(this, task.System.Kernel.PageCache);
        return flags.HasFlag(OpenFlags.Truncate) ? RegularFile.Truncate(this, task.System, 0) : Errno.None;
    }

    private sealed class NodePages(RegularNode node, string path) : GuestFile(path)
    {
        public override long Length => node.Length;

        public override bool IsNameless => node.Links == 0;

        public override int Read(long offset, Span<byte> into) => node.Read(offset, into);

        public override void WriteBack(long offset, ReadOnlySpan<byte> from) => node.Write(offset, from, out _);
    }
}
