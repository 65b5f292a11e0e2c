using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Kernel;

/// <summary>What an address space is to a program: pages, each with its rights and its bytes. Private mappings only.</summary>
internal sealed class PageSetModel(PagedAddressSpace space, Random random)
{
    private const ulong PageBytes = 4096;
    private const AreaFlags Rights = AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute;

    private readonly SortedDictionary<ulong, Page> _pages = [];
    private readonly GuestFile[] _files = [NewFile("/a", 5 * 4096 + 100, random), NewFile("/b", 40 * 4096, random)];

    /// <summary>One random call.</summary>
    /// <returns>Its name.</returns>
    public string Step()
    {
        int call = random.Next(12);
        switch (call)
        {
            case 0 or 1:
                Map();
                break;
            case 2:
                Unmap();
                break;
            case 3:
                Protect();
                break;
            case 4:
                Remap();
                break;
            case 5:
                Break();
                break;
            case 6 or 7 or 8:
                Write();
                break;
            default:
                Read();
                break;
        }
        return call switch { 0 or 1 => "mmap", 2 => "munmap", 3 => "mprotect", 4 => "mremap", 5 => "brk", 6 or 7 or 8 => "write", _ => "read" };
    }

    /// <summary>Every table covers a part of some area, or is a top table or one that once was: others would never be freed.</summary>
    public void CheckTables(string after)
    {
        foreach (TableView table in space.Tables.Tables().Where(table => table.Level < space.Tables.Depth - 1 && (table.Level == 0 || table.Start.Value != 0)))
        {
            VirtualAddress last = table.Start + ((1UL << space.Tables.Tree[table.Level].TableShift) - 1);
            Assert.True(space.Find(table.Start)?.Start <= last, $"after {after} a table of level {table.Level} at {table.Start} belongs to no area of {string.Join(' ', space.Areas.Select(area => $"{area.Start}-{area.End}"))}");
        }
    }

