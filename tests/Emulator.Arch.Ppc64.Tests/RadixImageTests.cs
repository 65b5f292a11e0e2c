using System.Buffers.Binary;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Radix trees that PageTables has written are walked by QEMU as the model walks them.</summary>
public class RadixImageTests(ITestOutputHelper output)
{
    private const int Mappings = 2400;
    private const ulong ImageBytes = 96 << 20;

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Tree_of_4_KiB_pages_is_what_QEMU_reads() => Check<Ppc64Entry61<RadixUpper<SmallPages>>>(12);

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void Tree_of_64_KiB_pages_is_what_QEMU_reads() => Check<Ppc64Entry61<RadixUpper<LargePages>>>(16);

    private void Check<TCodec>(int pageShift)
        where TCodec : struct, IPageTableEntryCodec
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using PhysicalMemory memory = new(ImageBytes);
        using FrameAllocator frames = new(memory, pageShift);
        PageTableGeometry tree = Ppc64Trees.Radix61(pageShift);
        Assert.True(PageTables<TCodec>.TryCreate(tree, frames, tree.MaxDepth, null, out PageTables<TCodec> tables));
        PhysicalAddress[] pool = new PhysicalAddress[pageShift == 12 ? 500 : 100];
        for (int i = 0; i < pool.Length; i++)
        {
            Assert.True(frames.TryAllocate(0, FrameUse.Anonymous, out pool[i]));
            Agreement.FillFrame(memory, pool[i], 1 << pageShift);
        }
        Assert.True(frames.TryAllocate(21 - pageShift, FrameUse.Anonymous, out PhysicalAddress large));
        Agreement.FillFrame(memory, large, 1 << 21);
        List<ulong> pages = Map(tables, pool, large, random);
        List<ulong> probed = [.. pages, .. pages.Take(300).Select(page => page + (1UL << pageShift)), .. pages.Take(20).Select(page => page | 1UL << random.Next(52, 62))];
        (ulong Address, Ppc64Access Access)[] accesses =
            [.. probed.SelectMany(page => Agreement.AllAccesses.Select(access => (page + (ulong)random.Next(1 << (pageShift - 2)) * 4, access)))];

        using Ppc64Judge judge = Ppc64Judge.Load(memory.Slice(default, (int)ImageBytes), new Ppc64JudgeOptions());
        IReadOnlyList<Ppc64Outcome> seen = judge.Probe(new Ppc64State { ProcessTableEntry = tables.RootRegister }, [.. accesses.Select(a => Agreement.Probe(a.Address, a.Access))]);

        List<string> differences = [];
        Ppc64RadixReferenceWalker manual = new(at => memory.TryReadEntry(new PhysicalAddress(at), 8, ByteOrder.BigEndian, out ulong entry) ? entry : null);
        for (int i = 0; i < accesses.Length; i++)
        {
            (ulong address, Ppc64Access access) = accesses[i];
            Ppc64Walk expected = manual.Walk(tables.RootRegister, address, access);
            bool translated = PageTableWalker<TCodec>.TryWalk(memory, tree, tables.RootRegister, new VirtualAddress(address), Agreement.Kind(access),
                Agreement.Controls(access), default(NoTrace), out Translation found, out PageFault fault);
            Ppc64Outcome model = Agreement.Outcome(translated ? null : TCodec.Describe(fault, Agreement.Controls(access)), address);
            if (seen[i] != model || model != Agreement.Outcome(expected, address) || (translated && found.Address.Value != expected.RealAddress))
                differences.Add($"{access} {address:x16}: QEMU {seen[i]}, model {model}, manual {expected}");
        }
        foreach (ulong page in pages.Where((_, i) => i % 6 == 0))
        {
            ulong? byManual = manual.Walk(tables.RootRegister, page, new Ppc64Access(Ppc64AccessType.Load, false)).RealAddress;
            if (byManual is not null && judge.TranslateSupervisorLoad(page) != byManual)
                differences.Add($"{page:x16}: QEMU goes to {judge.TranslateSupervisorLoad(page):x}, the manual to {byManual:x}");
        }
        // The same accesses in the same order have left every byte of memory the same: R, C, and nothing else.
        byte[] byJudge = judge.ReadPhysical(0, (int)ImageBytes);
        ReadOnlySpan<byte> byModel = memory.Slice(default, (int)ImageBytes);
        int first = byJudge.AsSpan().CommonPrefixLength(byModel);
        if (first != byModel.Length)
            differences.Add($"memory differs first at {first:x}: QEMU {BinaryPrimitives.ReadUInt64BigEndian(byJudge.AsSpan(first & ~7)):x16}");
        output.WriteLine($"{pages.Count} mappings, {accesses.Length} accesses: {Agreement.Summary(seen)}");
        Agreement.None(differences);
    }

    /// <summary>Runs of pages all over the 52 bits, every kind of permission, some pages of 2 MiB.</summary>
    private static List<ulong> Map<TCodec>(PageTables<TCodec> tables, PhysicalAddress[] pool, PhysicalAddress large, Random random)
        where TCodec : struct, IPageTableEntryCodec
    {
        List<ulong> pages = [];
        int shift = tables.Tree.PageShift;
        for (int run = 0; pages.Count < Mappings; run++)
        {
            ulong start = (ulong)random.NextInt64(1L << random.Next(24, 52)) >> 21 << 21;
            if (start == 0 || start >> 39 == 8191)
                continue;
            if (run % 10 == 9)
            {
                if (tables.TryMapLarge(new VirtualAddress(start), large, Flags(random), 1))
                    pages.Add(start + (ulong)random.Next(32) * 65536);
                continue;
            }
            for (int i = random.Next(1, 32); i > 0; i--)
            {
                ulong page = start + ((ulong)random.Next(32) << shift);
                // Not over a large page of before.
                if (tables.TryFind(new VirtualAddress(page), out LeafView leaf) && leaf.Level > 0)
                    continue;
                Assert.True(tables.TryMap(new VirtualAddress(page), pool[random.Next(pool.Length)], Flags(random)));
                pages.Add(page);
            }
        }
        return pages;
    }

    private static PageFlags Flags(Random random) => (PageFlags)random.Next(64);
}
