namespace Emulator.Core.Kernel;

/// <summary>Memory that a program shares with its children: a file without a name, whose pages are in the page cache and nowhere else (<c>shmem_zero_setup()</c>).</summary>
internal sealed class SharedMemory(PageCache cache, ulong bytes) : GuestFile("/dev/zero (deleted)")
{
    /// <inheritdoc/>
    public override long Length => (long)bytes;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into) => 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        cache.Drop(this);
        base.Dispose(disposing);
    }
}
