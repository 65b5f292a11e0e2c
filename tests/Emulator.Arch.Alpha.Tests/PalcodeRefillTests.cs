using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>Misses and double misses on patterns made by hand; every number is explained by the flows of osfpal.S.</summary>
public class PalcodeRefillTests
{
    private const ulong Text = 0x1_2000_0000;
    private const int Single = 15;              // DTBMISS_SINGLE or ITBMISS from entry to hw_rei
    private const int Double = 31 + 1;          // DTBMISS_DOUBLE, and the load of the entry that is made again

    [Fact]
    public void First_touch_of_a_region_is_a_double_miss_and_its_neighbours_are_single_ones()
    {
        using AlphaSpace space = new();
        space.Map(Text, AlphaSpace.Written);
        space.Map(Text + 0x2000, AlphaSpace.Written);
        space.Map(Text + 0x80_0000, AlphaSpace.Written);        // the next 8 MiB: another page of level-3 entries
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Load(tlbs, Text);
        Expect(tlbs, hits: 0, misses: 1, nested: 1, references: 3, instructions: Single + Double);     // levels 1 and 2 physically, level 3 virtually
        Load(tlbs, Text + 8);
        Expect(tlbs, hits: 1, misses: 1, nested: 1, references: 3, instructions: Single + Double);
        Load(tlbs, Text + 0x2000);
        Expect(tlbs, hits: 1, misses: 2, nested: 1, references: 4, instructions: 2 * Single + Double);
        Load(tlbs, Text + 0x80_0000);
        Expect(tlbs, hits: 1, misses: 3, nested: 2, references: 7, instructions: 3 * Single + 2 * Double);
    }

    [Fact]
    public void Instruction_misses_load_their_entry_through_the_data_TLB()
    {
        using AlphaSpace space = new();
        space.Map(Text, AlphaSpace.Young);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Assert.True(tlbs.TryTranslate(new VirtualAddress(Text), AccessKind.Fetch, out _, out _));
        Expect(tlbs, hits: 0, misses: 1, nested: 1, references: 3, instructions: Single + Double);
        Load(tlbs, Text);               // the DTB has the page of entries now, but not the page itself
        Expect(tlbs, hits: 0, misses: 2, nested: 1, references: 4, instructions: 2 * Single + Double);
        Assert.True(tlbs.TryTranslate(new VirtualAddress(Text + 4), AccessKind.Fetch, out _, out _));
        Expect(tlbs, hits: 1, misses: 2, nested: 1, references: 4, instructions: 2 * Single + Double);
    }

    [Fact]
    public void A_page_of_entries_takes_one_of_the_128_places()
    {
        using AlphaSpace space = new();
        MapMany(space, 129);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Sweep(tlbs, 127);               // 127 pages and the page of entries: the DTB is full
        Sweep(tlbs, 127);
        Expect(tlbs, hits: 127, misses: 127, nested: 1, references: 127 + 2, instructions: 127 * Single + Double);
        Assert.Equal(0, tlbs.Statistics.Evictions);

        Load(tlbs, Text + 127 * 0x2000);        // found through the page of entries, whose place it then takes: it was filled first
        Expect(tlbs, hits: 127, misses: 128, nested: 1, references: 128 + 2, instructions: 128 * Single + Double);
        Assert.Equal(1, tlbs.Statistics.Evictions);

        Sweep(tlbs, 128);               // all of them are there
        Expect(tlbs, hits: 127 + 128, misses: 128, nested: 1, references: 128 + 2, instructions: 128 * Single + Double);

        Load(tlbs, Text + 128 * 0x2000);        // so this is a double miss, and takes the places of pages 0 and 1
        Expect(tlbs, hits: 127 + 128, misses: 129, nested: 2, references: 129 + 4, instructions: 129 * Single + 2 * Double);
        Load(tlbs, Text + 0 * 0x2000);          // back, in the place of page 2
        Load(tlbs, Text + 3 * 0x2000);          // still there
        Expect(tlbs, hits: 127 + 129, misses: 130, nested: 2, references: 130 + 4, instructions: 130 * Single + 2 * Double);
        Assert.Equal(4, tlbs.Statistics.Evictions);
    }

