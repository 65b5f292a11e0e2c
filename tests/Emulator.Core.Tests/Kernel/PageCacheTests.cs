using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Xunit;

namespace Emulator.Core.Tests.Kernel;

public sealed class PageCacheTests : IDisposable
{
    private readonly PhysicalMemory _memory = new(64 << 20);
    private readonly FrameAllocator _frames;
    private readonly PageCache _cache;

    public PageCacheTests()
    {
        _frames = new FrameAllocator(_memory, 12);
        _cache = new PageCache(_frames);
    }

    public void Dispose()
    {
        _frames.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Files_without_a_name_are_forgotten_when_there_are_many()
    {
        for (int i = 0; i < 5000; i++)
            Assert.Equal(Errno.None, _cache.Get(new File(nameless: true), 0, out _));

        Assert.InRange(_cache.Pages, 1, 1024);
    }

    [Fact]
    public void Files_with_a_name_stay()
    {
        for (int i = 0; i < 5000; i++)
            Assert.Equal(Errno.None, _cache.Get(new File(nameless: false), 0, out _));

        Assert.Equal(5000, _cache.Pages);
    }

    [Fact]
    public void A_page_that_an_address_space_uses_stays()
    {
        File mapped = new(nameless: true);
        _cache.Get(mapped, 0, out PhysicalAddress frame);
        _frames.AddReference(frame);

        for (int i = 0; i < 5000; i++)
            _cache.Get(new File(nameless: true), 0, out _);

        _cache.Get(mapped, 0, out PhysicalAddress again);
        Assert.Equal(frame, again);
        Assert.Equal(2, _frames.References(frame));
    }

    private sealed class File(bool nameless) : GuestFile("/file")
    {
        public override long Length => 1;

        public override bool IsNameless => nameless;

        public override int Read(long offset, Span<byte> into)
        {
            into[..1].Fill(1);
            return 1;
        }
    }
}
