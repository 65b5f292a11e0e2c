using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>TLBs and TSB under random accesses, changes and flushes, against the walker, which keeps nothing.</summary>
public class TlbAgreementTests(ITestOutputHelper output)
{
    private const int Pages = 110, Steps = 100_000;

    [Theory]
    [InlineData("2.6.32", "sun4u")]
    [InlineData("6.1", "sun4u")]
    [InlineData("2.6.32", "sun4v")]
    [InlineData("6.1", "sun4v")]
    public void Tlb_model_never_disagrees_with_the_walker(string kernel, string mmu)
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using Mapped mapped = new(kernel, mmu);
        // Few pages beyond the TLB's reach, in groups that share places in the TSB.
        VirtualAddress[] pages = [.. Enumerable.Range(0, Pages).Select(i => new VirtualAddress(((ulong)(i % 3) << 22) + ((ulong)(i / 3) << 13) + (i % 2 == 0 ? 0 : 0xffff_f900_0000_0000)))];
        PhysicalAddress[] frames = [.. Enumerable.Range(0, 40).Select(_ => mapped.Machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame) ? frame : default)];
        MmuControls controls = mapped.Machine.UserControls;

        int changed = 0, faults = 0;
        for (int step = 0; step < Steps; step++)
        {
            VirtualAddress va = pages[random.Next(Pages)] + (ulong)random.Next(8192);
            int what = random.Next(1000);
            if (what < 20)
            {
                Change(va);
                mapped.Tables.Flush(FlushKind.Page, va);
            }
            else if (what < 22)
            {
                for (int i = random.Next(20); i >= 0; i--)
                    Change(pages[random.Next(Pages)]);
                mapped.Tables.Flush(random.Chance(50) ? FlushKind.Full : FlushKind.Range, va);
            }
            else
            {
                AccessKind access = (AccessKind)random.Next(3);
                bool translated = mapped.Model.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault);
                mapped.Tables.Steps(va, access, controls, out Translation expected, out PageFault expectedFault, out bool walked);
                string context = $"step {step}, {access} {va}";
                Assert.True(walked == translated, $"{context}: walker {walked} {expectedFault}, model {translated} {fault}");
                Assert.True(!walked || expected.Address == found, $"{context}: walker {expected.Address}, model {found}");
                Assert.True(walked || expectedFault == fault, $"{context}: walker {expectedFault}, model {fault}");
                faults += walked ? 0 : 1;
            }
        }
        TlbStatistics seen = mapped.Model.Statistics;
        output.WriteLine($"{Steps} steps, {changed} changes, {faults} faults; {seen}; {mapped.Tsb.Statistics}");
        Assert.InRange(seen.Hits, Steps / 10, Steps);
        Assert.InRange(seen.Evictions, 1000, Steps);
        Assert.InRange(mapped.Tsb.Statistics.Conflicts, 100, Steps);

        void Change(VirtualAddress va)
        {
            changed++;
            PageFlags flags = PageFlags.Read | (PageFlags)random.Next(128);
            if (random.Chance(10))
                mapped.Tables.TryUnmap(va, out _);
            else if (random.Chance(30))
                mapped.Tables.Protect(va, flags);
            else
                Assert.True(mapped.Tables.TryMap(va, frames[random.Next(frames.Length)], random.Chance(90) ? flags | PageFlags.Accessed : flags));
        }
    }

    [Fact]
    public void Contexts_are_kept_apart_and_global_entries_are_not()
    {
        ArchitecturalTlb tlb = new(new TlbShape("DTLB", 64, 64, TlbReplacement.UsedBit), 13);
        using Tree<Sun4uTte, PlainUpper> tree = new(Sparc64Trees.V61);
        TsbRefill<Sun4uTte, PlainUpper> refill = new(tree.Tables, () => 0);
        VirtualAddress own = new(0x2000), global = new(0x4000);
        tree.SetLeaf(own, Sun4uTte.Encode(new PhysicalAddress(0x6000), PageFlags.Read | PageFlags.Accessed));
        tree.SetLeaf(global, Sun4uTte.Encode(new PhysicalAddress(0x8000), PageFlags.Read | PageFlags.Accessed) | 1);    // G

        foreach (VirtualAddress va in (VirtualAddress[])[own, global])
        {
            RefillCost cost = default;
            Assert.True(refill.TryRefill(va, AccessKind.Read, Tree<Sun4uTte, PlainUpper>.Controls(user: true), out TlbTranslation found, out _, ref cost));
            tlb.Fill(found, space: 0x123);
        }

        Assert.True(tlb.TryFind(own, 0x123, AccessKind.Read, out _));
        Assert.False(tlb.TryFind(own, 0x124, AccessKind.Read, out _));
        Assert.True(tlb.TryFind(global, 0x124, AccessKind.Read, out _));
        tlb.FlushSpace(0x123);                          // a context demap leaves G entries
        Assert.False(tlb.TryFind(own, 0x123, AccessKind.Read, out _));
        Assert.True(tlb.TryFind(global, 0x123, AccessKind.Read, out _));
        refill.Release();
    }

    [Theory]
    [InlineData(0, 13)]
    [InlineData(1, 16)]
    [InlineData(2, 19)]
    [InlineData(3, 22)]
    public void One_entry_of_a_large_page_serves_all_of_it(int size, int shift)
    {
        using Tree<Sun4uTte, PlainUpper> tree = new(Sparc64Trees.V61);
        TsbRefill<Sun4uTte, PlainUpper> refill = new(tree.Tables, () => 0);
        VirtualAddress va = new(0x7_2345_6000);
        ulong frame = 0x1_0000_0000 | (va.Value & ((1UL << shift) - 1) & ~0x1fffUL);
        tree.SetLeaf(va, Sun4uTte.Encode(new PhysicalAddress(frame), PageFlags.Read | PageFlags.Accessed) | (ulong)size << 61);
        RefillCost cost = default;

        Assert.True(refill.TryRefill(va, AccessKind.Read, Tree<Sun4uTte, PlainUpper>.Controls(user: true), out TlbTranslation found, out _, ref cost));

        Assert.Equal(new TlbTranslation(va.AlignDown(1UL << shift), new PhysicalAddress(0x1_0000_0000), shift, Reads: true, Writes: false, Fetches: false) { RightsAreFinal = true, Entry = found.Entry }, found);
    }
}
