using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>The TSB: place, growth, counts on hand-made patterns, life.</summary>
public class TsbTests
{
    private const PageFlags Writable = PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty;
    private const PageFlags Executable = PageFlags.Read | PageFlags.Execute | PageFlags.Accessed;

    private static readonly VirtualAddress First = new(0x10_0000);

    // 512 entries for pages of 8 KiB: the next page with the same pointer is 4 MiB on, and has the next tag.
    private static readonly VirtualAddress SamePlace = First + (4 << 20);

    [Fact]
    public void Entries_are_found_where_the_processor_looks()
    {
        using PhysicalMemory memory = new(16 << 20);
        using FrameAllocator frames = new(memory, 13);

        Assert.True(Tsb.TryCreate(frames, 3, out Tsb? tsb));

        Assert.Equal(0UL, tsb!.Base.Value % 65536);                             // aligned to its size: 8 KiB << 3
        Assert.Equal(tsb.Base.Value | 3, tsb.Register);
        Assert.Equal(4096, tsb.Entries);
        Assert.Equal(1UL << 46, memory.ReadEntry(tsb.Base, 8, ByteOrder.BigEndian));
        Assert.Equal(tsb.Base + (0x1234 & 0xfff) * 16, tsb.PointerOf(new VirtualAddress(0x1234UL << 13 | 0x128)));
        Assert.False(tsb.Store(new VirtualAddress(0x7feffffe000), 0x8000000000abc0f6));
        PhysicalAddress at = tsb.PointerOf(new VirtualAddress(0x7feffffe000));
        Assert.Equal(0x7feffffe000UL >> 22, memory.ReadEntry(at, 8, ByteOrder.BigEndian));     // no context
        Assert.Equal(0x8000000000abc0f6, memory.ReadEntry(at + 8, 8, ByteOrder.BigEndian));
        Assert.Equal(0x123UL << 48 | 0x7feffffe000 >> 22, Tsb.TagTarget(new VirtualAddress(0x7feffffe000), 0x123));
    }

    [Fact]
    public void A_locked_or_invalid_entry_is_not_found()
    {
        using PhysicalMemory memory = new(1 << 20);
        using FrameAllocator frames = new(memory, 13);
        Assert.True(Tsb.TryCreate(frames, 0, out Tsb? tsb));
        VirtualAddress zero = new(0);

        Assert.False(tsb!.TryFind(zero, out _));                                // its tag is 0, but an empty entry's is not
        tsb.Store(zero, 1UL << 63);
        Assert.True(tsb.TryFind(zero, out _));
        memory.WriteEntry(tsb.Base, 4, ByteOrder.BigEndian, Tsb.LockBit >> 32);    // TSB_LOCK_TAG writes the upper half
        Assert.False(tsb.TryFind(zero, out _));
        Assert.False(tsb.TryRead(0, out _, out _));
    }

    [Theory]
    [InlineData(0, 0, 384)]             // 512 entries, three quarters
    [InlineData(383, 0, 384)]
    [InlineData(384, 1, 768)]           // tsb_grow() asks for more than the RSS
    [InlineData(767, 1, 768)]
    [InlineData(768, 2, 1536)]
    [InlineData(24575, 6, 24576)]
    [InlineData(24576, 7, long.MaxValue)]   // 1 MiB is the largest
    [InlineData(1 << 20, 7, long.MaxValue)]
    public void Size_follows_rss(long residentPages, int sizeCode, long limit)
    {
        Assert.Equal(sizeCode, Tsb.SizeFor(residentPages, out long found));
        Assert.Equal(limit, found);
    }

