using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>TLB, hash table and Linux's tree stay of one mind, whatever is used, changed, evicted and flushed.</summary>
public class HashModelTests(ITestOutputHelper output)
{
    [Fact]
    public void Of_2_6_32_with_4_KiB_pages() =>
        Check<Ppc64HashEntry2632<SmallPages>, HashedEntry2632<SmallPages>>(Ppc64Trees.Hash2632(12), VsidScramble.V2_6_32, HpteFormat.Isa207);

    [Fact]
    public void Of_2_6_32_with_64_KiB_pages() =>
        Check<Ppc64HashEntry2632<LargePages>, HashedEntry2632<LargePages>>(Ppc64Trees.Hash2632(16), VsidScramble.V2_6_32, HpteFormat.Isa207);

    [Fact]
    public void Of_6_1_with_4_KiB_pages() =>
        Check<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>>(Ppc64Trees.Hash61(12), VsidScramble.V6_1Small, HpteFormat.Isa300);

    [Fact]
    public void Of_6_1_with_64_KiB_pages() =>
        Check<Ppc64Entry61<HashUpper<LargePages>>, HashedEntry61<LargePages>>(Ppc64Trees.Hash61(16), VsidScramble.V6_1Large, HpteFormat.Isa300);

    [Fact]
    public void Slot_is_written_back_into_the_entry_of_2_6_32()
    {
        using HashedSpace<Ppc64HashEntry2632<SmallPages>, HashedEntry2632<SmallPages>> space =
            new(16 << 20, Ppc64Trees.Hash2632(12), VsidScramble.V2_6_32, HpteFormat.Isa207, 18);
        // 9 pages of one group: segments of one context whose VSID and page number collide in 11 bits.
        ulong[] pages = Colliding(VsidScramble.V2_6_32, 12, 9);
        PhysicalAddress frame = space.Frames(1)[0];
        foreach (ulong page in pages)
        {
            Assert.True(space.Tables.TryMap(new VirtualAddress(page), frame, PageFlags.Read | PageFlags.Write | PageFlags.Accessed));
            Assert.True(space.Model.TryTranslate(new VirtualAddress(page), AccessKind.Read, out _, out _));
        }

        // PRESENT, USER, COHERENT, ACCESSED, RW, HASHPTE; slot in 14:12, secondary in 15.
        Assert.Equal((frame.Value >> 12 << 17) | 0x713, Entry(space.Tables, pages[0]));
        Assert.Equal((frame.Value >> 12 << 17) | 0x7713, Entry(space.Tables, pages[7]));
        Assert.Equal((frame.Value >> 12 << 17) | 0x8713, Entry(space.Tables, pages[8]));
    }

    [Fact]
    public void Slot_is_written_back_into_bits_56_to_53_of_6_1()
    {
        using HashedSpace<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>> space =
            new(16 << 20, Ppc64Trees.Hash61(12), VsidScramble.V6_1Small, HpteFormat.Isa300, 18);
        ulong[] pages = Colliding(VsidScramble.V6_1Small, 12, 9);
        PhysicalAddress frame = space.Frames(1)[0];
        foreach (ulong page in pages)
        {
            Assert.True(space.Tables.TryMap(new VirtualAddress(page), frame, PageFlags.Read | PageFlags.Accessed));
            Assert.True(space.Model.TryTranslate(new VirtualAddress(page), AccessKind.Read, out _, out _));
        }

        const ulong Hashed = 0xd000_0000_0000_0104;     // PRESENT, PTE, HASHPTE (bit 60), ACCESSED, READ
        Assert.Equal(frame.Value | Hashed, Entry(space.Tables, pages[0]));
        Assert.Equal(frame.Value | Hashed | 7UL << 53, Entry(space.Tables, pages[7]));
        Assert.Equal(frame.Value | Hashed | 1UL << 56, Entry(space.Tables, pages[8]));
        Assert.True(space.Tables.TryFind(new VirtualAddress(pages[8]), out LeafView leaf));
        Assert.Equal(frame, leaf.Target);
    }