    public void Check()
    {
        Dictionary<ulong, AreaFlags> found = [];
        VirtualMemoryArea? before = null;
        foreach (VirtualMemoryArea area in space.Areas)
        {
            Assert.True(area.Start < area.End && area.Start.Value % PageBytes == 0 && area.End.Value % PageBytes == 0);
            Assert.True(before is null || before.End <= area.Start, "areas overlap or are out of order");
            for (VirtualAddress page = area.Start; page < area.End; page += PageBytes)
                found.Add(page.Value, area.Flags & Rights);
            before = area;
        }
        Assert.Equal(_pages.Select(page => (page.Key, page.Value.Rights)), found.OrderBy(page => page.Key).Select(page => (page.Key, page.Value)));
        // Every leaf belongs to a page, allows no more than the page, and the anonymous ones are counted.
        long anonymous = 0;
        VirtualAddress from = default;
        while (space.Tables.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out LeafView leaf))
        {
            Page page = _pages[leaf.Address.Value];
            Assert.True(!leaf.Flags.HasFlag(PageFlags.Write) || page.Rights.HasFlag(AreaFlags.Write), $"{leaf.Address} is writable in {page.Rights}");
            Assert.True(!leaf.Flags.HasFlag(PageFlags.Write) || space.Frames.OwnerOf(leaf.Target) == FrameUse.Anonymous, $"a shared frame is writable at {leaf.Address}");
            anonymous += space.Frames.OwnerOf(leaf.Target) == FrameUse.Anonymous ? 1 : 0;
            from = leaf.Address + PageBytes;
        }
        Assert.Equal(anonymous, space.AnonymousPages);
        Assert.Equal(anonymous, space.Frames.InUse(FrameUse.Anonymous));
        Assert.Equal(-1, space.Frames.Memory.Slice(ZeroPage(), (int)PageBytes).IndexOfAnyExcept((byte)0));
    }

    private PhysicalAddress ZeroPage() => new(4096);     // the kernel's first allocation

    private void Map()
    {
        bool fixedPlace = random.Chance(50);
        ulong start = RandomPage(), pages = (ulong)random.Next(1, 40);
        GuestFile? file = random.Chance(40) ? random.Pick(_files) : null;
        ulong offset = file is null ? 0 : (ulong)random.Next(6) * PageBytes;
        AreaFlags rights = RandomRights();
        MapFlags flags = !fixedPlace ? MapFlags.None : random.Chance(50) ? MapFlags.Fixed : MapFlags.FixedNoReplace;

        Errno error = space.Map(new MapRequest(new VirtualAddress(start), pages * PageBytes - (ulong)random.Next(4096), rights, flags, file, offset), out VirtualAddress at);

        bool occupied = Range(start, pages).Any(_pages.ContainsKey);
        if (flags == MapFlags.FixedNoReplace && occupied && start + pages * PageBytes <= space.TaskSize)
        {
            Assert.Equal(Errno.EEXIST, error);
            return;
        }
        if (error.Failed())
        {
            Assert.Equal(Errno.ENOMEM, error);
            return;
        }
        if (fixedPlace)
            Assert.Equal(start, at.Value);
        else
            Assert.DoesNotContain(Range(at.Value, pages), _pages.ContainsKey);
        for (ulong i = 0; i < pages; i++)
            _pages[at.Value + i * PageBytes] = new Page(rights, file, (long)(offset / PageBytes + i));
    }

    private void Unmap()
    {
        ulong start = RandomPage(), pages = (ulong)random.Next(1, 30);

        Errno error = space.Unmap(new VirtualAddress(start), pages * PageBytes);

        Assert.Equal(start + pages * PageBytes <= space.TaskSize ? Errno.None : Errno.EINVAL, error);
        if (!error.Failed())
            RemoveRange(start, pages);
    }

    private void Protect()
    {
        ulong start = RandomPage(), pages = (ulong)random.Next(1, 30);
        AreaFlags rights = RandomRights();

        Errno error = space.Protect(new VirtualAddress(start), pages * PageBytes, rights);

        bool gap = false;
        foreach (ulong page in Range(start, pages))
        {
            gap |= !_pages.ContainsKey(page);
            if (!gap)
                _pages[page] = _pages[page] with { Rights = rights };
        }
        Assert.Equal(gap ? Errno.ENOMEM : Errno.None, error);
    }

    private void Remap()
    {
        if (space.Areas.Count == 0)
            return;
        VirtualMemoryArea area = random.Pick(space.Areas);
        ulong areaPages = area.Bytes / PageBytes, first = (ulong)random.NextInt64((long)areaPages);
        ulong start = area.Start.Value + first * PageBytes, oldPages = (ulong)random.NextInt64(1, (long)(areaPages - first) + 1), newPages = (ulong)random.Next(1, 50);
        bool mayMove = random.Chance(70);
        Page last = _pages[start + (oldPages - 1) * PageBytes];

        Errno error = space.Remap(new VirtualAddress(start), oldPages * PageBytes, newPages * PageBytes, mayMove, target: null, out VirtualAddress at);

        if (error.Failed())
        {
            Assert.Equal(Errno.ENOMEM, error);
            Assert.True(newPages > oldPages);
            return;
        }
        Assert.True(mayMove || at.Value == start);
        Page[] moved = [.. Range(start, Math.Min(oldPages, newPages)).Select(page => _pages[page])];
        RemoveRange(start, oldPages);
        Assert.DoesNotContain(Range(at.Value, newPages), _pages.ContainsKey);
        for (ulong i = 0; i < newPages; i++)
            _pages[at.Value + i * PageBytes] = i < oldPages ? moved[i] : last with { Content = null, FilePage = last.FilePage + (long)(i - oldPages) + 1 };
    }

    private void Break()
    {
        ulong before = space.BrkEnd.Value, wanted = space.StartBrk.Value + (ulong)random.Next(-5000, 300_000);

        VirtualAddress now = space.SetBreak(new VirtualAddress(wanted));

        Assert.Contains(now.Value, new[] { before, wanted });
        if (now.Value == before)
            return;
        ulong oldEnd = (before + PageBytes - 1) / PageBytes * PageBytes, newEnd = (wanted + PageBytes - 1) / PageBytes * PageBytes;
        if (newEnd < oldEnd)
            RemoveRange(newEnd, (oldEnd - newEnd) / PageBytes);
        for (ulong page = oldEnd; page < newEnd; page += PageBytes)
            _pages.Add(page, new Page(AreaFlags.Read | AreaFlags.Write, null, 0));
    }

    private void Write()
    {
        ulong at = RandomPage() + (ulong)random.Next(4096);
        byte[] bytes = new byte[random.Next(1, 9000)];
        random.NextBytes(bytes);

        Errno error = space.CopyOut(new VirtualAddress(at), bytes);

        int written = 0;
        bool allMapped = true;
        foreach (ulong page in Range(at / PageBytes * PageBytes, (at % PageBytes + (ulong)bytes.Length + PageBytes - 1) / PageBytes))
        {
            if (!_pages.TryGetValue(page, out Page there) || !there.Rights.HasFlag(AreaFlags.Write) || IsBehindFile(there))
            {
                allMapped = false;
                break;
            }
            if (error == Errno.ENOMEM)
                break;
            byte[] content = there.Content is { } old ? [.. old] : Original(there);
            int offset = (int)(Math.Max(at, page) - page), count = Math.Min((int)PageBytes - offset, bytes.Length - written);
            bytes.AsSpan(written, count).CopyTo(content.AsSpan(offset));
            written += count;
            _pages[page] = there with { Content = content };
        }
        if (error == Errno.ENOMEM)
            Reread(at, bytes.Length);       // out of frames in the middle: whole pages before that are written
        else
            Assert.Equal(allMapped ? Errno.None : Errno.EFAULT, error);
    }

    /// <summary>Takes over what is there now, after a write that stopped at some page.</summary>
    private void Reread(ulong at, int count)
    {
        space.Frames.FailAt(long.MaxValue / 2);
        foreach (ulong page in Range(at / PageBytes * PageBytes, (at % PageBytes + (ulong)count + PageBytes - 1) / PageBytes))
        {
            byte[] content = new byte[PageBytes];
            if (_pages.TryGetValue(page, out Page there) && !space.CopyIn(new VirtualAddress(page), content).Failed())
                _pages[page] = there with { Content = content };
        }
    }

    private void Read()
    {
        ulong at = RandomPage() + (ulong)random.Next(4096);
        byte[] bytes = new byte[random.Next(1, 9000)];

        Errno error = space.CopyIn(new VirtualAddress(at), bytes);

        if (error == Errno.ENOMEM)
            return;
        byte[] expected = new byte[bytes.Length];
        int done = 0;
        while (done < expected.Length)
        {
            ulong page = (at + (ulong)done) / PageBytes * PageBytes;
            if (!_pages.TryGetValue(page, out Page there) || there.Rights == AreaFlags.None || IsBehindFile(there))
                break;
            int offset = (int)(at + (ulong)done - page), count = Math.Min((int)PageBytes - offset, expected.Length - done);
            (there.Content ?? Original(there)).AsSpan(offset, count).CopyTo(expected.AsSpan(done));
            done += count;
        }
        Assert.Equal(done == expected.Length ? Errno.None : Errno.EFAULT, error);
        Assert.Equal(expected.AsSpan(0, done), bytes.AsSpan(0, done));
    }

    /// <summary>A page at or near one that is mapped, or near the ends, or anywhere.</summary>
    private ulong RandomPage()
    {
        ulong last = space.TaskSize / PageBytes - 1;
        ulong page = random.Next(6) switch
        {
            0 => (ulong)random.NextInt64((long)last + 1),
            1 => last - (ulong)random.Next(40),
            2 => 1 + (ulong)random.Next(60),
            _ when _pages.Count > 0 => (ulong)Math.Max(0, (long)(_pages.Keys.ElementAt(random.Next(_pages.Count)) / PageBytes) + random.Next(-8, 9)),
            _ => 0x100 + (ulong)random.Next(100),
        };
        return Math.Min(page, last) * PageBytes;
    }

    private AreaFlags RandomRights() => random.Pick([
        AreaFlags.None, AreaFlags.Read, AreaFlags.Read | AreaFlags.Execute, AreaFlags.Read | AreaFlags.Write, AreaFlags.Read | AreaFlags.Write,
        AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute]);

    private static IEnumerable<ulong> Range(ulong start, ulong pages)
    {
        for (ulong i = 0; i < pages; i++)
            yield return start + i * PageBytes;
    }

    private void RemoveRange(ulong start, ulong pages)
    {
        foreach (ulong page in Range(start, pages))
            _pages.Remove(page);
    }

    private static bool IsBehindFile(Page page) => page.Content is null && page.File is { } file && page.FilePage * (long)PageBytes >= file.Length;

    private static byte[] Original(Page page)
    {
        byte[] content = new byte[PageBytes];
        page.File?.Read(page.FilePage * (long)PageBytes, content);
        return content;
    }

    private static MemoryFile NewFile(string path, int length, Random random)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return new MemoryFile(path, bytes);
    }

    /// <summary>One page: rights, file and page in it, and its bytes once they are the program's own.</summary>
    private readonly record struct Page(AreaFlags Rights, GuestFile? File, long FilePage)
    {
        public byte[]? Content { get; init; }
    }
}
