namespace Emulator.Core.Kernel;

/// <summary>A file whose bytes are at hand.</summary>
public sealed class MemoryFile(string path, ReadOnlyMemory<byte> bytes) : GuestFile(path)
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into)
    {
        if (offset >= bytes.Length)
            return 0;
        int count = (int)Math.Min(into.Length, bytes.Length - offset);
        bytes.Span.Slice((int)offset, count).CopyTo(into);
        return count;
    }
}