    [Fact]
    public void Slot_of_a_64_KiB_page_of_6_1_lies_behind_the_table_plus_one()
    {
        using HashedSpace<Ppc64Entry61<HashUpper<LargePages>>, HashedEntry61<LargePages>> space =
            new(64 << 20, Ppc64Trees.Hash61(16), VsidScramble.V6_1Large, HpteFormat.Isa300, 18);
        ulong[] pages = Colliding(VsidScramble.V6_1Large, 16, 9);
        PhysicalAddress frame = space.Frames(1)[0];
        foreach (ulong page in pages)
        {
            Assert.True(space.Tables.TryMap(new VirtualAddress(page), frame, PageFlags.Read | PageFlags.Accessed));
            Assert.True(space.Model.TryTranslate(new VirtualAddress(page), AccessKind.Read, out _, out _));
        }

        Assert.Equal(frame.Value | 0xc080_0000_0000_0104, Entry(space.Tables, pages[8]));      // HASHPTE is bit 55
        Assert.Equal([1UL, 8, 9], ((int[])[0, 7, 8]).Select(i =>
        {
            Assert.True(space.Tables.TryFind(new VirtualAddress(pages[i]), out LeafView leaf));
            return space.Memory.ReadEntry(leaf.At + 2048, 8, ByteOrder.BigEndian);             // 256 entries before
        }));
    }

    [Fact]
    public void Clean_writable_page_is_read_only_in_the_table_until_its_first_store_takes_a_second_interrupt()
    {
        using HashedSpace<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>> space =
            new(16 << 20, Ppc64Trees.Hash61(12), VsidScramble.V6_1Small, HpteFormat.Isa300, 18);
        VirtualAddress page = new(0x1000_0000);
        Assert.True(space.Tables.TryMap(page, space.Frames(1)[0], PageFlags.Read | PageFlags.Write | PageFlags.Accessed));

        Assert.True(space.Model.TryTranslate(page, AccessKind.Read, out _, out _));
        Assert.Equal((1, 1, 0x4000_0000UL), (space.Refill.SegmentInterrupts, space.Refill.StorageInterrupts, space.Refill.LastInterrupt.Code));
        Assert.True(space.Model.TryTranslate(page, AccessKind.Write, out _, out _));

        Assert.Equal((1, 2, 0x0a00_0000UL), (space.Refill.SegmentInterrupts, space.Refill.StorageInterrupts, space.Refill.LastInterrupt.Code));
        Assert.Equal((1, 1), (space.Refill.Table.Inserted, space.Refill.Table.Updated));
        Assert.True(space.Tables.TryFind(page, out LeafView leaf));
        Assert.True(leaf.Flags.HasFlag(PageFlags.Dirty));
    }

