using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>Pages of files, read once and shared by every mapping.</summary>
public sealed class PageCache(FrameAllocator frames)
{
    private const int FewFiles = 512;

    private readonly Dictionary<GuestFile, Dictionary<long, PhysicalAddress>> _files = [];
    private int _sweepAt = FewFiles;

    /// <summary>Pages that are held.</summary>
    public long Pages { get; private set; }

    /// <summary>The frame that holds one page of a file; bytes behind the end of the file are zero. The cache keeps one reference.</summary>
    /// <returns>EIO behind the last page (SIGBUS to a program), ENOMEM when no frame is free.</returns>
    public Errno Get(GuestFile file, long page, out PhysicalAddress frame)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (_files.TryGetValue(file, out Dictionary<long, PhysicalAddress>? pages) && pages.TryGetValue(page, out frame))
            return Errno.None;
        frame = default;
        long offset = page << frames.PageShift;
        if (offset < 0 || offset >= file.Length)
            return Errno.EIO;
        if (!frames.TryAllocate(0, FrameUse.File, out frame))
            return Errno.ENOMEM;
        file.Read(offset, frames.Memory.Slice(frame, frames.PageBytes));
        if (pages is null)
        {
            if (_files.Count >= _sweepAt)
                Sweep();
            _files.Add(file, pages = []);
        }
        pages.Add(page, frame);
        Pages++;
        return Errno.None;
    }

    /// <summary>Reads from the pages that are held: mappings may have changed them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where <paramref name="bytes"/> were read from.</param>
    /// <param name="bytes">What the file itself has there; pages that are held win.</param>
    public void Overlay(GuestFile file, long offset, Span<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!_files.TryGetValue(file, out Dictionary<long, PhysicalAddress>? pages))
            return;
        for (int done = 0; done < bytes.Length;)
        {
            int count = Piece(offset + done, bytes.Length - done, out long page, out int inPage);
            if (pages.TryGetValue(page, out PhysicalAddress frame))
                frames.Memory.Slice(frame + (ulong)inPage, count).CopyTo(bytes[done..]);
            done += count;
        }
    }

    /// <summary>The file has been written to: pages that are held follow.</summary>
    public void Wrote(GuestFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!_files.TryGetValue(file, out Dictionary<long, PhysicalAddress>? pages))
            return;
        for (int done = 0; done < bytes.Length;)
        {
            int count = Piece(offset + done, bytes.Length - done, out long page, out int inPage);
            if (pages.TryGetValue(page, out PhysicalAddress frame))
            {
                frames.Memory.Watched.Change(frame);
                bytes.Slice(done, count).CopyTo(frames.Memory.Slice(frame + (ulong)inPage, count));
            }
            done += count;
        }
    }

    /// <summary>The file ends at <paramref name="length"/> now: pages behind are dropped, and what is left of the last one is zero.</summary>
    public void Truncated(GuestFile file, long length)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!_files.TryGetValue(file, out Dictionary<long, PhysicalAddress>? pages))
            return;
        int inPage = (int)(length & (frames.PageBytes - 1));
        long whole = length >> frames.PageShift;
        if (inPage != 0 && pages.TryGetValue(whole, out PhysicalAddress last))
        {
            frames.Memory.Watched.Change(last);
            frames.Memory.Slice(last + (ulong)inPage, frames.PageBytes - inPage).Clear();
        }
        long first = inPage == 0 ? whole : whole + 1;
        Release(pages, [.. pages.Keys.Where(page => page >= first)]);
    }

    /// <summary>Gives back pages that no address space uses, because memory is short; what shared memory holds is nowhere else and stays.</summary>
    /// <returns>Pages given back.</returns>
    public long Reclaim()
    {
        long before = Pages;
        foreach ((GuestFile file, Dictionary<long, PhysicalAddress> pages) in _files)
        {
            if (file is not SharedMemory)
                Release(pages, [.. pages.Where(page => frames.References(page.Value) == 1).Select(page => page.Key)]);
        }
        return before - Pages;
    }

    /// <summary>Drops the cache's reference to the pages of a file.</summary>
    public void Drop(GuestFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (_files.Remove(file, out Dictionary<long, PhysicalAddress>? pages))
            Release(pages, [.. pages.Keys]);
    }

    /// <summary>Drops the cache's reference to every page.</summary>
    public void Drop()
    {
        foreach (Dictionary<long, PhysicalAddress> pages in _files.Values)
            Release(pages, [.. pages.Keys]);
        _files.Clear();
    }

    /// <summary>
    /// Forgets files that have no name any more, as far as no address space uses their pages: who still has one open reads them again.
    /// Done whenever there are twice as many files as the last time left, so that it costs each of them little.
    /// </summary>
    private void Sweep()
    {
        foreach ((GuestFile file, Dictionary<long, PhysicalAddress> pages) in _files.Where(entry => entry.Key.IsNameless).ToArray())
        {
            Release(pages, [.. pages.Where(page => frames.References(page.Value) == 1).Select(page => page.Key)]);
            if (pages.Count == 0)
                _files.Remove(file);
        }
        _sweepAt = Math.Max(FewFiles, 2 * _files.Count);
    }

    private void Release(Dictionary<long, PhysicalAddress> pages, long[] which)
    {
        foreach (long page in which)
        {
            pages.Remove(page, out PhysicalAddress frame);
            frames.Release(frame);
            Pages--;
        }
    }

    private int Piece(long offset, int bytes, out long page, out int inPage)
    {
        page = offset >> frames.PageShift;
        inPage = (int)(offset & (frames.PageBytes - 1));
        return Math.Min(bytes, frames.PageBytes - inPage);
    }
}
