using Emulator.Core.Kernel;
using Emulator.Core.Processes.Files;

namespace Emulator.Cli.Running;

/// <summary>PROGRAM in a tree where nothing else is: its file, for reading and executing.</summary>
internal sealed class ProgramNode(GuestFile file) : RegularNode
{
    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override int Permissions => 0x1ed;   // 0755

    /// <inheritdoc/>
    public override bool IsWritable => false;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into) => file.Read(offset, into);

    /// <inheritdoc/>
    public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
    {
        count = 0;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Truncate(long length) => Errno.EROFS;
}