    // Counted in the listings of dtlb_miss.S, sun4v_tlb_miss.S, tsb.S and the macros of tsb.h. A miss is entry and compare, then
    // way to the walk, walk, lock and write of the TSB, load of the TLB.
    [Theory]
    [InlineData("6.1", "sun4u", 10 + 8 + 25 + 13 + 5, 1 + 1 + 4 + 4, 12, 1)]
    [InlineData("2.6.32", "sun4u", 10 + 6 + 19 + 13 + 5, 1 + 1 + 3 + 4, 12, 1)]
    [InlineData("6.1", "sun4v", 21 + 3 + 25 + 13 + 23, 3 + 1 + 4 + 4 + 1, 36, 4)]
    [InlineData("2.6.32", "sun4v", 21 + 3 + 19 + 13 + 23, 3 + 1 + 3 + 4 + 1, 36, 4)]
    public void Hits_misses_and_conflicts_cost_what_the_handlers_do(string kernel, string mmu, int missInstructions, int missReferences, int hitInstructions, int hitReferences)
    {
        using Mapped mapped = new(kernel, mmu);
        mapped.Map(First, Writable);
        mapped.Map(SamePlace, Writable);

        RefillCost Cost(VirtualAddress va)
        {
            RefillCost cost = default;
            Assert.True(mapped.Model.Refill.TryRefill(va, AccessKind.Read, mapped.Machine.UserControls, out _, out _, ref cost));
            return cost;
        }

        RefillCost miss = new(missReferences, missInstructions, 0), hit = new(hitReferences, hitInstructions, 0);
        Assert.Equal(miss, Cost(First));
        Assert.Equal(hit, Cost(First));
        Assert.Equal(miss, Cost(SamePlace));            // puts the first page out
        Assert.Equal(hit, Cost(SamePlace + 0x1fff));
        Assert.Equal(miss, Cost(First));                // and the other way round
        Assert.Equal(new TsbStatistics(Hits: 2, Misses: 3, Stores: 3, Preloads: 0, Conflicts: 2, Flushed: 0, Growths: 0), mapped.Tsb.Statistics);
    }

    [Fact]
    public void Sixty_four_pages_stay_in_the_tlb_and_one_more_finds_them_in_the_tsb()
    {
        using Mapped mapped = new("6.1", "sun4u");
        for (int page = 0; page < 65; page++)
            mapped.Map(First + (ulong)page * 8192, Writable);

        for (int round = 0; round < 2; round++)
        {
            for (int page = 0; page < 64; page++)
                Assert.True(mapped.Model.TryTranslate(First + (ulong)page * 8192, AccessKind.Write, out _, out _));
        }
        TlbStatistics before = mapped.Model.Statistics;
        Assert.True(mapped.Model.TryTranslate(First + 64 * 8192, AccessKind.Read, out _, out _));
        Assert.True(mapped.Model.TryTranslate(First, AccessKind.Read, out _, out _));       // all used bits were set: entry 0 had to go
        TlbStatistics after = mapped.Model.Statistics;

        Assert.Equal((64, 64, 0), (before.Hits, before.Misses, before.Evictions));
        Assert.Equal((64, 66, 2), (after.Hits, after.Misses, after.Evictions));
        Assert.Equal((1, 65), (mapped.Tsb.Statistics.Hits, mapped.Tsb.Statistics.Misses));
    }

    [Fact]
    public void Instruction_side_checks_the_exec_bit_and_data_side_does_not()
    {
        using Mapped mapped = new("6.1", "sun4u");
        mapped.Map(First, Writable);
        mapped.Map(SamePlace, Executable);

        Assert.True(mapped.Model.TryTranslate(First, AccessKind.Read, out _, out _));
        Assert.False(mapped.Model.TryTranslate(First, AccessKind.Fetch, out _, out PageFault noExec));
        Assert.True(mapped.Model.TryTranslate(SamePlace, AccessKind.Fetch, out _, out _));
        RefillCost data = mapped.Model.Statistics.Cost;
        Assert.True(mapped.Model.TryTranslate(SamePlace, AccessKind.Read, out _, out _));   // the TLBs are two, the TSB is one

        Assert.Equal(0x64, mapped.Tables.Describe(noExec, mapped.Machine.UserControls).Vector);
        Assert.Equal(data with { MemoryReferences = data.MemoryReferences + 1, Instructions = data.Instructions + 12 }, mapped.Model.Statistics.Cost);
        // miss and walk; hit refused; miss, walk and the exec test; hit
        Assert.Equal(61 + (14 + 8) + (10 + 8 + 25 + 13 + 9) + 12, mapped.Model.Statistics.Cost.Instructions);
    }

    [Fact]
    public void Store_without_W_loads_the_tlb_first_and_then_traps_as_protection()
    {
        using Mapped mapped = new("6.1", "sun4u");
        mapped.Map(First, Writable & ~PageFlags.Dirty);

        Assert.False(mapped.Model.TryTranslate(First, AccessKind.Write, out _, out PageFault first));
        TlbStatistics once = mapped.Model.Statistics;
        Assert.False(mapped.Model.TryTranslate(First, AccessKind.Write, out _, out _));
        TlbStatistics twice = mapped.Model.Statistics;

        Assert.Equal(new HardwareFault("fast_data_access_protection", 0x6c, 0), mapped.Tables.Describe(first, mapped.Machine.UserControls));
        Assert.Equal((1, 1, 1, 61 + 15), (once.Misses, once.Denials, once.Refills, once.Cost.Instructions));
        Assert.Equal((1, 2, 1, 61 + 15 + 15), (twice.Misses, twice.Denials, twice.Refills, twice.Cost.Instructions));
    }

