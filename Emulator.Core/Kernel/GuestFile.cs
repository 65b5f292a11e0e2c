namespace Emulator.Core.Kernel;

/// <summary>A file that a guest can execute or map: a path as the guest sees it, a length, and bytes.</summary>
public abstract class GuestFile(string path) : IDisposable
{
    /// <summary>Path as the guest sees it.</summary>
    public string Path { get; } = path;

    /// <summary>Length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>All its names are gone: nobody can open it again, and it ends with whoever has it open or mapped now.</summary>
    public virtual bool IsNameless => false;

    /// <summary>Reads up to <paramref name="into"/>.Length bytes at <paramref name="offset"/>.</summary>
    /// <returns>Bytes read; fewer only at the end of the file.</returns>
    public abstract int Read(long offset, Span<byte> into);

    /// <summary>Reads exactly as many bytes as asked.</summary>
    /// <returns>False when the file ends before.</returns>
    public bool TryReadExactly(long offset, Span<byte> into) => offset >= 0 && Read(offset, into) == into.Length;

    /// <summary>Writes bytes back that a shared mapping has changed; files that cannot be written to ignore it.</summary>
    public virtual void WriteBack(long offset, ReadOnlySpan<byte> from)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what the file holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
