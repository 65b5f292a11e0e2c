using Emulator.Arch.Amd64;
using Emulator.Arch.S390;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>The quick ways to a translation, the plain walk and the cache, against the walker that they stand in for.</summary>
public class PlainWalkTests
{
    private const int Trees = 12, WalksPerTree = 150;

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Quick_translations_of_amd64_equal_the_walkers(int depth)
    {
        MmuControls Controls(Random random) => Amd64Entry.Controls((Amd64Controls)random.Next(512), random.Next(36, 53), (uint)random.Next(16));
        int plain = 0;
        for (int seed = 0; seed < Trees; seed++)
            plain += Compare<Amd64Entry>(depth == 4 ? Amd64Trees.FourLevel : Amd64Trees.FiveLevel, depth, seed, Controls);

        Assert.NotEqual(0, plain);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Quick_translations_of_s390_equal_the_walkers(int depth)
    {
        MmuControls Controls(Random random) => S390Entry<S390SoftwareBits61>.Controls((S390Controls)random.Next(8));
        int plain = 0;
        for (int seed = 0; seed < Trees; seed++)
            plain += Compare<S390Entry<S390SoftwareBits61>>(S390Trees.Dat, depth, seed, Controls);

        Assert.NotEqual(0, plain);
    }

    [Fact]
    public void Loads_and_stores_reach_the_same_bytes_hit_or_miss_aligned_or_not()
    {
        using PhysicalMemory memory = new(1 << 20);
        using FrameAllocator frames = new(memory, 12);
        using Mmu<Amd64Entry> mmu = new(memory, Amd64Trees.FourLevel);
        Assert.True(PageTables<Amd64Entry>.TryCreate(Amd64Trees.FourLevel, frames, 4, null, out PageTables<Amd64Entry> tables));
        VirtualAddress low = new(0x40_0000), lastPage = new(0x7fff_ffff_e000);
        PhysicalAddress lastFrame = new((1 << 20) - 4096);      // a hit there is not checked against the size again
        tables.TryMap(low, new PhysicalAddress(0x8_0000), PageFlags.Read | PageFlags.Write);
        tables.TryMap(lastPage, lastFrame, PageFlags.Read | PageFlags.Write);
        mmu.LoadRoot(tables.RootRegister, Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute));

        foreach (ulong offset in new ulong[] { 0, 8, 0x7f8, 0x801, 0xff7, 0xff8 })
        {
            Assert.True(mmu.TryStore(lastPage + offset, 0x0123_4567_89ab_cdefUL + offset, out _));
            Assert.True(mmu.TryLoad(lastPage + offset, out ulong value, out _));
            Assert.Equal(0x0123_4567_89ab_cdefUL + offset, value);
            Assert.Equal(value, memory.Read<ulong>(lastFrame + offset));
        }
        Assert.Equal(2, mmu.Walks);     // one for stores, one for loads
        Assert.True(mmu.TryLoad(low, out uint _, out _));
        Assert.False(mmu.TryLoad(low - 3, out uint _, out PageFault below));    // starts in the page before, which is not mapped
        Assert.Equal(FaultKind.Absent, below.Kind);
        Assert.False(mmu.TryLoad(new VirtualAddress(1), out ulong _, out _));
        mmu.Flush(lastPage);
        Assert.True(mmu.TryLoad(lastPage, out ulong _, out _));
        Assert.Equal(6, mmu.Walks);     // four since: low, below it, address 1, and the flushed page
    }

    /// <summary>Damages entries of a small tree one by one, and asks both for every kind of access.</summary>
    /// <returns>How many walks were plain.</returns>
    private static int Compare<TCodec>(PageTableGeometry tree, int depth, int seed, Func<Random, MmuControls> controlsOf)
        where TCodec : struct, IPageTableEntryCodec
    {
        Random random = new(seed);
        using PhysicalMemory memory = new(4 << 20);
        using FrameAllocator frames = new(memory, 12);
        using Mmu<TCodec> mmu = new(memory, tree);
        PlainWalk<TCodec> plain = new(memory, tree);
        Assert.True(PageTables<TCodec>.TryCreate(tree, frames, depth, null, out PageTables<TCodec> tables));
        VirtualAddress start = new((tree.LastAddress(depth).Value >> 2) + 1);
        for (int page = 0; page < 24; page++)
            tables.TryMap(start + ((ulong)page << 12), new PhysicalAddress((ulong)random.Next(1024) << 12), (PageFlags)random.Next(64) | PageFlags.Read);
        int plainWalks = 0;
        for (int i = 0; i < WalksPerTree; i++)
        {
            MmuControls controls = controlsOf(random);
            VirtualAddress va = start + (ulong)random.Next(24 << 12);
            Recorder steps = new();
            PageTableWalker<TCodec>.TryWalk(memory, tree, tables.RootRegister, va, AccessKind.Read, controls, new Recording(steps), out _, out _);
            TraceEvent step = steps.Events[random.Next(steps.Count)];
            ulong whole = memory.ReadEntry(step.At, 8, TCodec.EntryOrder);
            if (random.Next(3) != 0)
                memory.WriteEntry(step.At, 8, TCodec.EntryOrder, whole ^ (1UL << (random.Next(2) == 0 ? random.Next(13) : random.Next(64))));
            foreach (AccessKind access in Enum.GetValues<AccessKind>())
            {
                byte[] before = memory.Slice(default, 256 << 10).ToArray();     // more than the tables take
                bool walked = PageTableWalker<TCodec>.TryWalk(memory, tree, tables.RootRegister, va, access, controls, default(NoTrace), out Translation found, out PageFault fault);
                byte[] after = memory.Slice(default, before.Length).ToArray();
                before.CopyTo(memory.Slice(default, before.Length));
                mmu.LoadRoot(tables.RootRegister, controls);
                bool translated = mmu.TryTranslate(va, access, out PhysicalAddress at, out PageFault mmuFault);

                Assert.Equal(walked && memory.Contains(found.Address, 1), translated);
                Assert.True(after.AsSpan().SequenceEqual(memory.Slice(default, before.Length)), "accessed and dirty bits differ");
                if (translated)
                    Assert.Equal(found.Address, at);
                else if (!walked)
                    Assert.Equal(fault, mmuFault);

                before.CopyTo(memory.Slice(default, before.Length));
                plain.Load(tables.RootRegister, controls);
                if (!plain.TryWalk(va, access, out PhysicalAddress plainly))
                {
                    Assert.True(before.AsSpan().SequenceEqual(memory.Slice(default, before.Length)), "a walk that is not plain wrote");
                    continue;
                }
                plainWalks++;
                Assert.True(walked);
                Assert.Equal(found.Address, plainly);
            }
            memory.WriteEntry(step.At, 8, TCodec.EntryOrder, whole);
        }
        return plainWalks;
    }
}
