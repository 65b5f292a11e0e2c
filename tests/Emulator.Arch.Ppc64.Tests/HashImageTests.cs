using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Hash tables that hash_page() has filled from Linux's trees are read by QEMU as the model's hardware reads them.</summary>
public class HashImageTests(ITestOutputHelper output)
{
    private const int Mappings = 2400, Clusters = 24;
    private const ulong ImageBytes = 96 << 20;

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Of_2_6_32_with_4_KiB_pages(HpteFormat format) =>
        Check<Ppc64HashEntry2632<SmallPages>, HashedEntry2632<SmallPages>>(Ppc64Trees.Hash2632(12), VsidScramble.V2_6_32, format);

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Of_2_6_32_with_64_KiB_pages(HpteFormat format) =>
        Check<Ppc64HashEntry2632<LargePages>, HashedEntry2632<LargePages>>(Ppc64Trees.Hash2632(16), VsidScramble.V2_6_32, format);

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Of_6_1_with_4_KiB_pages(HpteFormat format) =>
        Check<Ppc64Entry61<HashUpper<SmallPages>>, HashedEntry61<SmallPages>>(Ppc64Trees.Hash61(12), VsidScramble.V6_1Small, format);

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Of_6_1_with_64_KiB_pages(HpteFormat format) =>
        Check<Ppc64Entry61<HashUpper<LargePages>>, HashedEntry61<LargePages>>(Ppc64Trees.Hash61(16), VsidScramble.V6_1Large, format);

    private void Check<TCodec, TEntry>(PageTableGeometry tree, VsidScramble scramble, HpteFormat format)
        where TCodec : struct, IPageTableEntryCodec
        where TEntry : struct, IHashedEntry
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using HashedSpace<TCodec, TEntry> space = new(ImageBytes, tree, scramble, format, tableShift: 19);
        PhysicalAddress[] pool = space.Frames(100);
        List<ulong> pages = [];
        // Few segments, so that all fit the SLB beside the judge's; small ones below 1 TiB, large ones above.
        ulong[] starts = [.. Enumerable.Range(0, Clusters).Select(i => i % 2 == 0
            ? (ulong)random.Next(1, 4000) << 28
            : (ulong)random.NextInt64(1L << 40, (long)Math.Min(tree.LastAddress(tree.MaxDepth).Value, 1UL << 46)) >> 28 << 28)];
        while (pages.Count < Mappings)
        {
            ulong page = starts[random.Next(Clusters)] + ((ulong)random.Next(1 << (28 - tree.PageShift)) << tree.PageShift);
            Assert.True(space.Tables.TryMap(new VirtualAddress(page), pool[random.Next(pool.Length)], (PageFlags)random.Next(32) & ~PageFlags.Special));
            pages.Add(page);
        }
        // Most pages are used before, in one way or another, and so get into the table.
        foreach (ulong page in pages.Where(_ => random.Next(10) != 0))
        {
            foreach (AccessKind access in (AccessKind[])[AccessKind.Read, AccessKind.Write, AccessKind.Fetch])
            {
                if (random.Next(2) == 0)
                    space.Model.TryTranslate(new VirtualAddress(page), access, out _, out _);
            }
        }
        IReadOnlyList<SlbEntry> segments = space.Refill.Slb.Entries;
        (ulong Address, Ppc64Access Access)[] accesses =
            [.. pages.SelectMany(page => Agreement.AllAccesses.Select(access => (page + (ulong)random.Next(1 << (tree.PageShift - 2)) * 4, access)))];

        using Ppc64Judge judge = Ppc64Judge.Load(space.Memory.Slice(default, (int)ImageBytes),
            new Ppc64JudgeOptions { Model = format == HpteFormat.Isa300 ? Ppc64Model.Power9 : Ppc64Model.Power8 });
        Ppc64State state = new() { HashTable = space.Refill.Table.Register, Segments = [.. segments.Select(s => (s.Rb, s.Rs))] };
        IReadOnlyList<Ppc64Outcome> seen = judge.Probe(state, [.. accesses.Select(a => Agreement.Probe(a.Address, a.Access))]);

        output.WriteLine($"{pages.Count} mappings, {space.Refill.Table.Inserted} inserted, {space.Refill.Table.Updated} updated, {segments.Count} segments");
        HashAgreement.Check(judge, space.Memory, space.Refill.Table, format, segments, accesses, seen, output);
    }
}