    [Theory]
    [InlineData("6.1", 10 + 8 + 6 + 13, 1 + 1 + 1)]
    [InlineData("2.6.32", 10 + 6 + 6 + 11, 1 + 1 + 1)]
    public void Hole_in_the_tree_is_a_miss_that_becomes_a_page_fault(string kernel, int instructions, int references)
    {
        using Mapped mapped = new(kernel, "sun4u");

        Assert.False(mapped.Model.TryTranslate(First, AccessKind.Read, out _, out PageFault fault));

        Assert.Equal(FaultKind.Absent, fault.Kind);
        Assert.Equal(mapped.Tables.Depth - 1, fault.Level);
        Assert.Equal(new RefillCost(references, instructions, 0), mapped.Model.Statistics.Cost);
    }

    [Theory]
    [InlineData("sun4u", 0x0000_07ff_ffff_e000UL, 0x0000_0800_0000_0000UL, 0xffff_f7ff_ffff_e000UL, 0xffff_f800_0000_0000UL)]
    [InlineData("sun4v", 0x0000_7fff_ffff_e000UL, 0x0000_8000_0000_0000UL, 0xffff_7fff_ffff_e000UL, 0xffff_8000_0000_0000UL)]
    public void Addresses_in_the_hole_are_access_exceptions_and_no_handler_runs(string mmu, ulong lastBelow, ulong firstIn, ulong lastIn, ulong firstAbove)
    {
        using Mapped mapped = new("6.1", mmu);
        foreach (ulong va in (ulong[])[lastBelow, firstIn, lastIn, firstAbove])
            mapped.Map(new VirtualAddress(va), Executable | Writable);

        foreach (ulong va in (ulong[])[firstIn, lastIn])
        {
            foreach ((AccessKind access, int vector) in (ReadOnlySpan<(AccessKind, int)>)[(AccessKind.Read, 0x30), (AccessKind.Write, 0x30), (AccessKind.Fetch, 0x08)])
            {
                Assert.False(mapped.Model.TryTranslate(new VirtualAddress(va), access, out _, out PageFault fault));
                Assert.Equal((FaultKind.OutOfReach, vector), (fault.Kind, mapped.Tables.Describe(fault, mapped.Machine.UserControls).Vector));
            }
        }
        Assert.Equal(default, mapped.Model.Statistics.Cost);
        foreach (ulong va in (ulong[])[lastBelow, firstAbove])
            Assert.True(mapped.Model.TryTranslate(new VirtualAddress(va), AccessKind.Read, out _, out _));
    }

    [Fact]
    public void Flush_of_a_page_takes_its_entry_out_and_leaves_a_stranger_in_its_place()
    {
        using Mapped mapped = new("6.1", "sun4u");
        mapped.Map(First, Writable);
        mapped.Map(SamePlace, Writable);
        mapped.Model.TryTranslate(First, AccessKind.Read, out _, out _);

        mapped.Tables.Flush(FlushKind.Page, SamePlace);
        Assert.True(mapped.Tsb.Tsb.TryFind(First, out _));
        mapped.Tables.Flush(FlushKind.Page, First);
        Assert.False(mapped.Tsb.Tsb.TryFind(First, out _));
        Assert.Equal(1, mapped.Tsb.Statistics.Flushed);
    }

    [Fact]
    public void Flush_of_all_takes_out_exactly_what_has_changed()
    {
        using Mapped mapped = new("6.1", "sun4u");
        for (int page = 0; page < 8; page++)
        {
            mapped.Map(First + (ulong)page * 8192, Writable);
            mapped.Model.TryTranslate(First + (ulong)page * 8192, AccessKind.Read, out _, out _);
        }

        mapped.Tables.Protect(First + 3 * 8192, PageFlags.Read | PageFlags.Accessed);
        mapped.Tables.TryUnmap(First + 5 * 8192, out _);
        mapped.Tables.Flush(FlushKind.Range, First);

        for (int page = 0; page < 8; page++)
            Assert.Equal(page is not (3 or 5), mapped.Tsb.Tsb.TryFind(First + (ulong)page * 8192, out _));
    }

