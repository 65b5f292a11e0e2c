using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>A Linux tree with a hash table and a TLB model over it, without a kernel around them.</summary>
internal sealed class HashedSpace<TCodec, TEntry> : IDisposable
    where TCodec : struct, IPageTableEntryCodec
    where TEntry : struct, IHashedEntry
{
    private readonly FrameAllocator _frames;

    public HashedSpace(ulong memoryBytes, PageTableGeometry tree, VsidScramble scramble, HpteFormat format, int tableShift)
    {
        Memory = new PhysicalMemory(memoryBytes);
        _frames = new FrameAllocator(Memory, tree.PageShift);
        Assert.True(PageTables<TCodec>.TryCreate(tree, _frames, tree.MaxDepth, null, out PageTables<TCodec> tables));
        Assert.True(HashedPageTable.TryCreate(_frames, tableShift, format, out HashedPageTable? table));
        Tables = tables;
        Refill = new HashRefill<TCodec, TEntry>(tables, table!, scramble, scramble.FirstContext);
        ArchitecturalTlb tlb = new(new TlbShape("TLB", 64, 4, TlbReplacement.LeastRecentlyUsed), tree.PageShift);
        Model = new TlbModel(tlb, tlb, Refill, new MmuControls(1, 0), 1);
        tables.Flushed = Model.Flush;
        tables.Replacing = Model.Replacing;
    }

    public PhysicalMemory Memory { get; }

    public PageTables<TCodec> Tables { get; }

    public HashRefill<TCodec, TEntry> Refill { get; }

    public TlbModel Model { get; }

    /// <summary>Frames full of system calls.</summary>
    public PhysicalAddress[] Frames(int count)
    {
        PhysicalAddress[] pool = new PhysicalAddress[count];
        for (int i = 0; i < count; i++)
        {
            Assert.True(_frames.TryAllocate(0, FrameUse.Anonymous, out pool[i]));
            Agreement.FillFrame(Memory, pool[i], _frames.PageBytes);
        }
        return pool;
    }

    public void Dispose()
    {
        _frames.Dispose();
        Memory.Dispose();
    }
}
