using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Every combination of the bits of a hashed page table entry, in both formats: the model, the manual and QEMU say the same.</summary>
public class HpteTests(ITestOutputHelper output)
{
    private const ulong ImageBytes = 48 << 20, LargeFrame = 0x100_0000;       // 16 MiB, for pages of that size
    private const int TableShift = 20;

    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Every_entry_acts_as_in_the_manual(HpteFormat format)
    {
        Random random = SeededRuns.NewRandom(output.WriteLine);
        using PhysicalMemory memory = new(ImageBytes);
        using FrameAllocator frames = new(memory, 12);
        Assert.True(frames.TryAllocateRange(new PhysicalAddress(LargeFrame), 16 << 20, FrameUse.Anonymous));
        Agreement.FillFrame(memory, new PhysicalAddress(LargeFrame), 16 << 20);
        Assert.True(HashedPageTable.TryCreate(frames, TableShift, format, out HashedPageTable? table));
        List<SlbEntry> segments = [];
        List<ulong> addresses = [];
        foreach ((int segmentShift, int pageShift) in ((int, int)[])[(28, 12), (40, 12), (28, 16), (28, 24)])
        {
            for (ulong rights = 0; rights < (pageShift == 12 ? 8UL : 4); rights++)      // Ks, Kp, N; without N for larger pages
            {
                SlbEntry segment = Segment(segments.Count, segmentShift, pageShift, rights, (ulong)random.Next(1, 1 << 24));
                segments.Add(segment);
                FillSegment(table!, memory, format, segment, addresses, random);
            }
        }
        addresses.Add(0x7f00_0000_0000);      // no segment
        (ulong Address, Ppc64Access Access)[] accesses = [.. addresses.SelectMany(address => Agreement.AllAccesses.Select(access => (address, access)))];

        using Ppc64Judge judge = Ppc64Judge.Load(memory.Slice(default, (int)ImageBytes),
            new Ppc64JudgeOptions { Model = format == HpteFormat.Isa300 ? Ppc64Model.Power9 : Ppc64Model.Power8 });
        Ppc64State state = new() { HashTable = table!.Register, Segments = [.. segments.Select(s => (s.Rb, s.Rs))] };
        IReadOnlyList<Ppc64Outcome> seen = judge.Probe(state, [.. accesses.Select(a => Agreement.Probe(a.Address, a.Access))]);

        HashAgreement.Check(judge, memory, table, format, segments, accesses, seen, output);
    }

    private static SlbEntry Segment(int index, int shift, int pageShift, ulong rights, ulong vsid)
    {
        ulong size = pageShift switch { 12 => 0, 16 => 0x110, _ => 0x100UL };
        ulong flags = size | (rights & 1) << 11 | (rights & 2) << 9 | (rights & 4) << 7;
        return shift == 40
            ? new SlbEntry((ulong)(index + 1) << 40 | 1 << 27 | (uint)index, 1UL << 62 | vsid << 24 | flags)
            : new SlbEntry((ulong)(index + 1) << 28 | 1 << 27 | (uint)index, vsid << 12 | flags);
    }

    // V, H, PP0, PP, N, G, R, C: nine bits; primary or secondary group at random; large pages with right, other and wrong encodings.
    private static void FillSegment(HashedPageTable table, PhysicalMemory memory, HpteFormat format, SlbEntry segment, List<ulong> addresses, Random random)
    {
        ulong start = segment.Rb >> segment.SegmentShift << segment.SegmentShift;
        HashSet<ulong> used = [];
        for (ulong bits = 0; bits < 512; bits++)
        {
            ulong offset = (ulong)random.NextInt64(1L << segment.SegmentShift) >> segment.PageShift << segment.PageShift;
            if (start + offset < 65536 || !used.Add(offset))
                continue;
            VirtualAddress va = new(start + offset);
            VirtualPage page = VirtualPage.Of(segment, va);
            bool marked = (bits & 1) != 0, secondary = random.Next(8) == 0 ? !marked : marked;
            ulong first = page.Name | (marked ? 2UL : 0) | (bits >> 1 & 1);
            ulong second = LargeFrame | (bits >> 2 & 1) << 63 | (bits >> 3 & 3) | (bits >> 5 & 1) << 2 | (bits >> 6 & 1) << 3 | (bits >> 7 & 1) << 7 | (bits >> 8 & 1) << 8 | 0x10;
            // Right for the base page three times in four; else an encoding of another size, or of none.
            ulong encoding = segment.PageShift switch { 12 => 0, 16 => 1, _ => 0UL };
            bool large = segment.PageShift != 12;
            if (random.Next(4) == 0)
            {
                large = random.Next(8) != 0;
                encoding = ((ulong[])[7, 0x38, 8, 1, 2])[random.Next(5)];
            }
            first |= large ? 4UL : 0;
            second |= large ? encoding << 12 : (ulong)random.Next(1 << 12) << 12;
            Place(table, memory, format, page, secondary, first, second);
            addresses.Add(va.Value + (ulong)random.Next(1 << (segment.PageShift - 2)) * 4);
        }
    }

    private static void Place(HashedPageTable table, PhysicalMemory memory, HpteFormat format, in VirtualPage page, bool secondary, ulong first, ulong second)
    {
        if (format == HpteFormat.Isa300)
            (first, second) = (first & 0x000f_ffff_ffff_ffff, second | first >> 62 << 58);
        for (int slot = 0; slot < 8; slot++)
        {
            PhysicalAddress at = table.At(table.Group(page, secondary), slot);
            if (memory.ReadEntry(at, 8, ByteOrder.BigEndian) != 0)
                continue;
            memory.WriteEntry(at, 8, ByteOrder.BigEndian, first);
            memory.WriteEntry(at + 8, 8, ByteOrder.BigEndian, second);
            return;
        }
    }
}
