using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Paging;

public sealed class MmuTests : IDisposable
{
    private const PageFlags ReadWrite = PageFlags.Read | PageFlags.Write;

    private readonly PhysicalMemory _memory = new(16 << 20);
    private readonly FrameAllocator _frames;
    private readonly Mmu<TestEntry> _mmu;
    private readonly PageTables<TestEntry> _tables;

    public MmuTests()
    {
        _frames = new FrameAllocator(_memory, 12);
        _mmu = new Mmu<TestEntry>(_memory, TestTrees.Growing);
        Assert.True(PageTables<TestEntry>.TryCreate(TestTrees.Growing, _frames, 4, null, out _tables));
    }

    [Fact]
    public void A_translation_is_walked_once_and_remembered_for_its_kind_of_access_only()
    {
        VirtualAddress va = new(0x5000);
        Assert.True(_tables.TryMap(va, new PhysicalAddress(0x9000), ReadWrite));
        _mmu.LoadRoot(_tables.RootRegister, default);

        Assert.True(_mmu.TryTranslate(va + 1, AccessKind.Read, out PhysicalAddress found, out _));
        Assert.True(_mmu.TryTranslate(va + 4095, AccessKind.Read, out _, out _));
        Assert.Equal((0x9001ul, 1L), (found.Value, _mmu.Walks));

        Assert.True(_mmu.TryTranslate(va, AccessKind.Write, out _, out _));
        Assert.Equal(2, _mmu.Walks);        // the first store has to set the dirty bit
        Assert.False(_mmu.TryTranslate(va, AccessKind.Fetch, out _, out PageFault fault));
        Assert.Equal(FaultKind.Protection, fault.Kind);
        Assert.True(_mmu.TryTranslate(va, AccessKind.Read, out _, out _));
        Assert.Equal(3, _mmu.Walks);
    }

    [Fact]
    public void Hardware_sets_accessed_on_use_and_dirty_on_the_first_store()
    {
        VirtualAddress va = new(0x5000);
        Assert.True(_tables.TryMap(va, new PhysicalAddress(0x9000), ReadWrite));
        _mmu.LoadRoot(_tables.RootRegister, default);

        Assert.False(_mmu.TryTranslate(va, AccessKind.Fetch, out _, out _));
        Assert.Equal(ReadWrite, FlagsAt(va));
        Assert.True(_mmu.TryLoad(va, out int _, out _));
        Assert.Equal(ReadWrite | PageFlags.Accessed, FlagsAt(va));
        Assert.True(_mmu.TryStore(va, 7, out _));
        Assert.Equal(ReadWrite | PageFlags.Accessed | PageFlags.Dirty, FlagsAt(va));
    }

    [Fact]
    public void A_stale_translation_is_used_until_it_is_flushed()
    {
        VirtualAddress va = new(0x5000), other = new(0x6000);
        Assert.True(_tables.TryMap(va, new PhysicalAddress(0x9000), ReadWrite));
        Assert.True(_tables.TryMap(other, new PhysicalAddress(0xa000), ReadWrite));
        _mmu.LoadRoot(_tables.RootRegister, default);
        Assert.True(_mmu.TryTranslate(va, AccessKind.Read, out _, out _));
        Assert.True(_mmu.TryTranslate(other, AccessKind.Read, out _, out _));
        Assert.True(_tables.TryUnmap(va, out _));
        Assert.True(_tables.TryUnmap(other, out _));

        Assert.True(_mmu.TryTranslate(va, AccessKind.Read, out _, out _));
        _mmu.Flush(va);
        Assert.False(_mmu.TryTranslate(va, AccessKind.Read, out _, out _));
        Assert.True(_mmu.TryTranslate(other, AccessKind.Read, out _, out _));
        _mmu.Flush();
        Assert.False(_mmu.TryTranslate(other, AccessKind.Read, out _, out _));
    }

    [Fact]
    public void Flushing_any_address_of_a_large_page_forgets_all_of_it()
    {
        VirtualAddress start = new(1 << 16);
        Assert.True(_tables.TryMapLarge(start, new PhysicalAddress(1 << 16), ReadWrite, level: 1));
        _mmu.LoadRoot(_tables.RootRegister, default);
        for (ulong page = 0; page < 16; page++)
            Assert.True(_mmu.TryTranslate(start + (page << 12), AccessKind.Read, out _, out _));
        Assert.True(_tables.TryUnmap(start, out _));

        _mmu.Flush(start + 0x3123);

        for (ulong page = 0; page < 16; page++)
            Assert.False(_mmu.TryTranslate(start + (page << 12), AccessKind.Read, out _, out _), $"page {page} is still translated");
    }