    [Fact]
    public void A_long_sweep_misses_doubly_once_in_128_pages()
    {
        using AlphaSpace space = new();
        MapMany(space, 1024);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Sweep(tlbs, 1024);

        // The page of entries is filled before pages 0, 128, 256 ...; the 128th fill after it, of page 127, 255 ..., takes its place.
        Expect(tlbs, hits: 0, misses: 1024, nested: 8, references: 1024 + 2 * 8, instructions: 1024 * Single + 8 * Double);
        Assert.Equal(1024 + 8 - 128, tlbs.Statistics.Evictions);        // fills beyond the first 128
    }

    [Fact]
    public void Invalid_entries_cost_what_was_read_and_leave_the_page_of_entries_behind()
    {
        using AlphaSpace space = new();
        space.Map(Text, AlphaSpace.Written);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Fault(tlbs, 0x100_0000_0000, AccessKind.Read, FaultKind.Absent, level: 2);
        Expect(tlbs, hits: 0, misses: 1, nested: 1, references: 1, instructions: 10 + 16 + 9);  // double_pte_inv goes on behind the load
        Fault(tlbs, Text + (1UL << 30), AccessKind.Write, FaultKind.Absent, level: 1);
        Expect(tlbs, hits: 0, misses: 2, nested: 2, references: 3, instructions: 10 + 25 + 10 + 22 + 9);
        Fault(tlbs, Text + 0x2000, AccessKind.Read, FaultKind.Absent, level: 0);
        Expect(tlbs, hits: 0, misses: 3, nested: 3, references: 6, instructions: 35 + 41 + 10 + Double);
        Fault(tlbs, Text + 0x2000, AccessKind.Fetch, FaultKind.Absent, level: 0);               // now a single miss
        Expect(tlbs, hits: 0, misses: 4, nested: 3, references: 7, instructions: 35 + 41 + 10 + Double + 10);
        Assert.Equal((0, 0), (tlbs.Statistics.Refills, tlbs.Statistics.Denials));
    }

    [Fact]
    public void A_filled_entry_denies_by_itself_until_it_is_flushed()
    {
        using AlphaSpace space = new();
        space.Map(Text, AlphaSpace.Young | PageFlags.Dirty);        // UWE and FOW
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        PageFault first = Fault(tlbs, Text, AccessKind.Write, FaultKind.Protection, level: 0);  // filled, and then denied
        Fault(tlbs, Text, AccessKind.Write, FaultKind.Protection, level: 0);                    // DFAULT without a miss
        Load(tlbs, Text);
        Expect(tlbs, hits: 1, misses: 1, nested: 1, references: 3, instructions: Single + Double);
        Assert.Equal(4UL, AlphaEntry.Describe(first, AlphaSpace.User).Code);                    // FOW
        Assert.Equal((1, 2), (tlbs.Statistics.Refills, tlbs.Statistics.Denials));

        space.Tables.Protect(new VirtualAddress(Text), AlphaSpace.Written);
        Fault(tlbs, Text, AccessKind.Write, FaultKind.Protection, level: 0);                    // stale: the kernel owes a flush
        space.Tables.Flush(FlushKind.Page, new VirtualAddress(Text));
        Assert.True(tlbs.TryTranslate(new VirtualAddress(Text), AccessKind.Write, out _, out _));
        Expect(tlbs, hits: 1, misses: 2, nested: 1, references: 4, instructions: 2 * Single + Double);
    }

    [Fact]
    public void Fault_on_execute_is_found_by_software_and_never_filled()
    {
        using AlphaSpace space = new();
        space.Map(Text, PageFlags.Read | PageFlags.Accessed);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        PageFault fault = Fault(tlbs, Text, AccessKind.Fetch, FaultKind.Protection, level: 0);
        Fault(tlbs, Text, AccessKind.Fetch, FaultKind.Protection, level: 0);

        Assert.Equal(3UL, AlphaEntry.Describe(fault, AlphaSpace.User).Code);                    // FOE
        Expect(tlbs, hits: 0, misses: 2, nested: 1, references: 4, instructions: 2 * 12 + Double);
        Assert.Equal((0, 0), (tlbs.Statistics.Refills, tlbs.Statistics.Denials));
    }

    [Fact]
    public void Bad_sign_extension_is_no_miss()
    {
        using AlphaSpace space = new();
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);