    [Theory]
    [InlineData("2.6.32", "sun4u")]
    [InlineData("6.1", "sun4u")]
    [InlineData("2.6.32", "sun4v")]
    [InlineData("6.1", "sun4v")]
    public void Grows_with_rss_keeps_its_entries_and_is_given_back_with_the_address_space(string kernel, string mmu)
    {
        using Mapped mapped = new(kernel, mmu);
        FrameAllocator frames = mapped.Machine.Kernel.Frames;
        long kernelFrames = frames.InUse(FrameUse.Kernel) - 1;                  // without the TSB
        PagedAddressSpace space = (PagedAddressSpace)mapped.Space;
        space.TaskSize = 1UL << 40;
        const int Pages = 800;
        Assert.Equal(Errno.None, space.Map(new MapRequest(First, Pages * 8192, AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed), out _));

        int sizeCode = 0;
        for (int page = 0; page < Pages; page++)
        {
            VirtualAddress va = First + (ulong)page * 8192;
            Assert.False(mapped.Model.TryTranslate(va, AccessKind.Write, out _, out _));
            Assert.Equal(Errno.None, space.HandleFault(va, AccessKind.Write));
            Assert.True(mapped.Model.TryTranslate(va, AccessKind.Write, out _, out _));
            // do_sparc64_fault(): grows when the RSS exceeds three quarters of the entries
            sizeCode = page + 1 > 768 ? 2 : page + 1 > 384 ? 1 : 0;
            Assert.Equal(sizeCode, mapped.Tsb.Tsb.SizeCode);
        }

        TsbStatistics seen = mapped.Tsb.Statistics;
        // Every first access misses in the TSB and faults; update_mmu_cache() has put the page there when it is repeated.
        Assert.Equal(new TsbStatistics(Hits: Pages, Misses: Pages, Stores: 0, Preloads: Pages, Conflicts: 0, Flushed: 0, Growths: 2), seen);
        Assert.All(Enumerable.Range(0, Pages), page => Assert.True(mapped.Tsb.Tsb.TryFind(First + (ulong)page * 8192, out _)));
        Assert.Equal(kernelFrames + 4, frames.InUse(FrameUse.Kernel));          // 32 KiB now

        space.Destroy();

        Assert.Equal(kernelFrames, frames.InUse(FrameUse.Kernel));
        Assert.Throws<ObjectDisposedException>(() => mapped.Tsb.Tsb);
    }

    [Fact]
    public void A_growth_that_finds_no_memory_is_not_tried_again()
    {
        using Mapped mapped = new("6.1", "sun4u");
        PagedAddressSpace space = (PagedAddressSpace)mapped.Space;
        space.TaskSize = 1UL << 40;
        Assert.Equal(Errno.None, space.Map(new MapRequest(First, 500 * 8192, AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed), out _));
        for (int page = 0; page < 500; page++)
        {
            VirtualAddress va = First + (ulong)page * 8192;
            Assert.False(mapped.Model.TryTranslate(va, AccessKind.Write, out _, out _));
            Assert.Equal(Errno.None, space.HandleFault(va, AccessKind.Write));
            if (page == 384)
                mapped.Machine.Kernel.Frames.FailAt(1);
            Assert.True(mapped.Model.TryTranslate(va, AccessKind.Write, out _, out _));
        }

        Assert.Equal((0, 0L), (mapped.Tsb.Tsb.SizeCode, mapped.Tsb.Statistics.Growths));
    }

    [Theory]
    [InlineData("6.1", true)]
    [InlineData("2.6.32", false)]
    public void After_a_protection_change_the_next_store_traps_once_in_6_1(string kernel, bool traps)
    {
        using Mapped mapped = new(kernel, "sun4u");
        PagedAddressSpace space = (PagedAddressSpace)mapped.Space;
        space.TaskSize = 1UL << 40;
        // Shared memory stays writable under mprotect() in both kernels; only v6.1's pte_modify() drops the hardware's W.
        AreaFlags readWrite = AreaFlags.Read | AreaFlags.Write;
        Assert.Equal(Errno.None, space.Map(new MapRequest(First, 8192, readWrite, MapFlags.Fixed | MapFlags.Shared), out _));
        Assert.Equal(Errno.None, space.HandleFault(First, AccessKind.Write));
        Assert.True(mapped.Model.TryTranslate(First, AccessKind.Write, out _, out _));

        Assert.Equal(Errno.None, space.Protect(First, 8192, readWrite | AreaFlags.Execute));

        int faults = 0;
        PageFault fault = default;
        for (int store = 0; store < 3; store++)
        {
            while (!mapped.Model.TryTranslate(First, AccessKind.Write, out _, out PageFault now))
            {
                fault = now;
                faults++;
                Assert.Equal(Errno.None, space.HandleFault(First, AccessKind.Write));
            }
        }

        Assert.Equal(traps ? 1 : 0, faults);
        if (traps)
            Assert.Equal(0x6c, mapped.Tables.Describe(fault, mapped.Machine.UserControls).Vector);
    }
}