    [Fact]
    public void A_frame_outside_memory_is_a_fault_and_no_access()
    {
        VirtualAddress va = new(0x5000);
        Assert.True(_tables.TryMap(va, new PhysicalAddress(16 << 20), ReadWrite));
        _mmu.LoadRoot(_tables.RootRegister, default);

        Assert.False(_mmu.TryStore(va, 1L, out PageFault fault));
        Assert.Equal(FaultKind.OutsideStorage, fault.Kind);
        _mmu.LoadRoot(TestEntry.RootRegister(new PhysicalAddress(1UL << 40), 4), default);
        Assert.False(_mmu.TryLoad(va, out long _, out fault));
        Assert.Equal((FaultKind.OutsideStorage, 3), (fault.Kind, fault.Level));
    }

    [Fact]
    public void Random_accesses_get_what_the_walker_says_however_the_cache_is_used() => SeededRuns.Run(5, random =>
    {
        using Tlb small = new(_memory, pageShift: 12);
        Assert.True(PageTables<TestEntry>.TryCreate(TestTrees.Growing, _frames, 3, null, out PageTables<TestEntry> tables));
        _mmu.LoadRoot(tables.RootRegister, default);
        for (int step = 0; step < 3000; step++)
        {
            VirtualAddress va = new((uint)(random.Next(64) << 24 | random.Next(3) << 12 | random.Next(4096)));
            AccessKind access = (AccessKind)random.Next(3);
            switch (random.Next(8))
            {
                case 0:
                    PageFlags flags = PageFlags.Read | (random.Chance(50) ? PageFlags.Write : 0) | (random.Chance(50) ? PageFlags.Execute : 0);
                    Assert.True(tables.TryMap(va.AlignDown(4096), new PhysicalAddress((ulong)random.Next(1, 4096) << 12), flags));
                    _mmu.Flush(va);
                    small.Flush(va);
                    break;
                case 1:
                    tables.TryUnmap(va, out _);
                    _mmu.Flush(va);
                    small.Flush(va);
                    break;
                case 2 when random.Chance(5):
                    _mmu.Flush();
                    small.Flush();
                    break;
                default:
                    bool expected = tables.TryFind(va, out LeafView leaf) && TestEntry.Permits(leaf.Entry, access, default);
                    Assert.Equal(expected, _mmu.TryTranslate(va, access, out PhysicalAddress found, out PageFault fault));
                    if (expected)
                        Assert.Equal(leaf.Target + (va - leaf.Address), found);
                    else
                        Assert.Equal((va, access), (fault.Address, fault.Access));
                    if (small.TryTranslate(va, access, out PhysicalAddress cached))
                        Assert.Equal((true, found), (expected, cached));
                    else if (expected)
                        small.Fill(va, access, found, large: false);
                    break;
            }
        }
    });

    [Fact]
    public void Storage_keys_are_one_byte_for_each_4_KiB()
    {
        using StorageKeys keys = new(_memory);
        PhysicalAddress at = new(0x7fff);

        keys.Use(at, store: false);
        Assert.Equal((true, false), (keys.IsReferenced(at), keys.IsChanged(at)));
        keys.Use(at, store: true);
        Assert.Equal((true, true), (keys.IsReferenced(new PhysicalAddress(0x7000)), keys.IsChanged(at)));
        Assert.False(keys.IsReferenced(new PhysicalAddress(0x8000)));
        keys[at] = 0xf0;
        Assert.Equal((false, false), (keys.IsReferenced(at), keys.IsChanged(at)));
        Assert.Throws<ArgumentOutOfRangeException>(() => keys[new PhysicalAddress(_memory.Bytes)]);
    }

    public void Dispose()
    {
        _mmu.Dispose();
        _frames.Dispose();
        _memory.Dispose();
    }

    private PageFlags FlagsAt(VirtualAddress va) => _tables.TryFind(va, out LeafView leaf) ? leaf.Flags : PageFlags.None;
}