        Fault(tlbs, 1UL << 42, AccessKind.Read, FaultKind.OutOfReach, level: 3);

        Expect(tlbs, hits: 0, misses: 0, nested: 0, references: 0, instructions: 0);
        Assert.Equal(1, tlbs.Statistics.Denials);
    }

    [Fact]
    public void Address_spaces_share_the_TLBs_by_number_and_ASM_entries_without()
    {
        using AlphaSpace space = new();
        ArchitecturalTlb dtb = new(AlphaSpace.Shape("DTB"), 13), itb = new(AlphaSpace.Shape("ITB"), 13);
        PageTables<AlphaEntry> other = space.NewTree();
        TlbModel first = AlphaSpace.NewTlbs(space.Tables, dtb, itb, asn: 7, AlphaSpace.User), second = AlphaSpace.NewTlbs(other, dtb, itb, asn: PalcodeRefill.MaxAsn, AlphaSpace.User);
        PhysicalAddress here = space.Map(Text, AlphaSpace.Written), there = space.NewFrame();
        Assert.True(other.TryMap(new VirtualAddress(Text), there, AlphaSpace.Written));
        PhysicalAddress shared = space.Map(Text + 0x2000, AlphaSpace.Written);
        space.Write(space.At(Text + 0x2000, 0), space.Read(space.At(Text + 0x2000, 0).Value)!.Value | 0x10);        // ASM

        Assert.Equal(here, Load(first, Text));
        Assert.Equal(there, Load(second, Text));
        Assert.Equal(here, Load(first, Text));
        Assert.Equal(shared, Load(first, Text + 0x2000));
        Assert.Equal(shared, Load(second, Text + 0x2000));      // a hit, although its own tables have nothing there
        Expect(first, hits: 1, misses: 2, nested: 1, references: 4, instructions: 2 * Single + Double);
        Expect(second, hits: 1, misses: 1, nested: 1, references: 3, instructions: Single + Double);

        space.Tables.Flush(FlushKind.Full, default);            // tbiap: the ASM entry and the other space stay
        Assert.Equal(3, dtb.Valid);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PalcodeRefill(other, dtb, PalcodeRefill.MaxAsn + 1));
    }

    [Fact]
    public void A_program_that_reads_the_virtual_page_table_uses_the_same_entries_as_PALcode()
    {
        using AlphaSpace space = new();
        space.Map(Text, AlphaSpace.Written);
        TlbModel tlbs = space.NewTlbs(AlphaSpace.User);
        VirtualAddress entry = PalcodeRefill.EntryAddress(new VirtualAddress(Text));

        Load(tlbs, Text);
        PhysicalAddress at = Load(tlbs, entry.Value);           // Linux's table entries have URE: users may read page tables

        Assert.Equal(space.At(Text, 0), at);
        Expect(tlbs, hits: 1, misses: 1, nested: 1, references: 3, instructions: Single + Double);
    }

    private static void MapMany(AlphaSpace space, int pages)
    {
        for (ulong page = 0; page < (ulong)pages; page++)
            space.Map(Text + (page << 13), AlphaSpace.Written);
    }

    private static void Sweep(TlbModel tlbs, int pages)
    {
        for (ulong page = 0; page < (ulong)pages; page++)
            Load(tlbs, Text + (page << 13));
    }

    private static PhysicalAddress Load(TlbModel tlbs, ulong va)
    {
        Assert.True(tlbs.TryTranslate(new VirtualAddress(va), AccessKind.Read, out PhysicalAddress found, out PageFault fault), $"{fault}");
        return found;
    }

    private static PageFault Fault(TlbModel tlbs, ulong va, AccessKind access, FaultKind kind, int level)
    {
        Assert.False(tlbs.TryTranslate(new VirtualAddress(va), access, out _, out PageFault fault));
        Assert.Equal((new VirtualAddress(va), access, kind, level), (fault.Address, fault.Access, fault.Kind, fault.Level));
        return fault;
    }

    private static void Expect(TlbModel tlbs, long hits, long misses, long nested, long references, long instructions)
    {
        TlbStatistics statistics = tlbs.Statistics;
        Assert.Equal((hits, misses, new RefillCost(references, instructions, nested)), (statistics.Hits, statistics.Misses, statistics.Cost));
    }
}
