using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>Slots, groups, evictions, R and C of the hashed page table, with numbers worked out by hand.</summary>
public sealed class HashedPageTableTests : IDisposable
{
    private const ulong ReadWrite = 2, Frame = 0x5000;
    private readonly PhysicalMemory _memory = new(16 << 20);
    private readonly FrameAllocator _frames;
    private long _references;

    public HashedPageTableTests() => _frames = new FrameAllocator(_memory, 12);

    [Fact]
    public void Smallest_table_has_2048_groups_and_is_aligned_to_its_size()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);

        Assert.Equal(0UL, table.Origin.Value % (256 << 10));
        Assert.Equal(table.Origin.Value, table.Register);      // HTABSIZE 0
        Assert.Equal(0x1fffff & 0x7ffUL, table.Group(Page(0, 0x1fffff), false));
        Assert.Equal(0UL, table.Group(Page(0, 0x1fffff), true));
    }

    [Theory]
    [InlineData(1UL << 30, 12, 24)]     // one group of 128 bytes for two pages: 1 GiB / 8 KiB * 128
    [InlineData(1UL << 30, 16, 20)]
    [InlineData(16UL << 20, 12, 18)]
    [InlineData(3UL << 29, 12, 25)]     // rounded up to 2 GiB
    public void Size_follows_memory(ulong memoryBytes, int pageShift, int shift) => Assert.Equal(shift, HashedPageTable.ShiftFor(memoryBytes, pageShift));

    [Fact]
    public void Old_entry_is_written_as_Linux_writes_it()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        VirtualPage page = new(0x123456, 0x0801000, 28, 12);

        int slot = table.Insert(page, false, new PhysicalAddress(Frame), ReadWrite | 0x190, false, ref _references);

        // Hash 0x123456 ^ 0x801 = 0x123c57, group 0x457; AVPN = VSID << 5 | offset >> 23 = 0x2468ac1, above bit 7.
        PhysicalAddress at = table.Origin + 0x457 * 128;
        Assert.Equal(0, slot);
        Assert.Equal((0x2468ac1UL << 7) | 1, Word(at));
        Assert.Equal(0x5192UL, Word(at + 8));
    }

    [Fact]
    public void New_entry_has_the_segment_size_in_the_second_doubleword()
    {
        HashedPageTable table = Create(HpteFormat.Isa300);
        VirtualPage page = new(0x99, 0x12340000, 40, 16);

        int slot = table.Insert(page, true, new PhysicalAddress(0x70000), ReadWrite, true, ref _references);

        // Hash 0x99 ^ 0x99 << 25 ^ 0x1234 = 0x1320012ad; its complement in 11 bits is 0x552. AVPN = 0x99 << 17 | 0x12340000 >> 23 = 0x1320024.
        PhysicalAddress at = table.Origin + 0x552 * 128;
        Assert.Equal(8, slot);
        Assert.Equal((0x1320024UL << 7) | 0x10 | 4 | 2 | 1, Word(at));         // bolted, L, H, V
        Assert.Equal((1UL << 58) | 0x71000 | ReadWrite, Word(at + 8));          // B 1 TiB, LP 1
    }

    [Theory]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Ninth_page_of_a_group_goes_to_the_secondary_group_and_the_seventeenth_evicts(HpteFormat format)
    {
        HashedPageTable table = Create(format);
        VirtualPage[] pages = [.. Enumerable.Range(0, 22).Select(i => Colliding(i))];
        int[] slots = [.. pages.Select(page => table.InsertSomewhere(page, new PhysicalAddress(Frame), ReadWrite, ref _references))];

        Assert.Equal(Enumerable.Range(0, 16), slots[..16]);     // 0-7 primary, 8-15 secondary
        // Evictions 0, 2, 4 in the secondary group from slot 0, 1, 2 on; 1, 3, 5 in the primary one.
        Assert.Equal([8, 0, 9, 1, 10, 2], slots[16..]);
        Assert.Equal(6, table.Evicted);
        Assert.All(pages[16..], page => Assert.True(Finds(table, page)));
        Assert.All((int[])[8, 0, 9, 1, 10, 2], victim => Assert.False(Finds(table, pages[victim])));
        Assert.All((int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15], stays => Assert.True(Finds(table, pages[stays])));
    }

    [Fact]
    public void Bolted_entries_are_passed_over_by_evictions()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        for (int i = 0; i < 16; i++)
            table.Insert(Colliding(i), i >= 8, new PhysicalAddress(Frame), ReadWrite, bolted: i is not (13 or 5), ref _references);

        int first = table.InsertSomewhere(Colliding(16), new PhysicalAddress(Frame), ReadWrite, ref _references);
        int second = table.InsertSomewhere(Colliding(17), new PhysicalAddress(Frame), ReadWrite, ref _references);

        Assert.Equal(13, first);        // the only one in the secondary group
        Assert.Equal(5, second);        // and in the primary one
    }

    [Fact]
    public void Table_full_of_bolted_entries_is_an_error_that_says_so()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        for (int i = 0; i < 16; i++)
            table.Insert(Colliding(i), i >= 8, new PhysicalAddress(Frame), ReadWrite, bolted: true, ref _references);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => table.InsertSomewhere(Colliding(16), new PhysicalAddress(Frame), ReadWrite, ref _references));

        Assert.Contains("bolted", error.Message);
    }

    [Fact]
    public void Search_reads_the_primary_group_up_to_the_entry_and_then_the_secondary_one()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        VirtualPage[] pages = [.. Enumerable.Range(0, 16).Select(Colliding)];
        foreach (VirtualPage page in pages)
            table.InsertSomewhere(page, new PhysicalAddress(Frame), ReadWrite | 0x180, ref _references);

        Assert.Equal([1, 8, 9, 16, 16], ((int[])[0, 7, 8, 15, 20]).Select(i => References(table, Colliding(i))));
    }

    [Theory]
    [InlineData(HpteFormat.Isa207)]
    [InlineData(HpteFormat.Isa300)]
    public void Hardware_sets_R_and_C_by_single_bytes(HpteFormat format)
    {
        HashedPageTable table = Create(format);
        VirtualPage page = Colliding(0);
        table.Insert(page, false, new PhysicalAddress(Frame), ReadWrite | 0x10, false, ref _references);
        PhysicalAddress at = table.At(table.Group(page, false), 0);

        Assert.Equal((0x5012UL, 0L), (Word(at + 8), table.BytesStored));
        Translate(table, page, AccessKind.Read);
        Assert.Equal((0x5112UL, 1L), (Word(at + 8), table.BytesStored));
        Translate(table, page, AccessKind.Fetch);
        Assert.Equal((0x5112UL, 1L), (Word(at + 8), table.BytesStored));
        Translate(table, page, AccessKind.Write);
        Assert.Equal((0x5192UL, 2L), (Word(at + 8), table.BytesStored));
        Translate(table, page, AccessKind.Write);
        Assert.Equal((0x5192UL, 2L), (Word(at + 8), table.BytesStored));
    }

    [Fact]
    public void Refused_access_sets_neither_R_nor_C()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        VirtualPage page = Colliding(0);
        table.Insert(page, false, new PhysicalAddress(Frame), 3, false, ref _references);

        long references = 0;
        bool done = table.TryTranslate(Segment(page), Address(page), AccessKind.Write, true, out _, out HardwareFault fault, ref references);

        Assert.False(done);
        Assert.Equal(new HardwareFault("data storage interrupt", 0x300, 0x0a00_0000), fault);
        Assert.Equal(0x5003UL, Word(table.At(table.Group(page, false), 0) + 8));
    }

    [Fact]
    public void Evicted_entry_is_neither_updated_nor_taken_out_in_place_of_its_successor()
    {
        HashedPageTable table = Create(HpteFormat.Isa207);
        for (int i = 0; i < 17; i++)
            table.InsertSomewhere(Colliding(i), new PhysicalAddress(Frame), ReadWrite, ref _references);

        Assert.False(table.TryUpdate(Colliding(8), 8, 3, ref _references));     // page 16 sits in slot 8 now
        Assert.False(table.TryInvalidate(Colliding(8), 8));
        Assert.True(table.TryInvalidate(Colliding(16), 8));
        Assert.False(Finds(table, Colliding(16)));
    }

    [Theory]
    // Proto-VSID times multiplier modulo 2^n - 1, computed with arbitrary precision.
    [InlineData(1, 0x1000_0000UL)]
    [InlineData(77, 0xfff_ffff_f000UL)]
    [InlineData(6000, 0x1_2345_6789_a000UL)]
    public void Scramble_is_the_product_modulo_a_power_of_two_less_one(int context, ulong address)
    {
        foreach (VsidScramble scramble in (VsidScramble[])[VsidScramble.V2_6_32, VsidScramble.V6_1Small, VsidScramble.V6_1Large])
        {
            bool large = address >> 40 != 0;
            (int bits, int esidBits, ulong multiplier) = large
                ? (scramble.LargeBits, scramble.LargeEsidBits, scramble.LargeMultiplier) : (scramble.SmallBits, scramble.SmallEsidBits, scramble.SmallMultiplier);
            ulong id = (ulong)context + (address >> scramble.ContextShift);
            UInt128 proto = (id << esidBits) | ((address >> (large ? 40 : 28)) & ((1UL << esidBits) - 1));

            Assert.Equal((ulong)(proto * multiplier % (((UInt128)1 << bits) - 1)), scramble.Vsid((ulong)context, address));
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _memory.Dispose();
    }

    private HashedPageTable Create(HpteFormat format)
    {
        Assert.True(HashedPageTable.TryCreate(_frames, 18, format, out HashedPageTable? table));
        return table!;
    }

    private static VirtualPage Page(ulong vsid, ulong number) => new(vsid, number << 12, 28, 12);

    // All hash to 0x100 in a table of 2048 groups: VSIDs that are multiples of 0x800 apart.
    private static VirtualPage Colliding(int i) => Page(0x10000 + ((ulong)i * 0x800), 0x100);

    private static SlbEntry Segment(in VirtualPage page) => new(1UL << 28 | 1 << 27, page.Vsid << 12 | 0xc00);

    private static VirtualAddress Address(in VirtualPage page) => new(1UL << 28 | page.Offset);

    private static bool Translate(HashedPageTable table, in VirtualPage page, AccessKind access)
    {
        long references = 0;
        return table.TryTranslate(Segment(page), Address(page), access, true, out _, out _, ref references);
    }

    private static bool Finds(HashedPageTable table, in VirtualPage page) => Translate(table, page, AccessKind.Read);

    private static int References(HashedPageTable table, in VirtualPage page)
    {
        long references = 0;
        table.TryTranslate(Segment(page), Address(page), AccessKind.Read, true, out _, out _, ref references);
        return (int)references;
    }

    private ulong Word(PhysicalAddress at) => _memory.ReadEntry(at, 8, ByteOrder.BigEndian);
}
