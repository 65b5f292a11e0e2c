using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>Pages of files, read once and shared by every mapping.</summary>
public sealed class PageCache(FrameAllocator frames)
{
    private readonly Dictionary<(GuestFile File, long Page), PhysicalAddress> _pages = [];

    /// <summary>The frame that holds one page of a file; bytes behind the end of the file are zero. The cache keeps one reference.</summary>
    /// <returns>EIO behind the last page (SIGBUS to a program), ENOMEM when no frame is free.</returns>
    public Errno Get(GuestFile file, long page, out PhysicalAddress frame)
    {
        if (_pages.TryGetValue((file, page), out frame))
            return Errno.None;
        long offset = page << frames.PageShift;
        if (offset < 0 || offset >= file.Length)
            return Errno.EIO;
        if (!frames.TryAllocate(0, FrameUse.File, out frame))
            return Errno.ENOMEM;
        file.Read(offset, frames.Memory.Slice(frame, frames.PageBytes));
        _pages.Add((file, page), frame);
        return Errno.None;
    }

    /// <summary>Drops the cache's reference to every page.</summary>
    public void Drop()
    {
        foreach (PhysicalAddress frame in _pages.Values)
            frames.Release(frame);
        _pages.Clear();
    }
}