    [Fact]
    public void Costs_of_a_first_access_are_the_reads_and_stores_on_its_way()
    {
        using HashedSpace<Ppc64HashEntry2632<SmallPages>, HashedEntry2632<SmallPages>> space =
            new(16 << 20, Ppc64Trees.Hash2632(12), VsidScramble.V2_6_32, HpteFormat.Isa207, 18);
        VirtualAddress page = new(0x1000_0000);
        Assert.True(space.Tables.TryMap(page, space.Frames(1)[0], PageFlags.Read | PageFlags.Accessed));

        Assert.True(space.Model.TryTranslate(page, AccessKind.Read, out _, out _));

        // Hardware: 16 entries in vain, then 1. hash_page(): four levels, entry marked busy, one entry of the group read and stored, entry stored.
        Assert.Equal(new RefillCost(16 + 1 + 4 + 1 + 2 + 1, IHashRefill.SegmentInstructions + IHashRefill.HashPageInstructions, 1), space.Model.Statistics.Cost);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    public void Moving_pages_that_were_never_used_flushes_nothing_and_moving_used_ones_each_of_them(int pageShift)
    {
        if (pageShift == 12)
            Move<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>>(Ppc64Trees.Hash61(12), VsidScramble.V6_1Small);
        else
            Move<Ppc64HashEntry2632<LargePages>, HashedEntry2632<LargePages>>(Ppc64Trees.Hash2632(16), VsidScramble.V2_6_32);
    }

    private static void Move<TCodec, TEntry>(PageTableGeometry tree, VsidScramble scramble)
        where TCodec : struct, IPageTableEntryCodec
        where TEntry : struct, IHashedEntry
    {
        using HashedSpace<TCodec, TEntry> space = new(64 << 20, tree, scramble, HpteFormat.Isa207, 18);
        PhysicalAddress[] frames = space.Frames(20);
        VirtualAddress old = new(0x20_0000_0000), target = new(0x10_0000_0000);
        ulong page = (ulong)tree.PageBytes;
        for (int i = 0; i < 20; i++)
            Assert.True(space.Tables.TryMap(old + ((ulong)i * page), frames[i], PageFlags.Read | PageFlags.Write | PageFlags.Accessed | PageFlags.Dirty));

        Assert.Equal(20 * page, space.Tables.Move(old, target, 20 * page, new MoveRules { FlushesAfterFreeing = false }));
        Assert.Equal((0, 0, 0), (space.Refill.Table.Inserted, space.Refill.Table.Invalidated, space.Refill.Table.Evicted));

        for (int i = 0; i < 20; i++)
            Assert.True(space.Model.TryTranslate(target + ((ulong)i * page), AccessKind.Write, out _, out _));
        Assert.Equal(20 * page, space.Tables.Move(target, old, 20 * page, new MoveRules { FlushesAfterFreeing = false }));
        Assert.Equal(20, space.Refill.Table.Invalidated);

        for (int i = 0; i < 20; i++)
        {
            Assert.True(space.Tables.TryFind(old + ((ulong)i * page), out LeafView leaf));
            Assert.False(TEntry.IsHashed(leaf.Entry));
            Assert.False(space.Model.TryTranslate(target + ((ulong)i * page), AccessKind.Read, out _, out _));
            Assert.True(space.Model.TryTranslate(old + ((ulong)i * page), AccessKind.Read, out PhysicalAddress found, out _));
            Assert.Equal(frames[i], found);
        }
    }

    private void Check<TCodec, TEntry>(PageTableGeometry tree, VsidScramble scramble, HpteFormat format)
        where TCodec : struct, IPageTableEntryCodec
        where TEntry : struct, IHashedEntry
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using HashedSpace<TCodec, TEntry> space = new(64 << 20, tree, scramble, format, 18);
        PhysicalAddress[] frames = space.Frames(50);
        ulong[] pages = [.. Colliding(scramble, tree.PageShift, 60), .. Enumerable.Range(0, 100).Select(i => 0x3000_0000UL + ((ulong)i << tree.PageShift)),
            .. Enumerable.Range(0, 40).Select(_ => (ulong)random.NextInt64(1L << 40, 1L << 44) >> tree.PageShift << tree.PageShift)];
        int done = 0, refused = 0;
        for (int step = 0; step < 60_000; step++)
        {
            ulong page = pages[random.Next(pages.Length)];
            VirtualAddress va = new(page + (ulong)random.Next(tree.PageBytes));
            switch (random.Next(20))
            {
                case 0:
                    Assert.True(space.Tables.TryMap(new VirtualAddress(page), frames[random.Next(frames.Length)], (PageFlags)random.Next(32)));
                    break;
                case 1:
                    space.Tables.Protect(va, (PageFlags)random.Next(32));
                    break;
                case 2:
                    space.Tables.TryUnmap(va, out _);
                    break;
                case 3:
                    space.Tables.Flush(random.Next(2) == 0 ? FlushKind.Page : FlushKind.Full, va);
                    break;
                default:
                    AccessKind access = (AccessKind)random.Next(3);
                    MmuControls controls = new(1, 0);
                    bool byTree = PageTableWalker<TCodec>.TryWalk(space.Memory, tree, space.Tables.RootRegister, va, access, controls, default(NoTrace),
                        out Translation expected, out PageFault why);
                    bool byModel = space.Model.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault);
                    Assert.True(byTree == byModel && (byTree ? found == expected.Address : fault.Kind == why.Kind),
                        $"step {step}: {access} {va}: tree {byTree} {expected} {why}, model {byModel} {found} {fault}");
                    done += byTree ? 1 : 0;
                    refused += byTree ? 0 : 1;
                    break;
            }
        }
        HashedPageTable table = space.Refill.Table;
        output.WriteLine($"{done} done, {refused} refused; {table.Inserted} inserted, {table.Evicted} evicted, {table.Updated} updated, {table.Invalidated} invalidated; {space.Model.Statistics}");
        Assert.True(table.Evicted > 100 && table.Updated > 100 && table.Invalidated > 100);
    }

    /// <summary>Pages of different 256 MiB segments that all hash to one group of a table of 2048.</summary>
    private static ulong[] Colliding(VsidScramble scramble, int pageShift, int count) => [.. Enumerable.Range(1, count).Select(segment =>
    {
        ulong start = (ulong)segment << 28, vsid = scramble.Vsid(scramble.FirstContext, start);
        return start | (((vsid ^ 0x155) & 0x7ff) << pageShift);
    })];

    private static ulong Entry(PageTables tables, ulong page)
    {
        Assert.True(tables.TryFind(new VirtualAddress(page), out LeafView leaf));
        return leaf.Entry;
    }
}
